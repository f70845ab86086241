import { describe, expect, it } from 'vitest';
import { processOneFrom, uidBaseFrom } from './process-one.ts';

const Titles = ['PID', 'UID', 'COMMAND'];

describe('processOneFrom', () => {
  it('finds process 1 by its pid and takes the user namespace off its uid', () => {
    const Processes = [
      ['801', '101000', 'node worker.js'],
      ['800', '101000', 'node server.js'],
    ];
    expect(processOneFrom({ Titles, Processes }, { pid: 800, argv: ['node', 'server.js'], uidBase: 100000 })).toEqual({
      argv: ['node', 'server.js'],
      uid: 1000,
    });
  });

  it('keeps arguments with spaces apart while the program is the one that was started', () => {
    const started = { pid: 5, argv: ['/bin/sh', '-c', 'node  a b.js'], uidBase: 0 };
    expect(processOneFrom({ Titles, Processes: [['5', '0', '/bin/sh -c node  a b.js']] }, started)?.argv).toEqual(
      started.argv,
    );
  });

  it('shows what process 1 became after an exec', () => {
    const started = { pid: 5, argv: ['/bin/sh', '-c', 'exec node server.js'], uidBase: 0 };
    expect(processOneFrom({ Titles, Processes: [['5', '0', 'node server.js']] }, started)?.argv).toEqual([
      'node',
      'server.js',
    ]);
  });

  it('knows nothing when the process has ended or ps showed other columns', () => {
    const started = { pid: 5, argv: [], uidBase: 0 };
    expect(processOneFrom({ Titles, Processes: [] }, started)).toBeUndefined();
    expect(processOneFrom({ Titles, Processes: null }, started)).toBeUndefined();
    expect(
      processOneFrom({ Titles: ['PID', 'USER', 'TIME'], Processes: [['5', 'root', '0:00']] }, started),
    ).toBeUndefined();
  });
});

describe('uidBaseFrom', () => {
  it('reads the user namespace from the name of the data root', () => {
    expect(uidBaseFrom('/var/lib/docker/100000.100000')).toBe(100000);
    expect(uidBaseFrom('/var/lib/docker')).toBe(0);
    expect(uidBaseFrom(undefined)).toBe(0);
  });
});
