import type { ProbeResponse } from '../../engine/engine.ts';
import { textMatcher } from '../params.ts';
import { plain, quote } from '../show.ts';
import type { ExpectedResponse } from './requests.ts';

type Response = Extract<ProbeResponse, { ok: true }>;
interface Mismatch {
  actual: string;
  /** Goes on after the request: `answered 500, …`. */
  message: string;
}

/** The first way in which a response differs from what is expected; undefined when it does not. */
export function mismatchOf(expected: ExpectedResponse, response: Response): Mismatch | undefined {
  return statusMismatch(expected, response) ?? headerMismatch(expected, response) ?? bodyMismatch(expected, response);
}

function statusMismatch({ status }: ExpectedResponse, response: Response): Mismatch | undefined {
  if (response.status === status) return undefined;
  return {
    actual: String(response.status),
    message: `answered ${response.status}, expected ${status}. ${bodyShown(response)}`,
  };
}

function headerMismatch({ headers = {} }: ExpectedResponse, response: Response): Mismatch | undefined {
  const found = new Map(Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]));
  for (const [name, wanted] of Object.entries(headers)) {
    const value = found.get(name);
    if (value === undefined) {
      return {
        actual: `no ${name} header`,
        message: `answered without the header ${name}, expected ${quote(wanted)}.`,
      };
    }
    if (!textMatcher(wanted)(value)) {
      return {
        actual: `${name}: ${plain(value, 80)}`,
        message: `answered with the header ${name}: ${quote(value, 80)}, expected ${quote(wanted)}.`,
      };
    }
  }
  return undefined;
}

function bodyMismatch({ body }: ExpectedResponse, response: Response): Mismatch | undefined {
  const text = response.body;
  if (body?.contains !== undefined && !text.includes(body.contains)) {
    return different(`without ${quote(body.contains, 80)} in its body`, response);
  }
  if (body?.matches !== undefined && !new RegExp(body.matches).test(text)) {
    return different(`with a body that does not match ${quote(body.matches, 80)}`, response);
  }
  if (body?.notContains !== undefined) {
    if (text.includes(body.notContains)) return different(`with ${quote(body.notContains, 80)} in its body`, response);
    // What was cut off may hold it.
    if (response.bodyTruncated) return different('with a body that is too long to look through', response);
  }
  return body?.json === undefined ? undefined : jsonMismatch(body.json, response);
}

function jsonMismatch(wanted: unknown, response: Response): Mismatch | undefined {
  let found: unknown;
  try {
    found = JSON.parse(response.body);
  } catch {
    return different('with a body that is not JSON', response);
  }
  const difference = subsetDifference(wanted, found, '');
  return difference === undefined ? undefined : different(`with other JSON: ${difference}`, response);
}

/** Where `found` lacks something of `wanted`, in words. Objects may hold more keys; arrays have the same length. */
export function subsetDifference(wanted: unknown, found: unknown, path: string): string | undefined {
  const where = path === '' ? 'the body' : quote(path, 80);
  if (Array.isArray(wanted)) {
    if (!Array.isArray(found)) return `${where} is ${shown(found)}, expected a list`;
    if (found.length !== wanted.length) return `${where} has ${found.length} entries, expected ${wanted.length}`;
    return first(wanted.map((value, index) => () => subsetDifference(value, found[index], `${path}[${index}]`)));
  }
  if (typeof wanted === 'object' && wanted !== null) {
    if (typeof found !== 'object' || found === null || Array.isArray(found)) {
      return `${where} is ${shown(found)}, expected an object`;
    }
    const object = new Map(Object.entries(found));
    return first(
      Object.entries(wanted).map(([key, value]) => () => {
        const keyPath = path === '' ? key : `${path}.${key}`;
        if (!object.has(key)) return `${quote(keyPath, 80)} is missing`;
        return subsetDifference(value, object.get(key), keyPath);
      }),
    );
  }
  return wanted === found ? undefined : `${where} is ${shown(found)}, expected ${shown(wanted)}`;
}

function first(attempts: (() => string | undefined)[]): string | undefined {
  for (const attempt of attempts) {
    const difference = attempt();
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function different(how: string, response: Response): Mismatch {
  return { actual: how.replace(/^with /, ''), message: `answered ${how}. ${bodyShown(response)}` };
}

function bodyShown({ body, bodyTruncated }: Response): string {
  if (body.trim() === '') return 'Its body is empty.';
  return `Its body${bodyTruncated ? ' (cut short)' : ''}: ${quote(body.trim(), 160)}.`;
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  try {
    return quote(JSON.stringify(value), 60);
  } catch {
    // A stranger's answer may have ten thousand lists within each other.
    return 'nested too deeply to be shown';
  }
}
