/** Answers the page's questions; one of these lives in the worker and knows the catalogue. */
import { findProblems } from '../../../dockerfile/find-problems.ts';
import type { ImageName } from '../../../dockerfile/problem.ts';
import { complete } from './complete.ts';
import { hover, signatures } from './explain.ts';
import { formatDockerfile } from './format.ts';
import type { Question, Questions } from './protocol.ts';
import { rename, renamePlace } from './rename.ts';

type Answers = {
  [Q in Question]: (asks: Questions[Q]['asks']) => Questions[Q]['answers'] | Promise<Questions[Q]['answers']>;
};

export function createAnswers(): Answers {
  let images: readonly ImageName[] = [];
  return {
    images(known) {
      images = known;
      return null;
    },
    problems: (files) => findProblems({ ...files, images }),
    complete: (at) => complete(at, images),
    hover: (at) => hover(at, images),
    signatures,
    renamePlace,
    rename,
    format: ({ text }) => formatDockerfile(text),
  };
}
