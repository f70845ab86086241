/** The pages that explain build errors: one for each, and what they show is what Docker said. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { replay } from '../../build/testing/replay.ts';
import { errorId, errorPage } from '../../contract/error-page.ts';
import { buildErrorSchema } from '../../contract/report.ts';
import { parseDockerfile, parseWithProblems } from '../../dockerfile/parse-dockerfile.ts';
import { fencesIn } from '../../lessons/fences.ts';
import { brokenBuilds } from '../fixtures/cases.ts';
import { explainRecording, recordings } from '../fixtures/recordings.ts';

const folder = join(import.meta.dirname, 'explain');
const ids = readdirSync(folder).map((name) => name.replace(/\.md$/, ''));
const codes = buildErrorSchema.shape.code.options;

interface Page {
  head: { title: string; summary: string; recording?: string };
  body: string;
}

function pageOf(id: string): Page {
  const text = readFileSync(join(folder, `${id}.md`), 'utf8');
  const [, head = '', body = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? [];
  return { head: parse(head), body };
}

/** `…` stands for anything. */
function occursIn(text: string, line: string): boolean {
  const parts = line.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(parts.join('[^\\n]*')).test(text);
}

test('every recognised error has a page, and every page is of an error', () => {
  expect(ids.toSorted()).toEqual(
    codes
      .filter((code) => errorPage(code) !== undefined)
      .map(errorId)
      .toSorted(),
  );
});

describe.each(ids)('the page %s', (id) => {
  const { head, body } = pageOf(id);
  const fences = fencesIn(body);
  const [bad, good] = fences.filter(({ language }) => language === 'dockerfile');
  const shown = fences.find(({ language }) => language === 'text')?.text ?? '';

  test('has a title, a sentence, and its parts in order', () => {
    expect(head.title).toMatch(/\S/);
    expect(head.summary).toMatch(/^[A-Z][^\n]*\.$/);
    const headings = [...body.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(['The message', 'Why it happens', 'Bad', 'Good', 'How to fix it']);
    expect(bad?.text).toMatch(/FROM /);
    expect(shown.trim()).not.toBe('');
  });

  test('has a good example that Docker can read and that verify builds', () => {
    expect(parseWithProblems(good?.text ?? '').problems).toEqual([]);
    expect(good?.meta).toMatch(/^app="[\w-]+"$/);
  });

  test('shows what really stopped the bad example', async () => {
    const { recording } = head;
    if (recording === undefined) {
      // No recording of Docker: `verify` builds it, and the mark says what has to come of it.
      const fails = /\bfails="([^"]+)"/.exec(bad?.meta ?? '')?.[1] ?? 'a mark fails="…"';
      return expect(shown).toContain(fails);
    }
    const build = brokenBuilds[recording];
    const file = recordings.get(recording);
    if (build === undefined || file === undefined) throw new Error(`There is no recording ${recording}.`);
    expect(bad?.text.trim()).toBe(build.dockerfile.trim());
    const reason = build.timeoutMs === undefined ? 'failed' : 'timeout';
    const { failure } = replay(readFileSync(file, 'utf8'), parseDockerfile(build.dockerfile), { reason });
    const said = [failure.raw, ...failure.logTail].join('\n');
    for (const line of shown.trim().split('\n')) expect(occursIn(said, line), line).toBe(true);
    const atLimit = { memoryPeakBytes: 2 * 1024 ** 3, memoryLimitBytes: 2 * 1024 ** 3, oomKills: 1 };
    const usage = { ...atLimit, pidsPeak: 512, pidsLimit: 512 };
    const error = await explainRecording(
      recording,
      id.startsWith('out-of') || id.startsWith('too-many') ? { usage } : {},
    );
    expect(errorId(error.code)).toBe(id);
  });
});
