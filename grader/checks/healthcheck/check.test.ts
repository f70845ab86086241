import { describe, expect, test } from 'vitest';
import type { HealthEvidence, RunEvidence } from '../../evidence/evidence.ts';
import {
  builtEvidence,
  type InstructionSketch,
  sampleDockerfile,
  sampleEntry,
  sampleFiles,
  sampleImage,
  sampleRun,
} from '../sample-evidence.ts';
import { healthcheck } from './check.ts';

interface Situation {
  test?: string[] | undefined;
  health?: Partial<HealthEvidence>;
  run?: Partial<RunEvidence>;
  params?: object;
  files?: string[];
}

const written: InstructionSketch = { keyword: 'HEALTHCHECK', text: 'CMD …', line: 7 };
const good: HealthEvidence = {
  argv: ['/health'],
  waitedMs: 5_000,
  healthyAfterMs: 90,
  attempt: { exitCode: 0, output: '', started: true },
};

function judge({ test: command = ['CMD', '/health'], health, run = {}, params = {}, files = [] }: Situation) {
  const evidence = builtEvidence({
    dockerfile: sampleDockerfile([{ instructions: [written] }]),
    image: sampleImage({
      config: { healthcheck: command },
      files: sampleFiles(files.map((path) => sampleEntry(path, { mode: 0o755 }))),
    }),
    run: sampleRun({ health: health && { ...good, ...health }, ...run }),
  });
  return healthcheck.judge(healthcheck.schema.parse(params), evidence, 'one');
}

const failing = (exitCode: number | undefined, output = '', started = true): Partial<HealthEvidence> => ({
  healthyAfterMs: undefined,
  attempt: { exitCode, output, started },
});

describe('healthcheck', () => {
  test('passes one that succeeds, and one that also notices a frozen app', () => {
    expect(judge({ health: {} })).toEqual({
      status: 'passed',
      actual: 'healthy after 90 ms',
      message: 'The health check `/health` succeeded 90 ms after the app answered.',
    });
    const whileFrozen = { exitCode: undefined, output: '', started: true };
    expect(judge({ health: { whileFrozen } }).message).toContain('and noticed that the app was frozen');
  });

  test('fails an image without one, and finds it in another stage', () => {
    const evidence = builtEvidence({
      dockerfile: sampleDockerfile([{ instructions: [written] }, {}]),
      run: sampleRun(),
    });
    expect(healthcheck.judge(healthcheck.schema.parse({}), evidence, 'one')).toMatchObject({
      status: 'failed',
      actual: 'no HEALTHCHECK',
      line: 7,
      message: 'The image has no health check. HEALTHCHECK on line 7 is in a stage that is not shipped.',
    });
    expect(judge({ test: ['NONE'] }).actual).toBe('HEALTHCHECK NONE');
  });

  test('fails one that does not ask the app, unless that is fine', () => {
    const whileFrozen = { exitCode: 0, output: '', started: true };
    expect(judge({ health: { argv: ['true'], whileFrozen } })).toMatchObject({
      status: 'failed',
      actual: 'healthy while the app hangs',
      line: 7,
    });
    expect(judge({ health: { whileFrozen }, params: { asksTheApp: false } }).status).toBe('passed');
  });

  test('fails one that never succeeds, with its last words', () => {
    const judgement = judge({ health: failing(1, 'a\nwget: server returned 404\n') });
    expect(judgement).toMatchObject({ status: 'failed', actual: 'unhealthy, exit code 1', line: 7 });
    expect(judgement.message).toContain('although the app answers. It says `wget: server returned 404`.');
    expect(judge({ health: failing(1) }).message).toContain('It wrote nothing.');
  });

  test('explains what is not there, what hangs and what localhost may mean', () => {
    expect(judge({ health: failing(127, 'sh: curl: not found') }).message).toContain(
      'the program is not in this image',
    );
    const argv = ['wget', '-q', 'http://localhost:3000/'];
    expect(judge({ health: { argv, ...failing(1, 'refused') } }).message).toContain('127.0.0.1 has no second meaning');
    expect(judge({ health: failing(undefined) }).actual).toBe('the health check hangs');
  });

  test('says that the shell form needs a shell, where there is none', () => {
    const test = ['CMD-SHELL', 'curl x'];
    const argv = ['/bin/sh', '-c', 'curl x'];
    const output =
      'OCI runtime exec failed: exec failed: exec: "/bin/sh": stat /bin/sh: no such file or directory: unknown';
    const health = { argv, ...failing(126, output, false) };
    expect(judge({ test, health }).actual).toBe('a shell form without a shell');
    const withShell = judge({ test, health, files: ['/usr/bin/bash'] });
    expect(withShell.actual).toBe('could not be started');
    expect(withShell.message).toContain('`"/bin/sh": stat /bin/sh: no such file or directory`');
  });

  test('fails one that succeeds too late', () => {
    expect(judge({ health: { healthyAfterMs: 4_000 }, params: { withinMs: 3_000 } }).actual).toBe('healthy after 4 s');
  });

  test('explains an app that was not there to be asked', () => {
    const judgement = judge({ run: { ready: false, exitCode: 1 } });
    expect(judgement.message).toMatch(/^The health check had nothing to ask\. .*exit code 1/);
  });

  test('is not judged without the evidence', () => {
    expect(judge({}).status).toBe('skipped');
  });

  test('asks for what it judges', () => {
    expect(healthcheck.needs?.(healthcheck.schema.parse({ withinMs: 900 }), 'one')).toEqual([
      { kind: 'health', waitMs: 900 },
    ]);
    expect(healthcheck.schema.safeParse({ withinMs: 99_000 }).success).toBe(false);
  });

  test('shows a hostile output cut short and on one line', () => {
    const { message } = judge({ health: failing(1, `\u001b[2J${'x'.repeat(9_000)}`) });
    expect(message).not.toMatch(/\p{Cc}/u);
    expect(message.length).toBeLessThan(400);
  });
});
