import { expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { engineSizes } from './sizes.ts';

const gib = 1024 ** 3;

test('a large machine gives the engine its limits', () => {
  const sizes = engineSizes({ memoryBytes: 64 * gib, cpus: 16, diskFreeBytes: 500 * gib });
  expect(sizes).toEqual({
    engineMemoryBytes: limits.engine.memoryBytes,
    slotCount: limits.slot.count,
    slot: { memoryBytes: limits.slot.memoryBytes, pidsMax: limits.slot.pidsMax, cpus: limits.slot.cpus },
    terminalCount: limits.terminal.count,
    terminal: {
      memoryBytes: limits.terminal.slotMemoryBytes,
      pidsMax: limits.terminal.slotPidsMax,
      cpus: limits.terminal.cpus,
    },
    daemonCpus: limits.engine.daemonCpus,
    diskBytes: limits.engine.diskBytes,
  });
});

test('on a small machine all slots together stay below the engine, and the engine below the machine', () => {
  const sizes = engineSizes({ memoryBytes: 4 * gib, cpus: 1, diskFreeBytes: 20 * gib });
  expect(sizes.engineMemoryBytes).toBe(3 * gib);
  const inSlots = sizes.slot.memoryBytes * sizes.slotCount + sizes.terminal.memoryBytes * sizes.terminalCount;
  expect(inSlots).toBeLessThan(sizes.engineMemoryBytes);
  expect(sizes.slot.cpus).toBe(1);
});

test('the disk leaves the host a reserve, and a full host has no room at all', () => {
  expect(engineSizes({ memoryBytes: gib, cpus: 1, diskFreeBytes: 20 * gib }).diskBytes).toBe(16 * gib);
  expect(engineSizes({ memoryBytes: gib, cpus: 1, diskFreeBytes: gib }).diskBytes).toBe(0);
});
