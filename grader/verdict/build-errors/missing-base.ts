/** References that BuildKit would have to pull. The policy refuses them before the build; this is the second line. */
import { listed, quoted } from '../../dockerfile/findings.ts';
import { nearest } from '../../dockerfile/nearest.ts';
import type { Explanation } from './facts.ts';

export const missingBase: Explanation = ({ failure, instruction, dockerfile, baseImages = [], where }) => {
  const name =
    /failed to resolve source metadata for (\S+?): /.exec(failure.raw)?.[1] ??
    /pull access denied for (\S+?)[,:]/.exec(failure.raw)?.[1];
  if (name === undefined) return undefined;
  const plain = name.replace(/^docker\.io\/(?:library\/)?/, '').replace(/:latest$/, '');
  const stages = (dockerfile?.stages ?? []).flatMap((stage) => stage.name ?? []);
  const isFrom = instruction?.keyword === 'FROM';
  const meant = nearest(plain, isFrom ? [...baseImages, ...stages] : [...stages, ...baseImages]);
  const choices =
    isFrom || stages.length === 0
      ? `The base images are ${listed(baseImages, 24)}.`
      : `The stages are ${listed(stages)}.`;
  return {
    code: isFrom || /[:/]/.test(plain) ? 'unknown_base_image' : 'unknown_stage',
    message: `${where}: ${quoted(plain)} is neither a stage nor one of the base images here.`,
    hint: `${meant === undefined ? '' : `Did you mean ${meant}? `}${choices}`,
  };
};

/** Also refused before the build, as far as the policy knows it. */
export const brokenText: Explanation = ({ failure }) => {
  const message =
    /dockerfile parse error on line \d+: (.*)/s.exec(failure.raw)?.[1] ??
    /failed to (?:parse|process|read) (?:dockerfile|".*?"): ?(.*)/s.exec(failure.raw)?.[1] ??
    (/^(?:unknown instruction|unknown flag|circular dependency|cannot copy from stage|target stage|invalid|failed to process)/.test(
      failure.raw,
    )
      ? failure.raw
      : undefined);
  if (message === undefined) return undefined;
  const line = failure.line === undefined ? '' : ` on line ${failure.line}`;
  return {
    code: 'syntax',
    message: `Docker can not read the Dockerfile${line}: ${quoted(message.trim().split('\n')[0] ?? '')}.`,
  };
};
