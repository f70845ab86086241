/** Where raw errors go: people get a sentence and, where it helps, the id under which the rest is in the log. */
import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';

/** Writes down what happened where; returns the id to show to people. */
export type FaultLog = (where: string, error: unknown) => string;

/** One line with time, id and place, then the error with its causes. */
export function createFaultLog(write: (text: string) => void): FaultLog {
  return (where, error) => {
    const id = randomBytes(4).toString('hex');
    write(`${new Date().toISOString()} fault ${id} in ${where}: ${inspect(error, { depth: 4 })}\n`);
    return id;
  };
}
