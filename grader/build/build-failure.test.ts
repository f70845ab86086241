import { expect, test } from 'vitest';
import { type BuildFailure, failureOf, isBesideTheText, isEngineLost, isLayerLost, rawError } from './build-failure.ts';
import { BuildProgress } from './build-progress.ts';

const failure = (raw: string, reason: BuildFailure['reason'] = 'failed'): BuildFailure => ({
  ...{ raw, reason, vertex: undefined, logTail: [], exitCode: undefined, line: undefined },
});

test.each([
  'Cannot connect to the Docker daemon at unix:///x/docker.sock. Is the docker daemon running?',
  'failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF',
  'Unavailable: error reading from server: EOF',
  'Canceled: context canceled',
])('the engine is lost: %s', (raw) => {
  expect(isEngineLost(failure(raw))).toBe(true);
});

test.each([
  [
    'a command that prints it',
    failure('process "/bin/sh -c echo Unavailable: ; exit 1" did not complete successfully: exit code: 1'),
  ],
  ['our own time limit', failure('Canceled: context canceled', 'timeout')],
  ['our own log limit', failure('Canceled: context canceled', 'log_limit')],
])('it is not by %s', (_, each) => {
  expect(isEngineLost(each)).toBe(false);
});

test('the raw error is what stands behind the last ERROR, without BuildKit’s folders', () => {
  const plain = `Dockerfile:2
   1 | ERROR: mine
ERROR: failed to solve: failed to walk /var/lib/docker/1.1/tmp/buildkit-mount42/app/x: lstat
`;
  expect(rawError(plain)).toBe('failed to walk /app/x: lstat');
  expect(rawError('buildx fell over\n')).toBe('buildx fell over');
});

/** Of a build in which one step failed so. */
function progressWith(error: string | undefined): BuildProgress {
  const progress = new BuildProgress({ model: undefined, emit: () => {}, logBytesMax: 1_000, onLogFull: () => {} });
  const vertex = { digest: 'sha256:1', name: '[1/1] RUN x', inputs: [], cached: false };
  if (error !== undefined) progress.add({ vertexes: [{ ...vertex, error }] });
  return progress;
}

test('the raw error begins at a line of buildx, whatever the command that failed says', () => {
  const plain = (command: string) =>
    `Dockerfile:2\n   2 | >>> RUN ${command.split('\n')[0]}\nERROR: failed to solve: process "/bin/sh -c ${command}" did not complete successfully: exit code: 3\n`;
  for (const command of [
    'test -f x || { echo "ERROR: Unavailable: x"; exit 3; }',
    'cat <<END\nERROR: mine\nEND\nexit 3',
  ])
    expect(rawError(plain(command))).toMatch(/^process .* exit code: 3$/s);
});

test.each([
  ['it says another', 'echo exit code: 137; exit 3', 3],
  ['it is very long', `${'true; '.repeat(2_000)}exit 3`, 3],
])('the exit code is that of the process, also when %s', (_, command, exitCode) => {
  const error = `process "/bin/sh -c ${command}" did not complete successfully: exit code: ${exitCode}`;
  const found = failureOf('failed', progressWith(error), `ERROR: failed to solve: ${error}`);
  expect(found.exitCode).toBe(exitCode);
  expect(found.vertex?.error?.length).toBeLessThan(2_100);
  expect(failureOf('failed', progressWith(undefined), `ERROR: failed to solve: ${error}`).exitCode).toBe(exitCode);
});

test.each([
  'layer does not exist',
  'failed to export image: failed to create image: failed to get layer sha256:12: layer does not exist',
  'failed to export image: failed to set parent sha256:12: unknown parent image ID sha256:12',
])('a layer is lost: %s', (raw) => {
  expect(isLayerLost(failure(raw))).toBe(true);
  expect(isLayerLost(failure(raw, 'timeout'))).toBe(false);
});

test('a command that prints it has lost no layer', () => {
  expect(isLayerLost(failure('process "/bin/sh -c echo layer does not exist" did not complete successfully'))).toBe(
    false,
  );
  expect(isLayerLost(failure('process "/bin/sh -c echo layer does not exist'))).toBe(false);
});

test('what fails outside of every line is not the text’s fault', () => {
  const exporting = failure('failed to export image: mount callback failed');
  expect(isBesideTheText(exporting)).toBe(true);
  expect(isBesideTheText({ ...exporting, line: 3 })).toBe(false);
  expect(isBesideTheText({ ...exporting, exitCode: 1 })).toBe(false);
  expect(isBesideTheText({ ...exporting, reason: 'timeout' })).toBe(false);
  expect(isBesideTheText(failure('failed to export image: write /x: no space left on device'))).toBe(false);
});
