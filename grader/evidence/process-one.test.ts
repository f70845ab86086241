import { describe, expect, it } from 'vitest';
import { processOneFrom, type Tops, uidBaseFrom } from './process-one.ts';

const Titles = ['PID', 'PPID', 'UID', 'COMMAND'];

function tops(Processes: string[][] | null, programs: string[][] = []): Tops {
  return { commands: { Titles, Processes }, programs: { Titles: ['PID', 'EXE'], Processes: programs } };
}

describe('processOneFrom', () => {
  it('finds process 1 by its pid and takes the user namespace off its uid', () => {
    const rows = [
      ['801', '800', '101000', 'node worker.js'],
      ['800', '7', '101000', 'node server.js'],
    ];
    const started = { pid: 800, argv: ['node', 'server.js'], uidBase: 100000 };
    expect(processOneFrom(tops(rows, [['800', '/usr/local/bin/node']]), started)).toEqual({
      argv: ['node', 'server.js'],
      uid: 1000,
      exe: '/usr/local/bin/node',
      children: [{ argv: ['node', 'worker.js'], exe: undefined }],
    });
  });

  it('takes no process of the engine for a child, and of many children the first few', () => {
    const rows = [
      ['5', '1', '0', '/init'],
      ['6', '1', '0', 'shim'],
    ];
    for (let pid = 10; pid < 40; pid += 1) rows.push([String(pid), '5', '0', `worker ${pid}`]);
    const found = processOneFrom(tops(rows), { pid: 5, argv: ['/init'], uidBase: 0 });
    expect(found?.children).toHaveLength(8);
    expect(found?.children?.[0]?.argv).toEqual(['worker', '10']);
  });

  it('keeps arguments with spaces apart while the program is the one that was started', () => {
    const started = { pid: 5, argv: ['/bin/sh', '-c', 'node  a b.js'], uidBase: 0 };
    const found = processOneFrom(tops([['5', '1', '0', '/bin/sh -c node  a b.js']]), started);
    expect(found?.argv).toEqual(started.argv);
  });

  it('shows what process 1 became after an exec', () => {
    const started = { pid: 5, argv: ['/bin/sh', '-c', 'exec node server.js'], uidBase: 0 };
    expect(processOneFrom(tops([['5', '1', '0', 'node server.js']]), started)?.argv).toEqual(['node', 'server.js']);
  });

  it('does without the program where ps can not tell it, and keeps a path with spaces whole', () => {
    const started = { pid: 5, argv: ['a'], uidBase: 0 };
    const rows = [['5', '1', '0', 'a']];
    expect(processOneFrom(tops(rows, [['5', '/opt/my', 'node']]), started)?.exe).toBe('/opt/my node');
    expect(processOneFrom(tops(rows, [['5', '-']]), started)?.exe).toBeUndefined();
    expect(processOneFrom({ ...tops(rows), programs: undefined }, started)?.exe).toBeUndefined();
  });

  it('knows nothing when the process has ended or ps showed other columns', () => {
    const started = { pid: 5, argv: [], uidBase: 0 };
    expect(processOneFrom(tops([]), started)).toBeUndefined();
    expect(processOneFrom(tops(null), started)).toBeUndefined();
    const other = { Titles: ['PID', 'USER', 'TIME'], Processes: [['5', 'root', '0:00']] };
    expect(processOneFrom({ commands: other, programs: undefined }, started)).toBeUndefined();
  });
});

describe('uidBaseFrom', () => {
  it('reads the user namespace from the name of the data root', () => {
    expect(uidBaseFrom('/var/lib/docker/100000.100000')).toBe(100000);
    expect(uidBaseFrom('/var/lib/docker')).toBe(0);
    expect(uidBaseFrom(undefined)).toBe(0);
  });
});
