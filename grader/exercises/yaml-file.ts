/** Reads a YAML file so that every problem, also one that zod finds, has its line. */
import { isMap, isNode, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type ExplainedIssue, explainIssues } from '../checks/explain-issue.ts';
import { limits } from '../limits.ts';
import type { ContentProblem } from './content-problem.ts';
import { readUtf8 } from './read-text.ts';

export interface YamlFile {
  file: string;
  /** Plain data; undefined when the file could not be read, which `problems` then says. */
  value: unknown;
  /** The line of the value at a path, or of the nearest thing around it that is there. */
  lineOf(path: readonly (string | number)[], key?: string): number | undefined;
}

/** Undefined when the file is missing or broken: then a problem is added. */
export async function readYaml(file: string, problems: ContentProblem[]): Promise<YamlFile | undefined> {
  const text = await readUtf8(file, { bytesMax: limits.content.yamlBytesMax, problems });
  return text === undefined ? undefined : yamlFrom(file, text, problems);
}

/** The same for a text that was read already. */
export function yamlFrom(file: string, text: string, problems: ContentProblem[]): YamlFile | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  for (const error of document.errors) {
    const [reason = error.message] = error.message.split(/ at line \d+/);
    problems.push({ file, line: error.linePos?.[0].line, message: `expected YAML, found: ${reason}` });
  }
  if (document.errors.length > 0) return undefined;
  const lineOf = (path: readonly (string | number)[], key?: string): number | undefined => {
    const offset = offsetOf(document.contents, { path, key });
    return offset === undefined ? undefined : lines.linePos(offset).line;
  };
  return { file, value: document.toJS(), lineOf };
}

/** Undefined when it does not fit: then every problem is added, with its line. */
export function parseYaml<T>(yaml: YamlFile, schema: z.ZodType<T>, problems: ContentProblem[]): T | undefined {
  const result = schema.safeParse(yaml.value);
  if (result.success) return result.data;
  addIssues(explainIssues(result.error.issues, { input: yaml.value, schema }), { yaml, at: [], problems });
  return undefined;
}

interface Place {
  yaml: YamlFile;
  /** What the issues' paths start from. */
  at: (string | number)[];
  problems: ContentProblem[];
}

export function addIssues(issues: readonly ExplainedIssue[], { yaml, at, problems }: Place): void {
  for (const { path, key, message } of issues) {
    const whole = [...at, ...path];
    const name = whole.length === 0 ? '' : `${whole.join('.')}: `;
    problems.push({ file: yaml.file, line: yaml.lineOf(whole, key), message: `${name}${message}` });
  }
}

function offsetOf(
  root: unknown,
  { path, key }: { path: readonly (string | number)[]; key: string | undefined },
): number | undefined {
  let node: unknown = root;
  let offset = startOf(root);
  for (const part of key === undefined ? path : [...path, key]) {
    const pair = isMap(node) ? (node.items as Pair[]).find((each) => keyOf(each) === String(part)) : undefined;
    const next = pair === undefined ? childAt(node, part) : pair.value;
    if (pair === undefined && next === undefined) break;
    // The line of the key is where a person looks; a value may start on the next one.
    offset = startOf(pair?.key) ?? startOf(next) ?? offset;
    node = next;
  }
  return offset;
}

function childAt(node: unknown, part: string | number): unknown {
  if (typeof part !== 'number' || !isNode(node) || !('items' in node) || !Array.isArray(node.items)) return undefined;
  return node.items[part];
}

function keyOf({ key }: Pair): string | undefined {
  return isNode(key) ? String((key as Node & { value?: unknown }).value) : undefined;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
