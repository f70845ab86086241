import { expect, test } from 'vitest';
import { environmentOf, writesFile } from './attack-plan.ts';
import { readTries } from './observed.ts';

test('only lines with the mark are read, and the last of a name counts', () => {
  const log = [
    'MARK connect:a reached not ours',
    '@m connect:a failed nc: Connection refused ',
    'noise @m memory:beyond 137 ',
    '@m',
    '@m lonely',
  ].join('\n');
  expect(readTries(log, '@m')).toEqual({
    'connect:a': { result: 'failed', text: 'nc: Connection refused' },
    'memory:beyond': { result: '137', text: '' },
  });
});

test('the attacks go beyond every limit and at every address of this machine', () => {
  const network = {
    ...{ buildGateway: '10.213.0.1', runNetworkName: 'runs', runGateway: '10.213.1.1' },
    ...{ mirrorPort: 4873, httpsPort: 443, httpsHostNames: [] },
  };
  const allowed = { memoryBytes: 256 * 1024 ** 2, pids: 128, cpus: 1 };
  const environment = environmentOf({ mark: '@m', network, allowed, bait: ['192.0.2.7:40001', '192.0.2.8:40002'] });
  expect(Number(environment.MEMORY_MIB)).toBeGreaterThan(256);
  expect(Number(environment.PROCESSES)).toBeGreaterThan(128);
  expect(Number(environment.LOOPS)).toBeGreaterThan(1);
  for (const target of ['machine-1=192.0.2.7:40001', 'machine-2=192.0.2.8:40002', 'mirror=10.213.0.1:4873'])
    expect(environment.CONNECT?.split(' ')).toContain(target);
});

test('every attempt to write is one line with its name, for the shell to read', () => {
  for (const line of writesFile().trimEnd().split('\n')) expect(line).toMatch(/^[\w-]+\t[^\t]+$/);
});
