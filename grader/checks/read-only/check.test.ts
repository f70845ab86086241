import { describe, expect, test } from 'vitest';
import type { ProbeResponse } from '../../engine/engine.ts';
import type { RunEvidence } from '../../evidence/evidence.ts';
import { builtEvidence, sampleDockerfile, sampleRun } from '../sample-evidence.ts';
import { readOnly } from './check.ts';

const EROFS = "Error: EROFS: read-only file system, open '/app/cache.json'";

function judge(rerun: Partial<RunEvidence> | undefined, { params = {}, run = {} as Partial<RunEvidence> } = {}) {
  const evidence = builtEvidence({
    dockerfile: sampleDockerfile([{ instructions: [{ keyword: 'CMD', form: 'exec', line: 7 }] }]),
    run: sampleRun(run),
    reruns: rerun && { one: sampleRun(rerun) },
  });
  return readOnly.judge(readOnly.schema.parse(params), evidence, 'one');
}

function answer(status: number): ProbeResponse {
  return { ok: true, status, headers: {}, body: '', bodyTruncated: false, durationMs: 3 };
}

describe('read-only', () => {
  test('passes a container that gets ready, and says what could be written', () => {
    expect(judge({}).message).toContain('nothing in it can be written');
    expect(judge({}, { params: { tmpfs: ['/tmp'] } })).toEqual({
      status: 'passed',
      actual: 'works read-only',
      message: 'The container works with a read-only root file system; only `/tmp` can be written.',
    });
  });

  test('fails one that does not, with the line of its log that says why', () => {
    const judgement = judge({ ready: false, exitCode: 1, log: `starting\n${EROFS}\n    at open\n${EROFS}\n` });
    expect(judgement).toMatchObject({ status: 'failed', actual: 'writes to the root file system', line: 7 });
    expect(judgement.message).toContain(`Its log says: \`${EROFS}\`.`);
    expect(judge({ ready: false, log: 'OSError: [Errno 30] Read-only file system: x' }).message).toContain('Errno 30');
  });

  test('fails one that does not say why', () => {
    const judgement = judge({ ready: false, exitCode: 2, log: 'bye' });
    expect(judgement).toMatchObject({ status: 'failed', actual: 'exit code 2' });
    expect(judgement.message).toMatch(/^With a read-only root file system it does not work; .* `bye`/);
  });

  test('does not blame the file system where it never worked', () => {
    const judgement = judge({ ready: false, exitCode: 1, log: EROFS }, { run: { ready: false, exitCode: 1 } });
    expect(judgement.message).not.toContain('With a read-only');
  });

  test('asks the requests of the exercise, and looks for the reason in the log', () => {
    const params = { requests: [{ path: '/orders' }] };
    expect(judge({ probes: { 'one/1': answer(200) } }, { params }).status).toBe('passed');
    const judgement = judge({ probes: { 'one/1': answer(500) }, log: EROFS }, { params });
    expect(judgement).toMatchObject({ status: 'failed' });
    expect(judgement.message).toMatch(/^With a read-only root file system: GET \/orders answered 500.*EROFS/);
    expect(judge({}, { params }).status).toBe('skipped');
  });

  test('is not judged without both runs', () => {
    expect(judge(undefined).status).toBe('skipped');
  });

  test('asks for a run and for another one that differs in what it may write', () => {
    expect(readOnly.needs?.(readOnly.schema.parse({ tmpfs: ['/tmp'], requests: [{ path: '/a' }] }), 'one')).toEqual([
      { kind: 'run', requests: [] },
      {
        kind: 'rerun',
        id: 'one',
        change: { readOnly: true, tmpfs: ['/tmp'] },
        requests: [{ id: 'one/1', method: 'GET', path: '/a' }],
      },
    ]);
    expect(readOnly.schema.safeParse({ tmpfs: ['tmp'] }).success).toBe(false);
  });

  test('says what it expects', () => {
    const params = readOnly.schema.parse({ tmpfs: ['/tmp'], requests: [{ path: '/a' }] });
    expect(readOnly.expected(params)).toBe(
      'The container starts with a read-only root file system, with only /tmp writable, and answers GET /a with 200.',
    );
  });
});
