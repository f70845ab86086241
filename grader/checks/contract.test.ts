/** What every check type promises, over all of them; a new type needs a line in `samples`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseWithProblems } from '../dockerfile/parse-dockerfile.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { CheckType, Judgement } from './check.ts';
import { checkTypes } from './registry.ts';
import {
  builtEvidence,
  emptyEvidence,
  sampleDockerfile,
  sampleImage,
  sampleLayer,
  sampleRun,
} from './sample-evidence.ts';

const samples: Record<string, object> = {
  builds: {},
  size: { max: '250MB', ofStarter: 0.4 },
  http: { requests: [{ path: '/', expect: { body: { json: { ok: true } } } }] },
  user: {},
  shell: {},
  files: { present: ['/app/**'], absent: ['**/.env'] },
  secret: { secretId: 'token', proof: '/proof.txt' },
  cache: { edit: 'src/index.ts', cached: [{ matches: 'npm ci' }] },
  rebuild: { edit: 'Cargo.toml', prints: 'Compiling app', printsNot: 'Downloaded' },
  update: { edit: 'src/Main.java', max: '500kB' },
  stages: { min: 2, named: true, allUsed: true, copies: [{ matches: 'dist', mustBeFrom: 'stage' }] },
  target: { target: 'test', builds: false, edits: [{ file: 'a', replace: 'b', with: 'c' }] },
  prediction: { edit: 'src/index.ts' },
  platform: { platform: 'linux/arm64' },
  efficiency: { min: 0.9, floor: '1MB' },
  packages: { absent: ['compilers'], baseline: ['**/gcc'] },
  reproducible: {},
  ssh: { proof: '/proof.txt' },
  base: { oneOf: ['scratch'] },
  entrypoint: { startsWith: 'node' },
  context: { max: '300kB' },
  process: { is: 'node' },
  'read-only': { tmpfs: ['/tmp'], requests: [{ path: '/' }] },
  healthcheck: { withinMs: 3_000 },
  labels: { labels: { 'org.opencontainers.image.source': '/^https:/' } },
  env: { has: { NODE_ENV: 'production' }, hasNot: [{ name: '/TOKEN/' }] },
  history: { absent: ['/token/i'], present: ['COPY'] },
  'image-config': { exposes: [3000] },
  stops: { withinMs: 3_000, finishes: '/slow' },
};

/** Evidence with as little in it as can be. */
const meagre: [string, Evidence][] = [
  ['nothing at all', emptyEvidence()],
  ['a Dockerfile without stages', emptyEvidence({ dockerfile: sampleDockerfile([]) })],
  ['a stage without instructions', emptyEvidence({ dockerfile: sampleDockerfile([{}]) })],
  ['an image without text or layers', builtEvidence()],
  ['an image with one empty layer', builtEvidence({ image: sampleImage({ layers: [sampleLayer()] }) })],
  ['a run that told nothing', builtEvidence({ run: sampleRun() })],
  ['a run that did not start', builtEvidence({ run: sampleRun({ started: false, ready: false }) })],
];

const oneSentence = /^[A-Z`"'(][^\n]*[.!?]$/;

describe.each(checkTypes.map((type) => [type.type, type] as const))('check type %s', (name, type: CheckType) => {
  const params = type.schema.parse(samples[name]);
  const judge = (evidence: Evidence): Judgement => type.judge(params, evidence, 'the-check');

  test('has a sample here and refuses unknown parameters', () => {
    expect(samples).toHaveProperty(name);
    const result = type.schema.safeParse({ ...samples[name], surplus: 1 });
    expect(result.error?.issues.map(({ code }) => code)).toContain('unrecognized_keys');
  });
  test('says in one sentence what it expects and why it matters', () => {
    expect(type.expected(params)).toMatch(oneSentence);
    expect(type.why).toMatch(oneSentence);
    expect(type.why.length).toBeLessThan(220);
  });
  test.each(meagre)('does not break on %s, and never passes on it without cause', (what, evidence) => {
    const judgement = judge(evidence);
    expect(judgement.message).toMatch(oneSentence);
    expect(judgement.actual).not.toMatch(/[\n]|^$|undefined/);
    // A build that worked, and 4.2 kB of context, are in the evidence of every image.
    const mayPass = evidence.image !== undefined && (name === 'builds' || name === 'context');
    if (!mayPass) expect(judgement.status, what).not.toBe('passed');
  });
  test('skips, as not collected, when the image is not there, or judges the text', () => {
    expect(type.judges === 'text' || judge(emptyEvidence()).status === 'skipped').toBe(true);
  });
  test('judges the same evidence the same way twice and leaves it as it was', () => {
    const evidence = builtEvidence({ dockerfile: sampleDockerfile([{ name: 'builder' }, {}]), run: sampleRun() });
    const before = structuredClone(evidence);
    expect(judge(evidence)).toEqual(judge(evidence));
    expect(evidence).toEqual(before);
  });
  test('gives each check of an exercise its own ids in what it asks for', () => {
    const ids = (checkId: string) =>
      (type.needs?.(params, checkId) ?? []).flatMap((need) => {
        if (need.kind === 'run') return need.requests.map(({ id }) => id);
        return 'id' in need && need.kind !== 'secret' ? [need.id] : [];
      });
    expect(ids('one').filter((id) => ids('two').includes(id))).toEqual([]);
  });
  test('has a page with a title, what it checks, why, a bad and a good example, and how to fix it', () => {
    const page = readFileSync(join(import.meta.dirname, name, 'explain.md'), 'utf8');
    const [, head = '', body = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(page) ?? [];
    const { check: _ownCheck, ...shown } = parse(head);
    expect(shown).toEqual({ title: expect.any(String), summary: expect.stringMatching(oneSentence) });
    const headings = [...body.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(['What is checked', 'Why it matters', 'Bad', 'Good', 'How to fix it']);
    expect(body.match(/^```dockerfile(?: .+)?\nFROM /gm)?.length).toBeGreaterThanOrEqual(2);
    expect(body.split(/\s+/).length).toBeLessThan(600);
    const examples = [...body.matchAll(/^```dockerfile(?: .+)?\n([\s\S]*?)^```/gm)].map(([, example = '']) => example);
    for (const example of examples) expect(parseWithProblems(example).problems, example).toEqual([]);
  });
});
