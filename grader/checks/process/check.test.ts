import { describe, expect, test } from 'vitest';
import type { ProcessOne, RunEvidence } from '../../evidence/evidence.ts';
import { builtEvidence, sampleDockerfile, sampleImage, sampleRun } from '../sample-evidence.ts';
import { processOne } from './check.ts';

function judge(running: Partial<ProcessOne> | undefined, params: object = {}, run: Partial<RunEvidence> = {}) {
  const evidence = builtEvidence({
    dockerfile: sampleDockerfile([{ instructions: [{ keyword: 'CMD', form: 'exec', line: 7 }] }]),
    image: sampleImage({ config: { cmd: ['x'] } }),
    run: sampleRun({ process: running && { argv: [], uid: 1000, ...running }, ...run }),
  });
  return processOne.judge(processOne.schema.parse(params), evidence, 'one');
}

const NODE = '/usr/local/bin/node';

describe('process', () => {
  test.each<[string, Partial<ProcessOne>, string]>([
    ['node', { argv: ['node', 'server.js'], exe: NODE }, 'node'],
    ['a Python with its version', { argv: ['python', 'app.py'], exe: '/usr/bin/python3.11' }, 'python3'],
    ['a Python by its short name', { argv: ['python3', 'app.py'], exe: '/usr/bin/python3.11' }, 'python'],
    ['a program with a title of its own', { argv: ['nginx:', 'master', 'process'], exe: '/usr/sbin/nginx' }, 'nginx'],
    ['a program whose file could not be read', { argv: ['nginx:', 'master', 'process'] }, 'nginx'],
    ['an applet of BusyBox', { argv: ['httpd', '-f'], exe: '/bin/busybox' }, 'httpd'],
    ['a program under an emulator', { argv: ['/clock'], exe: '/usr/bin/qemu-aarch64' }, 'clock'],
    ['one of several names', { argv: ['/clock'], exe: '/clock' }, '/^cl/'],
  ])('passes %s', (_name, running, is) => {
    expect(judge(running, { is })).toMatchObject({ status: 'passed' });
  });

  test.each<[string, Partial<ProcessOne>, RegExp]>([
    [
      'a shell with its child',
      { argv: ['/bin/sh', '-c', 'npm start'], exe: '/bin/dash', children: [{ argv: ['npm', 'start'] }] },
      /Process 1 is `\/bin\/sh -c npm start`, a shell; the app is its child `npm start`\./,
    ],
    ["BusyBox's shell", { argv: ['sh', '/start.sh'], exe: '/bin/busybox' }, /a shell/],
    ['a shell that calls itself node', { argv: ['node', 'server.js'], exe: '/bin/bash' }, /a shell/],
    ['npm', { argv: ['npm', 'start'], exe: NODE }, /Process 1 is `npm start`, a package manager/],
    ['npm by its script', { argv: ['node', '/x/npm-cli.js', 'start'], exe: NODE }, /a package manager/],
    [
      'a shell behind an init',
      { argv: ['tini', '--', 'sh', '/s'], exe: '/usr/bin/tini', children: [{ argv: ['sh', '/s'], exe: '/bin/dash' }] },
      /Process 1 is `tini -- sh \/s`, and what it started is `sh \/s`, a shell/,
    ],
  ])('refuses %s, although it is not told to', (_name, running, message) => {
    const judgement = judge(running);
    expect(judgement).toMatchObject({ status: 'failed', line: 7 });
    expect(judgement.message).toMatch(message);
  });

  test('never takes npm for node, though node runs it', () => {
    expect(judge({ argv: ['npm', 'start'], exe: NODE }, { is: 'node', not: [] }).status).toBe('failed');
    expect(judge({ argv: ['npm', 'start'], exe: NODE }, { is: 'npm', not: [] }).status).toBe('passed');
  });

  test('looks behind an init, unless an init is not wanted', () => {
    const tini = {
      argv: ['tini', '--', 'node', 'a.js'],
      exe: '/usr/bin/tini',
      children: [{ argv: ['node', 'a.js'], exe: NODE }],
    };
    expect(judge(tini, { is: 'node' })).toMatchObject({ status: 'passed', actual: 'tini, which runs node' });
    expect(judge({ ...tini, children: [] }, { is: 'node' }).status).toBe('passed');
    expect(judge(tini, { is: 'node', not: ['init'] }).message).toContain('an init; the app is its child `node a.js`');
    expect(judge(tini, { not: ['tini'] }).message).toContain('an init');
  });

  test('says what was expected instead', () => {
    expect(
      judge({ argv: ['java', '-jar', 'a.jar'], exe: '/opt/java/bin/java' }, { is: ['node', 'bun'] }),
    ).toMatchObject({
      status: 'failed',
      actual: 'java',
      message: 'Process 1 is `java -jar a.jar`; expected node or bun.',
    });
    expect(judge({ argv: ['ruby'] }, { not: ['ruby'] }).message).toContain('which this exercise does not want');
  });

  test('explains a container that ended, and does not blame the learner for what could not be read', () => {
    expect(judge(undefined, {}, { ready: false, exitCode: 3, log: 'no module' })).toMatchObject({
      status: 'failed',
      actual: 'exit code 3',
      line: 7,
    });
    expect(judge(undefined)).toMatchObject({ status: 'skipped' });
  });

  test('says in its expectation what is wanted and what is not', () => {
    const expected = (params: object) => processOne.expected(processOne.schema.parse(params));
    expect(expected({})).toBe('Process 1 of the running container is not a shell or a package manager.');
    expect(expected({ is: 'node', not: [] })).toBe('Process 1 of the running container is node.');
    expect(expected({ is: ['node', 'bun'], not: ['init', 'npm'] })).toBe(
      'Process 1 of the running container is node or bun and is not an init or npm.',
    );
  });

  test('shows a hostile title cut short and on one line', () => {
    const { message, actual } = judge({ argv: [`\u001b[2J\n${'x'.repeat(9_000)}`], exe: '/a' }, { is: 'node' });
    expect(message + actual).not.toMatch(/\p{Cc}/u);
    expect(message.length).toBeLessThan(300);
  });

  test('needs run settings', () => {
    expect(processOne.needs?.(processOne.schema.parse({}), 'one')).toEqual([
      { kind: 'run', requests: [], required: true },
    ]);
  });
});
