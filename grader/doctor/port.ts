/** Whether the port is free, and if not who has it. */
import type { PortHolder } from '../api/port-holder.ts';
import type { DoctorItem } from './item.ts';

export function portItem(port: number, holder: PortHolder): DoctorItem {
  const item = { id: 'port', title: 'Port' };
  if (holder.kind === 'nobody') return { ...item, state: 'ok', found: `${port} is free` };
  if (holder.kind === 'stagecraft') {
    return {
      ...item,
      state: 'warning',
      found: `a Stagecraft serves on ${port} already (${holder.message})`,
      mend: `Use that one; a second one needs --port ${port + 1} and a STAGECRAFT_HOME of its own.`,
    };
  }
  const mend = `npx stagecraft start --port ${port + 1}`;
  return { ...item, state: 'warning', found: `${port} is taken by another program`, mend };
}
