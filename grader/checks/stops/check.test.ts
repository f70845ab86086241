import { describe, expect, test } from 'vitest';
import type { ProcessOne, RunEvidence, StopEvidence } from '../../evidence/evidence.ts';
import { builtEvidence, sampleDockerfile, sampleImage, sampleRun } from '../sample-evidence.ts';
import { stops } from './check.ts';

interface Situation {
  stop?: Partial<StopEvidence> | undefined;
  process?: Partial<ProcessOne>;
  run?: Partial<RunEvidence>;
  params?: object;
}

function judge({ stop, process, run = {}, params = {} }: Situation) {
  const ended = { signal: 'SIGTERM', waitedMs: 5_000, endedAfterMs: 80, exitCode: 0 };
  const evidence = builtEvidence({
    dockerfile: sampleDockerfile([{ instructions: [{ keyword: 'CMD', form: 'exec', line: 7 }] }]),
    image: sampleImage({ config: { cmd: ['x'] } }),
    run: sampleRun({
      process: process && { argv: [], uid: 0, ...process },
      stop: stop && { ...ended, ...stop },
      ...run,
    }),
  });
  return stops.judge(stops.schema.parse(params), evidence, 'one');
}

const deaf = { endedAfterMs: undefined, exitCode: undefined };
const answer = { ok: true, status: 200, headers: {}, body: '', bodyTruncated: false, durationMs: 900 } as const;
const cutOff = { ok: false, reason: 'reset', message: 'socket hang up' } as const;

describe('stops', () => {
  test('passes a container that ends in time', () => {
    expect(judge({ stop: {} })).toEqual({
      status: 'passed',
      actual: 'ended after 80 ms, exit code 0',
      message: 'The container ended 80 ms after SIGTERM with exit code 0.',
    });
  });

  test.each<[string, Partial<ProcessOne>, RegExp]>([
    [
      'a program without a handler',
      { argv: ['node', 'server.js'], exe: '/usr/local/bin/node' },
      /Process 1 is `node server\.js`\. For process 1 the kernel drops SIGTERM unless/,
    ],
    [
      'a shell with a child',
      { argv: ['/bin/sh', '-c', 'node a.js; true'], children: [{ argv: ['node', 'a.js'] }] },
      /a shell: it waits for its child `node a\.js` and passes no signal on/,
    ],
    ['npm', { argv: ['npm', 'start'] }, /a package manager that starts a shell that starts the app: the signal/],
    [
      'an init',
      { argv: ['tini', '--', 'node', 'a.js'], children: [{ argv: ['node', 'a.js'] }] },
      /passes the signal on to `node a\.js`, and that did not end/,
    ],
  ])('explains why %s goes on', (_name, process, message) => {
    const judgement = judge({ stop: deaf, process });
    expect(judgement).toMatchObject({ status: 'failed', actual: 'still running after 5 s', line: 7 });
    expect(judgement.message).toMatch(/^5 s after SIGTERM the container was still running\. /);
    expect(judgement.message).toMatch(message);
  });

  test('says what it can when the processes could not be read', () => {
    expect(judge({ stop: deaf }).message).toContain('Only process 1 gets the signal');
  });

  test('fails one that ends later than this check allows, though another check waited longer', () => {
    const late = { endedAfterMs: 3_400, waitedMs: 10_000 };
    expect(judge({ stop: late, params: { withinMs: 3_000 } })).toMatchObject({
      status: 'failed',
      actual: 'still running after 3 s',
    });
    expect(judge({ stop: late, params: { withinMs: 4_000 } }).status).toBe('passed');
  });

  test.each<[number, Partial<ProcessOne>, RegExp]>([
    [143, { argv: ['tini', '--', 'node', 'a.js'] }, /128 \+ 15: SIGTERM ended the app behind `tini -- node a\.js`/],
    [143, { argv: ['/clock'] }, /128 \+ 15: what SIGTERM leaves/],
    [1, { argv: ['/clock'] }, /any code but 0 for a failure/],
  ])('explains the exit code %d', (exitCode, process, message) => {
    const judgement = judge({ stop: { exitCode }, process, params: { exitCode: 0 } });
    expect(judgement).toMatchObject({ status: 'failed', actual: `exit code ${exitCode}` });
    expect(judgement.message).toMatch(message);
    expect(judge({ stop: { exitCode }, params: { exitCode: [0, exitCode] } }).status).toBe('passed');
    expect(judge({ stop: { exitCode } }).status).toBe('passed');
  });

  test('says that memory, not the signal, ended it', () => {
    const judgement = judge({ stop: { exitCode: 137 }, run: { oomKilled: true }, params: { exitCode: 0 } });
    expect(judgement.message).toContain('more memory than it may');
  });

  describe('a request that is being answered', () => {
    const params = { finishes: '/report' };
    test('has to be answered', () => {
      const stop = { inFlight: { beforeSignal: false, response: answer } };
      expect(judge({ stop, params }).message).toContain('and finished the request that it was answering');
    });
    test('must not be cut off, nor answered with an error', () => {
      const found = judge({ stop: { inFlight: { beforeSignal: false, response: cutOff } }, params });
      expect(found).toMatchObject({ status: 'failed', actual: 'a request was cut off' });
      expect(found.message).toContain('GET /report was being answered when SIGTERM came, and was cut off: `socket');
      const response = { ...answer, status: 503 };
      expect(judge({ stop: { inFlight: { beforeSignal: false, response } }, params }).status).toBe('failed');
    });
    test('that failed before the signal is told apart', () => {
      const response = { ...answer, status: 404 };
      expect(judge({ stop: { inFlight: { beforeSignal: true, response } }, params }).message).toBe(
        'GET /report failed before the signal was sent: `answered 404`.',
      );
    });
    test('proves nothing when it was answered before the signal, or never asked', () => {
      expect(judge({ stop: { inFlight: { beforeSignal: true, response: answer } }, params }).status).toBe('skipped');
      expect(judge({ stop: {}, params }).status).toBe('skipped');
    });
  });

  test('explains a container that was not there to be stopped', () => {
    expect(judge({ run: { ready: false, exitCode: 3 } }).message).toMatch(/^There was nothing to stop\. .*exit code 3/);
    expect(judge({ run: { started: false, ready: false } }).status).toBe('failed');
    expect(judge({ run: { exitCode: 0 } }).status).toBe('failed');
  });

  test('is not judged without the evidence', () => {
    expect(judge({}).status).toBe('skipped');
  });

  test('asks for the stop that it judges, and for no longer than the limit', () => {
    const needs = stops.needs?.(stops.schema.parse({ withinMs: 3_000, finishes: '/slow' }), 'one');
    expect(needs).toEqual([{ kind: 'stop', waitMs: 3_000, finishes: '/slow' }]);
    expect(stops.schema.safeParse({ withinMs: 60_000 }).success).toBe(false);
  });

  test('says all that it expects', () => {
    expect(stops.expected(stops.schema.parse({ exitCode: [0, 143], finishes: '/slow', withinMs: 3_000 }))).toBe(
      'The container ends by itself within 3 s after the stop signal with exit code 0 or 143, and answers /slow first.',
    );
  });
});
