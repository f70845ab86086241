import { describe, expect, test } from 'vitest';
import type { RebuildEvidence } from '../../evidence/evidence.ts';
import { builtEvidence, emptyEvidence, sampleDockerfile, sampleVertex } from '../sample-evidence.ts';
import { rebuild } from './check.ts';

const raw = { edit: 'Cargo.toml', prints: 'Compiling tidewatch', printsNot: 'Downloaded|Compiling (?!tidewatch)' };
const params = rebuild.schema.parse(raw);
const dockerfile = sampleDockerfile([
  {
    name: 'build',
    instructions: [
      { keyword: 'COPY', text: '. .' },
      { keyword: 'RUN', text: 'cargo build --release' },
    ],
  },
  {},
]);
const vertex = '[build 3/3] RUN cargo build --release';
const vertexes = [sampleVertex('[build 2/3] COPY . .', { line: 2 }), sampleVertex(vertex, { line: 3, cached: false })];

function judge(texts: string[], parts: Partial<RebuildEvidence> = {}) {
  const printed = texts.map((text) => ({ vertex, text }));
  const evidence = { ok: true, edited: 'Cargo.toml', vertexes, printed, ...parts };
  return rebuild.judge(params, builtEvidence({ dockerfile, rebuilds: { kept: evidence } }), 'kept');
}

describe('rebuild', () => {
  test('passes when the second build says that it did only what had changed', () => {
    expect(judge(['   Compiling tidewatch v0.1.0 (/src)', '    Finished `release` profile'])).toEqual({
      status: 'passed',
      actual: 'only what had changed',
      message: 'The build after an edit of Cargo.toml did only what had changed.',
    });
  });
  test('shows the first line of work that was done before, and the step that printed it', () => {
    const all = ['  Downloaded ascii v1.1.0', '   Compiling ascii v1.1.0', '   Compiling tidewatch v0.1.0 (/src)'];
    expect(judge(all)).toEqual({
      status: 'failed',
      actual: 'printed Downloaded ascii v1.1.0',
      line: 3,
      message:
        'In the build after an edit of Cargo.toml, `RUN cargo build --release` on line 3 printed `Downloaded ascii v1.1.0`: that was done before, and is done again because nothing of it was kept.',
    });
  });
  test.each([
    ['nothing ran again', []],
    ['the step is silent', ['warning: something else']],
  ])('fails when %s, since then nothing is proved', (_what, texts) => {
    const { status, message } = judge(texts);
    expect(status).toBe('failed');
    expect(message).toContain('no step printed what matches `Compiling tidewatch`');
  });
  test('fails when the second build does, with its reason', () => {
    expect(judge([], { ok: false, message: 'error: no space' })).toEqual({
      status: 'failed',
      actual: 'the second build failed',
      message: 'The build after an edit of Cargo.toml failed. Error: no space.',
    });
  });
  test('is skipped where nothing was built or collected', () => {
    expect(rebuild.judge(params, emptyEvidence(), 'kept').status).toBe('skipped');
    expect(rebuild.judge(params, builtEvidence(), 'kept').status).toBe('skipped');
    expect(rebuild.judge(params, builtEvidence(), 'constructor').status).toBe('skipped');
  });
  test('asks for one more build where it sees what it must not', () => {
    expect(rebuild.needs?.(params, 'kept')).toEqual([
      { kind: 'rebuild', id: 'kept', edit: 'Cargo.toml', unlike: raw.printsNot },
    ]);
  });
  test.each([{ ...raw, edit: '../x' }, { ...raw, prints: '(' }, { edit: 'a' }])('refuses %j', (wrong) => {
    expect(rebuild.schema.safeParse(wrong).success).toBe(false);
  });
});
