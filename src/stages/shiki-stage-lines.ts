import type { ShikiTransformer } from 'shiki';
import { scanStages, stageHues } from './scan-stages.ts';

/** Gives every line of a highlighted Dockerfile the hue of its stage, as the editor's margin does. */
export function stageLines(): ShikiTransformer {
  let stageOfLine: number[] = [];
  return {
    name: 'stagecraft:stage-lines',
    preprocess(code, options) {
      const dockerfile = options.lang === 'dockerfile' || options.lang === 'docker';
      stageOfLine = dockerfile ? scanStages(code).stageOfLine : [];
    },
    line(node, line) {
      const stage = stageOfLine[line - 1];
      if (stage !== undefined && stage >= 0) node.properties['data-stage'] = String(stage % stageHues);
    },
    pre(node) {
      // Wide code scrolls sideways, and what scrolls must be reachable by keyboard.
      node.properties.tabindex = '0';
      if (stageOfLine.length > 0) node.properties['data-staged'] = '';
    },
  };
}
