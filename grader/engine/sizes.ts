/** The limits as this machine can bear them: a small machine gets a smaller engine, never an overcommitted one. */
import { limits } from '../limits.ts';
import type { CgroupLimits } from './agent/protocol.ts';

export interface Machine {
  memoryBytes: number;
  cpus: number;
  /** Free where the engine's disk file will lie. */
  diskFreeBytes: number;
}

export interface EngineSizes {
  engineMemoryBytes: number;
  slotCount: number;
  slot: CgroupLimits;
  terminalCount: number;
  terminal: CgroupLimits;
  daemonCpus: number;
  diskBytes: number;
}

/** The share of the machine's memory that the engine may take, so that the grader, the database and people have room. */
const memoryShare = 0.75;
/** Left free on the host's disk when the engine's is full. */
const hostReserveBytes = 4 * 1024 ** 3;

export function engineSizes(machine: Machine): EngineSizes {
  const engineMemoryBytes = Math.min(limits.engine.memoryBytes, Math.floor(machine.memoryBytes * memoryShare));
  const { count: terminalCount, slotMemoryBytes: terminalMemoryBytes } = limits.terminal;
  const forBuilds = Math.max(engineMemoryBytes / 2, engineMemoryBytes - terminalCount * terminalMemoryBytes);
  // dockerd and what it exports get at least as much as half a slot.
  const slotMemoryBytes = Math.min(limits.slot.memoryBytes, Math.floor(forBuilds / (limits.slot.count + 0.5)));
  return {
    engineMemoryBytes,
    slotCount: limits.slot.count,
    slot: {
      memoryBytes: slotMemoryBytes,
      pidsMax: limits.slot.pidsMax,
      cpus: Math.min(limits.slot.cpus, machine.cpus),
    },
    terminalCount,
    terminal: {
      memoryBytes: terminalMemoryBytes,
      pidsMax: limits.terminal.slotPidsMax,
      cpus: Math.min(limits.terminal.cpus, machine.cpus),
    },
    daemonCpus: Math.min(limits.engine.daemonCpus, machine.cpus),
    diskBytes: Math.min(limits.engine.diskBytes, Math.max(0, machine.diskFreeBytes - hostReserveBytes)),
  };
}
