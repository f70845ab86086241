import { describe, expect, test } from 'vitest';
import { builtEvidence, type InstructionSketch, sampleDockerfile, sampleImage, sampleRun } from '../sample-evidence.ts';
import { entrypoint } from './check.ts';

interface Situation {
  entrypoint?: string[];
  cmd?: string[];
  /** argv of the running process 1. */
  running?: string[];
  instructions?: InstructionSketch[];
  params?: object;
}

function judge({ entrypoint: entry = [], cmd = [], running, instructions = [], params = {} }: Situation) {
  const evidence = builtEvidence({
    dockerfile: sampleDockerfile([{ name: 'builder' }, { instructions }]),
    image: sampleImage({ config: { entrypoint: entry, cmd } }),
    run: running && sampleRun({ process: { argv: running, uid: 1000 } }),
  });
  return entrypoint.judge(entrypoint.schema.parse(params), evidence, 'one');
}

const execCmd: InstructionSketch = { keyword: 'CMD', form: 'exec', text: '["…"]', line: 9 };
const shellCmd: InstructionSketch = { keyword: 'CMD', form: 'shell', text: 'node server.js', line: 9 };
const shellArgv = ['/bin/sh', '-c', 'node server.js'];

describe('entrypoint', () => {
  test.each<[string, string[]]>([
    ['node', ['node', 'dist/server.js']],
    ['a static binary', ['/clock']],
    ['node behind tini', ['/usr/bin/tini', '--', 'node', 'server.js']],
    ['node behind tini with options', ['tini', '-g', 'node', 'server.js']],
    ['a program of BusyBox', ['busybox', 'httpd', '-f']],
    ['a shell that hands over', ['sh', '-c', ' exec node server.js']],
    ['a script called like a file', ['/docker-entrypoint.sh', 'nginx']],
  ])('passes %s as process 1', (_name, cmd) => {
    expect(judge({ cmd, instructions: [execCmd] }).status).toBe('passed');
  });

  test.each<[string, string[], RegExp]>([
    ['a shell', ['sh', '-c', 'node server.js'], /Process 1 is `sh -c node server.js`: a shell/],
    ['a shell with a script', ['/bin/bash', '/start.sh'], /a shell/],
    ["BusyBox's shell", ['/bin/busybox', 'sh', '/start.sh'], /a shell/],
    ['a shell behind tini', ['tini', '--', 'sh', '/start.sh'], /a shell/],
    ['npm', ['npm', 'start'], /`npm start`: a package manager/],
    ['npm as node runs it', ['node', '/usr/local/lib/node_modules/npm/bin/npm-cli.js', 'start'], /a package manager/],
    ['yarn', ['/usr/local/bin/yarn', 'start'], /a package manager/],
  ])('fails %s as process 1', (_name, cmd, message) => {
    const judgement = judge({ cmd, instructions: [execCmd] });
    expect(judgement).toMatchObject({ status: 'failed', line: 9 });
    expect(judgement.message).toMatch(message);
  });

  test('believes the running process more than the settings', () => {
    const cmd = ['/start.sh'];
    expect(judge({ cmd, running: ['/bin/sh', '/start.sh'], instructions: [execCmd] }).status).toBe('failed');
    expect(judge({ cmd: ['sh', '/start.sh'], running: ['node', 'server.js'], instructions: [execCmd] }).status).toBe(
      'passed',
    );
    expect(judge({ cmd, running: ['npm start'], instructions: [execCmd] }).message).toContain('a package manager');
  });

  test('fails an image without any command', () => {
    expect(judge({})).toMatchObject({ status: 'failed', actual: 'no command' });
  });
});

describe('the shell form', () => {
  test('fails with the line and what Docker starts', () => {
    expect(judge({ cmd: shellArgv, instructions: [shellCmd] })).toEqual({
      status: 'failed',
      actual: 'CMD in shell form',
      line: 9,
      message:
        'CMD on line 9 is not a JSON array, so Docker starts `/bin/sh -c node server.js`: the shell is process 1 and does not pass the stop signal on.',
    });
  });
  test('says when this shell happened to replace itself', () => {
    expect(judge({ cmd: shellArgv, running: ['node', 'server.js'], instructions: [shellCmd] }).message).toContain(
      'this shell replaced itself with the program, but not every shell does',
    );
  });
  test('of CMD fails also when ENTRYPOINT is an array', () => {
    const judgement = judge({ entrypoint: ['/nodejs/bin/node'], cmd: shellArgv, instructions: [shellCmd] });
    expect(judgement.message).toContain('ENTRYPOINT gets the shell and the line as its arguments');
  });
  test('of ENTRYPOINT fails', () => {
    const instructions: InstructionSketch[] = [
      { keyword: 'ENTRYPOINT', form: 'shell', text: 'node server.js', line: 8 },
    ];
    expect(judge({ entrypoint: shellArgv, instructions })).toMatchObject({
      actual: 'ENTRYPOINT in shell form',
      line: 8,
    });
  });
  test('of the base image fails without a line', () => {
    const judgement = judge({ cmd: shellArgv });
    expect(judgement.message).toContain('CMD of the base image is not a JSON array');
    expect(judgement).not.toHaveProperty('line');
  });
  test('that a later ENTRYPOINT made ineffective does not count', () => {
    const instructions: InstructionSketch[] = [{ keyword: 'ENTRYPOINT', form: 'exec', text: '["/clock"]', line: 9 }];
    expect(judge({ entrypoint: ['/clock'], cmd: [], instructions: [shellCmd, ...instructions] }).status).toBe('passed');
  });
  test('is not minded when any form will do', () => {
    const params = { form: 'any' };
    expect(judge({ cmd: shellArgv, running: ['node', 'server.js'], instructions: [shellCmd], params }).status).toBe(
      'passed',
    );
    expect(judge({ cmd: shellArgv, instructions: [shellCmd], params }).message).toContain('a shell');
  });
});

describe('startsWith', () => {
  const node = { cmd: ['/usr/local/bin/node', 'dist/server.js'], instructions: [execCmd] };
  test.each<[string | string[]]>([
    ['node dist/'],
    ['/usr/local/bin/node'],
    [['node', 'dist/server.js']],
    [['node']],
    ['deno|node'],
  ])('passes %j', (startsWith) => {
    expect(judge({ ...node, params: { startsWith } }).status).toBe('passed');
  });
  test.each<[string | string[]]>([['dist/server.js'], [['node', 'server.js']], [['no']]])('fails %j', (startsWith) => {
    expect(judge({ ...node, params: { startsWith } })).toMatchObject({ status: 'failed', line: 9 });
  });
  test('looks behind an init', () => {
    const cmd = ['tini', '--', 'node', 'server.js'];
    expect(judge({ cmd, instructions: [execCmd], params: { startsWith: 'node' } }).status).toBe('passed');
  });
  test('must be a regex or a list', () => {
    expect(entrypoint.schema.safeParse({ startsWith: '(' }).success).toBe(false);
    expect(entrypoint.schema.safeParse({ startsWith: [] }).success).toBe(false);
  });
  test('is in the expectation', () => {
    expect(entrypoint.expected({ form: 'exec', startsWith: ['node'] })).toBe(
      'Process 1 is `node`; CMD and ENTRYPOINT are JSON arrays.',
    );
    expect(entrypoint.expected({ form: 'any' })).toBe(
      'Process 1 is the program itself, not a shell or a package manager.',
    );
  });
});

test('entrypoint shows a hostile command line cut short and on one line', () => {
  const { message, actual } = judge({ cmd: ['sh', `\n\u001b[2J${'x'.repeat(90_000)}`], instructions: [execCmd] });
  expect(message + actual).not.toMatch(/\p{Cc}/u);
  expect(message.length).toBeLessThan(400);
});
