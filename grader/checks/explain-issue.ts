/** Turns what zod says about a file of ours into sentences for its author: expected, found, and the nearest right thing. */
import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { list } from './show.ts';

export interface ExplainedIssue {
  path: (string | number)[];
  message: string;
  /** The issue is about a key of `path`, not about its value. */
  key?: string;
}

type Issue = z.core.$ZodIssue;

/** @param input what was parsed, @param schema what it was parsed with; both are only looked at. */
export function explainIssues(
  issues: readonly Issue[],
  { input, schema }: { input: unknown; schema: z.ZodType },
): ExplainedIssue[] {
  return issues.flatMap((issue): ExplainedIssue[] => {
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(schema, path);
      return issue.keys.map((key) => ({ path, key, message: unknownKey(key, known) }));
    }
    return [{ path, message: sentenceOf(issue, valueAt(input, path)) }];
  });
}

export function unknownKey(key: string, known: readonly string[]): string {
  if (known.length === 0) return `expected no key "${key}" here`;
  return `expected one of the keys ${list(known, 12)}, found "${key}"; did you mean "${closest(key, [...known])}"?`;
}

/** `"node:20"`, `a list`, `nothing`. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'a mapping';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

const TYPE_NAMES: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function sentenceOf(issue: Issue, value: unknown): string {
  const found = `found ${describeValue(value)}`;
  const quotes = typeof value === 'number' || typeof value === 'boolean' ? `; put it in quotes: "${value}"` : '';
  switch (issue.code) {
    case 'invalid_type': {
      if (!issue.message.startsWith('Invalid input')) return withFound(issue.message, found);
      return `expected ${TYPE_NAMES[issue.expected] ?? issue.expected}, ${found}${issue.expected === 'string' ? quotes : ''}`;
    }
    case 'invalid_value':
      return `expected ${issue.values.map((each) => JSON.stringify(each)).join(' or ')}, ${found}`;
    case 'too_small':
      return `expected at least ${amount(issue.minimum, issue.origin)}, ${found}`;
    case 'too_big':
      return `expected at most ${amount(issue.maximum, issue.origin)}, ${found}`;
    default:
      return withFound(issue.message.replace(/^Invalid input$/, 'expected something else'), found);
  }
}

function withFound(message: string, found: string): string {
  return message.includes('found ') ? message : `${message}, ${found}`;
}

function amount(limit: number | bigint, origin: string): string {
  if (origin === 'array' || origin === 'set') return `${limit} ${Number(limit) === 1 ? 'entry' : 'entries'}`;
  return origin === 'string' ? `${limit} characters` : String(limit);
}

function valueAt(input: unknown, path: readonly (string | number)[]): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}

/** The keys that a schema knows at a path; empty where that can't be told. */
function keysAt(schema: z.ZodType, path: readonly (string | number)[]): string[] {
  let current: z.core.$ZodType | undefined = unwrapped(schema);
  for (const part of path) {
    if (current instanceof z.ZodObject) current = current.shape[String(part)];
    else if (current instanceof z.ZodArray) current = current.element;
    else if (current instanceof z.ZodRecord) current = current.valueType;
    else return [];
    current = unwrapped(current);
  }
  return current instanceof z.ZodObject ? Object.keys(current.shape) : [];
}

function unwrapped(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  let current = schema;
  for (;;) {
    if (current instanceof z.ZodPipe) current = current.in;
    else if (current instanceof z.ZodOptional || current instanceof z.ZodDefault || current instanceof z.ZodPrefault) {
      current = current.unwrap();
    } else return current;
  }
}
