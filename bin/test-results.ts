/** Reads what the test runners wrote: how many passed, and what failed, by name. */
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

export interface Result {
  passed: number;
  /** What failed, each with its name and the first lines of why. */
  failures: string[];
}

/** The parts read of vitest's JSON report. */
interface VitestReport {
  success: boolean;
  numPassedTests: number;
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { fullName: string; status: string; failureMessages?: string[] | null }[];
  }[];
}

export function readVitest(report: VitestReport, projectDir: string): Result {
  const failures = report.testResults.flatMap(({ name, status, message = '', assertionResults }) => {
    const file = relative(projectDir, name);
    const failed = assertionResults
      .filter((test) => test.status === 'failed')
      .map(({ fullName, failureMessages }) => failureText(`${file} › ${fullName}`, failureMessages?.join('\n')));
    // A file that can't even be loaded, or whose hooks fail, has no test that failed.
    return failed.length === 0 && status === 'failed' ? [failureText(file, message)] : failed;
  });
  // An error outside every test, such as a rejection that nobody caught.
  if (failures.length === 0 && !report.success) failures.push('An error outside every test: look for "Unhandled".');
  return { passed: report.numPassedTests, failures };
}

interface PlaywrightSuite {
  suites?: PlaywrightSuite[];
  specs?: {
    title: string;
    file: string;
    line: number;
    tests: { status: string; results: { error?: { message?: string } }[] }[];
  }[];
}

/** The parts read of Playwright's JSON report. */
interface PlaywrightReport {
  stats: { expected: number };
  suites: PlaywrightSuite[];
  /** Errors outside every test, e.g. a server that does not start. */
  errors: { message?: string }[];
}

/** A test that passed only when it was tried again counts as failed. */
export function readPlaywright({ stats, suites, errors }: PlaywrightReport): Result {
  const specsOf = (suite: PlaywrightSuite): NonNullable<PlaywrightSuite['specs']> => [
    ...(suite.specs ?? []),
    ...(suite.suites ?? []).flatMap(specsOf),
  ];
  const failures = suites.flatMap(specsOf).flatMap(({ title, file, line, tests }) =>
    tests
      .filter(({ status }) => status === 'unexpected' || status === 'flaky')
      .map(({ results }) => {
        const why = results.find(({ error }) => error !== undefined)?.error?.message;
        return failureText(`${file}:${line} › ${title}`, why);
      }),
  );
  return {
    passed: stats.expected,
    failures: [...errors.map(({ message }) => failureText('browser', message)), ...failures],
  };
}

/** Enough of the message to know what happened; the whole of it stands in the runner's own output. */
function failureText(name: string, message: string | undefined): string {
  const lines = stripVTControlCharacters(message ?? '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return [name, ...lines.slice(0, 8).map((line) => `    ${line.trim().slice(0, 300)}`)].join('\n');
}
