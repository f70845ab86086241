/** Stages by name: ReservedStageName and stages that nothing needs. The grader's own reader tells doubled names. */

import type { Rule } from '../rule-context.ts';
import { ruleStrings as say } from '../rule-strings.ts';

const reserved = new Set(['scratch', 'context']);

export const reservedStageName: Rule = ({ parsed, places }) =>
  parsed.model.stages.flatMap((stage) => {
    const [from] = stage.instructions;
    if (from === undefined || stage.name === undefined || !reserved.has(stage.name)) return [];
    const at = places.place(from, from.words?.[2]);
    return [{ rule: 'ReservedStageName', at, message: say.reservedStageName(stage.name) }];
  });

export const unusedStage: Rule = ({ parsed, places }) =>
  parsed.model.stages.flatMap((stage) => {
    const [from] = stage.instructions;
    if (from === undefined || stage.reachable) return [];
    const named = stage.name === undefined ? undefined : from.words?.[2];
    const at = places.place(from, named ?? from.words?.[0]);
    return [{ rule: 'unused-stage', at, message: say.unusedStage(named ?? String(stage.index)) }];
  });
