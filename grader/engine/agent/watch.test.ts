import { expect, test } from 'vitest';
import { connectionsTo, Watch } from './watch.ts';

interface World {
  cpuMs: number;
  answers: boolean;
  inUse: boolean;
}

function watching(world: World): { watch: Watch; verdicts: string[] } {
  const verdicts: string[] = [];
  const watch = new Watch({
    intervalMs: 5_000,
    spinMs: 15_000,
    pingTimeoutMs: 1,
    cpuMs: () => world.cpuMs,
    ping: async () => {
      if (!world.answers) throw new Error('no answer');
    },
    inUse: () => world.inUse,
    onUnfit: (why) => verdicts.push(why),
  });
  return { watch, verdicts };
}

/** A look after dockerd used this share of a processor since the last. */
async function look(watch: Watch, world: World, share: number): Promise<void> {
  world.cpuMs += 5_000 * share;
  await watch.look();
}

test('a daemon that spins with nobody using it is unfit', async () => {
  const world = { cpuMs: 0, answers: true, inUse: false };
  const { watch, verdicts } = watching(world);
  await look(watch, world, 1);
  await look(watch, world, 0.2);
  expect(verdicts).toEqual([]);
  await look(watch, world, 1);
  expect(verdicts[0]).toMatch(/15000 ms with no build running/);
});

test('a daemon that works for someone may be busy for as long as it takes', async () => {
  const world = { cpuMs: 0, answers: true, inUse: true };
  const { watch, verdicts } = watching(world);
  for (let looks = 0; looks < 20; looks += 1) await look(watch, world, 2);
  expect(verdicts).toEqual([]);
});

test('one idle look starts the count again', async () => {
  const world = { cpuMs: 0, answers: true, inUse: false };
  const { watch, verdicts } = watching(world);
  for (const share of [1, 1, 0.05, 1, 1]) await look(watch, world, share);
  expect(verdicts).toEqual([]);
});

test('a daemon that does not answer three times in a row is unfit', async () => {
  const world = { cpuMs: 0, answers: false, inUse: true };
  const { watch, verdicts } = watching(world);
  await look(watch, world, 0);
  await look(watch, world, 0);
  world.answers = true;
  await look(watch, world, 0);
  world.answers = false;
  await look(watch, world, 0);
  await look(watch, world, 0);
  expect(verdicts).toEqual([]);
  await look(watch, world, 0);
  expect(verdicts[0]).toMatch(/did not answer 3 times/);
});

test('a look that is not possible counts as one without an answer', async () => {
  const world = { cpuMs: 0, answers: true, inUse: false };
  const verdicts: string[] = [];
  const cpuMs = (): number => {
    if (!world.answers) throw new Error('EMFILE: too many open files');
    return world.cpuMs;
  };
  const watch = new Watch({
    ...{ intervalMs: 5_000, spinMs: 15_000, pingTimeoutMs: 1, cpuMs },
    ...{ ping: async () => {}, inUse: () => false, onUnfit: (why: string) => verdicts.push(why) },
  });
  world.answers = false;
  for (let looks = 0; looks < 3; looks += 1) await watch.look();
  expect(verdicts).toEqual([expect.stringMatching(/did not answer 3 times/)]);
});

test('only connected sockets of the daemon count as clients', () => {
  const text = [
    'Num       RefCount Protocol Flags    Type St Inode Path',
    '0000000000000000: 00000002 00000000 00010000 0001 01 111 /run/docker.sock',
    '0000000000000000: 00000003 00000000 00000000 0001 03 112 /run/docker.sock',
    '0000000000000000: 00000003 00000000 00000000 0001 03 113 /run/other.sock',
    '0000000000000000: 00000003 00000000 00000000 0001 03 114',
  ].join('\n');
  expect(connectionsTo('/run/docker.sock', text)).toBe(1);
});
