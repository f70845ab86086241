import { expect, test } from 'vitest';
import type { CgroupTree } from './cgroups.ts';
import { Slots } from './slots.ts';

const limits = { memoryBytes: 1024 ** 3, pidsMax: 10, cpus: 1 };

/** Records what was asked of the kernel; `broken` makes a limit not be in force. */
class FakeTree {
  readonly calls: string[] = [];
  broken = false;

  create(name: string): void {
    this.calls.push(`create ${name}`);
  }
  verify(name: string): void {
    if (this.broken) throw new Error(`${name}/pids.max is max, not 10`);
  }
  async destroy(name: string): Promise<void> {
    this.calls.push(`destroy ${name}`);
  }
  usage(): { memoryPeakBytes: number; oomKills: number; pidsPeak: number } {
    return { memoryPeakBytes: 1, oomKills: 0, pidsPeak: 2 };
  }
}

function slotsOn(tree: FakeTree, count: number, kills = { total: 0 }): { slots: Slots; unfit: Error[] } {
  const unfit: Error[] = [];
  const slots = new Slots({
    tree: tree as unknown as CgroupTree,
    count,
    limits,
    oomKills: () => kills.total,
    onUnfit: (error) => unfit.push(error),
  });
  slots.prepare();
  return { slots, unfit };
}

const never = new AbortController().signal;

test('each lease gets another slot while there are free ones', async () => {
  const { slots } = slotsOn(new FakeTree(), 2);
  const [a, b] = [await slots.acquire(never), await slots.acquire(never)];
  expect([a.cgroupParent, b.cgroupParent]).toEqual(['/slot1', '/slot2']);
  expect(slots.leased).toBe(2);
});

test('the lowest free slot comes first, because what was built in it is cached for it', async () => {
  const { slots } = slotsOn(new FakeTree(), 2);
  for (const round of [1, 2, 3]) {
    const alone = await slots.acquire(never);
    expect(alone.number, `round ${round}`).toBe(1);
    await slots.release(alone.lease);
  }
});

test('who prefers a slot gets it if it is free, and another one otherwise', async () => {
  const { slots } = slotsOn(new FakeTree(), 2);
  const second = await slots.acquire(never, 2);
  expect(second.number).toBe(2);
  expect((await slots.acquire(never, 2)).number).toBe(1);
  const third = slots.acquire(never, 1);
  await slots.release(second.lease);
  expect((await third).number).toBe(2);
});

test('a quiet time waits for every slot, and nobody gets one before it ends', async () => {
  const { slots } = slotsOn(new FakeTree(), 2);
  const first = await slots.acquire(never);
  expect(await slots.quiet(never, { ifIdle: true })).toBeUndefined();
  const order: string[] = [];
  const quiet = slots.quiet(never, { ifIdle: false }).then((begun) => {
    order.push('quiet');
    return begun;
  });
  const next = slots.acquire(never).then(() => order.push('next'));
  expect(await slots.quiet(never, { ifIdle: false })).toBeUndefined();
  await slots.release(first.lease);
  const begun = await quiet;
  expect(order).toEqual(['quiet']);
  begun?.end();
  begun?.end();
  await next;
  expect(order).toEqual(['quiet', 'next']);
});

test('an idle engine is quiet at once, and a client that goes away ends it', async () => {
  const { slots } = slotsOn(new FakeTree(), 1);
  const client = new AbortController();
  expect(await slots.quiet(client.signal, { ifIdle: true })).toBeDefined();
  const waiting = slots.acquire(never);
  client.abort();
  expect((await waiting).number).toBe(1);
});

test('the engine is in use while a slot is leased, and while a quiet time lasts', async () => {
  const { slots } = slotsOn(new FakeTree(), 2);
  expect(slots.inUse).toBe(false);
  const { lease } = await slots.acquire(never);
  expect(slots.inUse).toBe(true);
  const asked = slots.quiet(never, { ifIdle: false });
  await slots.release(lease);
  const quiet = await asked;
  expect(slots.leased).toBe(0);
  expect(slots.inUse).toBe(true);
  quiet?.end();
  expect(slots.inUse).toBe(false);
});

test('a client that goes away while it waits for quiet holds nobody up', async () => {
  const { slots } = slotsOn(new FakeTree(), 2);
  await slots.acquire(never);
  const client = new AbortController();
  const quiet = slots.quiet(client.signal, { ifIdle: false });
  const waiting = slots.acquire(never);
  client.abort();
  await expect(quiet).rejects.toThrow('went away');
  expect((await waiting).number).toBe(2);
});

test('who waits longest is served first', async () => {
  const { slots } = slotsOn(new FakeTree(), 1);
  const first = await slots.acquire(never);
  const order: string[] = [];
  const second = slots.acquire(never).then((grant) => {
    order.push('second');
    return grant;
  });
  const third = slots.acquire(never).then(() => order.push('third'));
  await slots.release(first.lease);
  await slots.release((await second).lease);
  await third;
  expect(order).toEqual(['second', 'third']);
});

test('a slot is emptied and its group made anew before the next lease', async () => {
  const tree = new FakeTree();
  const { slots } = slotsOn(tree, 1);
  const first = await slots.acquire(never);
  tree.calls.length = 0;
  await slots.release(first.lease);
  expect(tree.calls).toEqual(['destroy slot1', 'create slot1']);
});

test('a client that goes away while it waits loses its place', async () => {
  const { slots } = slotsOn(new FakeTree(), 1);
  const first = await slots.acquire(never);
  const leaving = new AbortController();
  const gone = slots.acquire(leaving.signal);
  const next = slots.acquire(never);
  leaving.abort();
  await expect(gone).rejects.toThrow(/went away/);
  await slots.release(first.lease);
  expect((await next).number).toBe(1);
});

test('a slot whose limits are not in force is never handed out, and the engine is unfit', async () => {
  const tree = new FakeTree();
  const { slots, unfit } = slotsOn(tree, 1);
  tree.broken = true;
  await expect(slots.acquire(never)).rejects.toThrow(/not in force/);
  expect(unfit).toHaveLength(1);
});

test('a slot that can not be emptied makes the engine unfit and is not handed out again', async () => {
  const tree = new FakeTree();
  const { slots, unfit } = slotsOn(tree, 1);
  const first = await slots.acquire(never);
  tree.destroy = async () => {
    throw new Error('still holds processes');
  };
  await slots.release(first.lease);
  expect(unfit[0]?.message).toMatch(/Slot 1 could not be cleaned/);
});

test('releasing twice frees one slot once', async () => {
  const tree = new FakeTree();
  const { slots } = slotsOn(tree, 1);
  const first = await slots.acquire(never);
  await Promise.all([slots.release(first.lease), slots.release(first.lease)]);
  expect(tree.calls.filter((call) => call === 'destroy slot1')).toHaveLength(1);
  expect(slots.usage(first.lease)).toBeUndefined();
});

test('kills from before the lease are not counted against it', async () => {
  const kills = { total: 4 };
  const { slots } = slotsOn(new FakeTree(), 1, kills);
  const { lease } = await slots.acquire(never);
  expect(slots.usage(lease)?.oomKills).toBe(0);
  kills.total = 6;
  expect(slots.usage(lease)).toMatchObject({ oomKills: 2, memoryLimitBytes: limits.memoryBytes, pidsLimit: 10 });
});
