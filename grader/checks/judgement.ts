import type { Judgement } from './check.ts';

interface Found {
  actual: string;
  message: string;
  line?: number | undefined;
}

export function passed(actual: string, message: string): Judgement {
  return { status: 'passed', actual, message };
}

export function failed({ actual, message, line }: Found): Judgement {
  return line === undefined ? { status: 'failed', actual, message } : { status: 'failed', actual, message, line };
}

/** Evidence that should be there is not: nothing a learner can cause, so it never counts against them. */
export function notCollected(what: string): Judgement {
  return {
    status: 'skipped',
    actual: 'not looked at',
    message: `Not judged, because the grader did not collect ${what}. This is a fault on our side.`,
  };
}

export function unreadableDockerfile(): Judgement {
  return {
    status: 'skipped',
    actual: 'not looked at',
    message: 'Not judged, because the Dockerfile could not be read; correct its syntax first.',
  };
}
