import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { judge } from './judge.ts';
import type { Attack, Observed } from './observed.ts';

const fixtures = join(import.meta.dirname, 'fixtures');

/** Recorded from real engines by `fixtures/record-observed.ts`. */
function recorded(name: string): Observed {
  const file = readdirSync(fixtures).find((each) => each.startsWith(`${name}.docker-`)) ?? '';
  return JSON.parse(readFileSync(join(fixtures, file), 'utf8')) as Observed;
}

const missingIn = (observed: Observed) => judge(observed).filter(({ held }) => !held);
const idsMissingIn = (observed: Observed) => missingIn(observed).map(({ id }) => id);

function changed(change: (observed: Observed) => void): Observed {
  const observed = recorded('held');
  change(observed);
  return observed;
}

const says = (attack: Attack, name: string, result: string, text = 'words') => {
  attack.tries[name] = { result, text };
};

describe('the judge of what the attacks brought back', () => {
  test('every wall of a whole engine held, each with what was tried, seen, and would mend it', () => {
    const walls = judge(recorded('held'));
    expect(walls.filter(({ held }) => !held)).toEqual([]);
    expect(new Set(walls.map(({ id }) => id)).size).toBe(walls.length);
    for (const wall of walls) {
      for (const part of ['title', 'attempted', 'seen', 'mend'] as const) expect(wall[part], wall.id).not.toBe('');
    }
  });

  test('a control group that nobody made is seen to limit neither memory nor processes', () => {
    const missing = missingIn(recorded('unlimited-slot'));
    expect(missing.map(({ id, seen }) => [id, seen])).toEqual([
      ['build-memory', 'It got them all.'],
      ['build-processes', 'It started 544.'],
    ]);
  });

  test('an engine with a route out and no firewall is seen to reach this machine and the neighbour', () => {
    const missing = missingIn(recorded('open-network'));
    expect(missing.map(({ id }) => id)).toEqual(['build-machine', 'run-neighbour']);
    expect(missing[0]?.seen).toMatch(/^Reached: [\d.]+:40000 stagecraft-/);
  });

  test.each([
    ['build-internet', (o: Observed) => says(o.build, 'connect:public-1', 'reached')],
    ['run-internet', (o: Observed) => says(o.run, 'connect:public-2', 'reached')],
    ['build-dns', (o: Observed) => says(o.build, 'resolve:public', 'resolved')],
    ['run-dns', (o: Observed) => says(o.run, 'resolve:given', 'resolved')],
    ['build-metadata', (o: Observed) => says(o.build, 'connect:metadata', 'reached')],
    ['build-machine', (o: Observed) => says(o.build, 'connect:engine-3', 'reached')],
    ['run-machine', (o: Observed) => o.run.bites.push('192.0.2.1:40000')],
    ['run-machine', (o: Observed) => says(o.run, 'connect:mirror', 'reached')],
    ['build-daemon', (o: Observed) => o.remoteAdd.bites.push('192.0.2.1:40000')],
    ['build-daemon', (o: Observed) => Object.assign(o.remoteAdd, { built: true, text: '' })],
    ['run-neighbour', (o: Observed) => says(o.run, 'connect:neighbour', 'reached')],
    ['run-memory', (o: Observed) => says(o.run, 'memory:beyond', '0')],
    ['run-processes', (o: Observed) => says(o.run, 'processes', '129')],
    ['run-processor', (o: Observed) => says(o.run, 'processor', '10.00-11.00', '0m0s 0m0s 0m1.900s 0m0.010s')],
    ['build-disk', (o: Observed) => says(o.build, 'disk', '244000000-4096')],
    ['run-disk', (o: Observed) => says(o.run, 'file:/dev/shm/a-file', String(24 * 1024 ** 2))],
    ['run-disk', (o: Observed) => says(o.run, 'file:/a-file', '1048576')],
    ['build-kernel', (o: Observed) => says(o.build, 'write:kernel-setting', 'got')],
    ['run-cgroups', (o: Observed) => says(o.run, 'write:memory-limit-v2', 'got')],
    ['build-cache-mount', (o: Observed) => says(o.build, 'folder:/theirs-2', 'found')],
  ])('%s is missing when the attack got through', (id, change) => {
    expect(idsMissingIn(changed(change))).toEqual([id]);
  });

  test.each([
    [
      'the mirror was out of reach too',
      ['build-internet', 'build-dns', 'build-metadata', 'build-machine'],
      (o: Observed) => says(o.build, 'connect:mirror', 'failed'),
    ],
    [
      'the service was out of reach too',
      ['run-internet', 'run-dns', 'run-metadata', 'run-machine', 'run-neighbour'],
      (o: Observed) => says(o.run, 'connect:service', 'failed'),
    ],
    [
      'the neighbour never answered',
      ['run-neighbour'],
      (o: Observed) => Object.assign(o.neighbour, { answered: false }),
    ],
    [
      'the owner did not see the secret',
      ['build-cache-mount'],
      (o: Observed) => Object.assign(o.cacheMount, { seenByOwner: false }),
    ],
    [
      'a cache mount was not mounted',
      ['build-cache-mount'],
      (o: Observed) => says(o.build, 'folder:/theirs-3', 'absent'),
    ],
    ['a little memory was too much', ['build-memory'], (o: Observed) => says(o.build, 'memory:within', '137')],
    [
      'something else ended the memory hog',
      ['build-memory'],
      (o: Observed) => Object.assign(o.build.usage, { memoryPeakBytes: 1024 ** 2 }),
    ],
    ['no loop ran', ['run-processor'], (o: Observed) => says(o.run, 'processor', '10.00-11.00', '0m0s 0m0s 0m0s 0m0s')],
    ['hardly a process could be started', ['run-processes'], (o: Observed) => says(o.run, 'processes', '3')],
    [
      'nothing at all could be written',
      ['build-kernel', 'build-cgroups'],
      (o: Observed) => says(o.build, 'write:control', 'refused'),
    ],
    [
      'the ADD failed before it connected',
      ['build-daemon'],
      (o: Observed) => Object.assign(o.remoteAdd, { text: 'no such image' }),
    ],
  ])('a wall does not count as held when %s', (_, ids, change) => {
    const missing = missingIn(changed(change));
    expect(missing.map(({ id }) => id)).toEqual(ids);
    for (const { seen } of missing) expect(seen).toMatch(/could not be tried|not at the slot's limit/);
  });

  test('attacks that left no line count as walls that are missing, with the reason', () => {
    const observed = changed((o) => {
      o.run = { tries: {}, bites: [], trouble: 'The container ended with status 139.' };
    });
    const missing = missingIn(observed);
    expect(missing.map(({ id }) => id)).toEqual(
      judge(observed)
        .filter(({ id }) => id.startsWith('run-'))
        .map(({ id }) => id),
    );
    expect(missing[0]?.seen).toMatch(/no trace of .*status 139/);
  });
});
