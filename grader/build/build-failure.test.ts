import { expect, test } from 'vitest';
import { type BuildFailure, isEngineLost, isLayerLost, rawError } from './build-failure.ts';

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

test('a lost layer is told from everything else that fails', () => {
  expect(isLayerLost(failure('layer does not exist'))).toBe(true);
  expect(isLayerLost(failure('layer does not exist', 'timeout'))).toBe(false);
  expect(isLayerLost(failure('process "/bin/sh -c echo layer does not exist" did not complete successfully'))).toBe(
    false,
  );
});
