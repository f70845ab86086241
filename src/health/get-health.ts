/**
 * The grader's state, for the header of every page. Read by hand: the schema library that the workbench uses would be most
 * of what a lesson loads. `get-health.test.ts` holds that it takes what `healthSchema` takes.
 */

import type { Health } from '../../grader/contract/exercise.ts';
import { onSite } from '../address.ts';

/** @throws Error when nobody answers, or something else does */
export async function getHealth(signal: AbortSignal): Promise<Health> {
  const response = await fetch(onSite('/api/health'), { signal, credentials: 'same-origin' });
  const health: unknown = response.ok ? await response.json() : undefined;
  if (!isHealth(health)) throw new Error(`The server answered ${response.status} in a form that is not known here.`);
  return health;
}

const statuses = ['ready', 'starting', 'reading', 'degraded'];
const taskStates = ['waiting', 'running', 'ready', 'failed'];

type Fields = Record<string, unknown>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const isTextOrNone = (value: unknown) => value === undefined || isText(value);
const areTexts = (value: unknown) => Array.isArray(value) && value.every(isText);
const isPart = (value: unknown) => isObject(value) && typeof value.ok === 'boolean' && isTextOrNone(value.message);
const isTask = (value: unknown) =>
  isObject(value) &&
  isText(value.id) &&
  isText(value.title) &&
  taskStates.includes(String(value.state)) &&
  isTextOrNone(value.detail);
const areCounts = (value: unknown) =>
  isObject(value) && Number.isInteger(value.ready) && Number.isInteger(value.total) && isTextOrNone(value.newest);

export function isHealth(value: unknown): value is Health {
  return (
    isObject(value) &&
    statuses.includes(String(value.status)) &&
    isText(value.message) &&
    isPart(value.database) &&
    isPart(value.engine) &&
    areCounts(value.images) &&
    areTexts(value.missing) &&
    (value.weakIsolation === undefined || areTexts(value.weakIsolation)) &&
    Array.isArray(value.tasks) &&
    value.tasks.every(isTask)
  );
}
