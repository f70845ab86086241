import { describe, expect, test } from 'vitest';
import type { LayerEntry } from '../../engine/engine.ts';
import type { StageFilesEvidence } from '../../evidence/evidence.ts';
import {
  builtEvidence,
  sampleDockerfile,
  sampleEntry,
  sampleFiles,
  sampleImage,
  sampleLayer,
} from '../sample-evidence.ts';
import { files } from './check.ts';

interface Situation {
  final?: (LayerEntry & { layer?: number })[];
  lower?: LayerEntry[];
  truncated?: boolean;
  stages?: number;
  found?: Record<string, string[]>;
  stageFiles?: StageFilesEvidence;
}

const server = sampleEntry('/app/dist/server.js');
const compiler = '/app/node_modules/typescript/package.json';
const absent = ['**/node_modules/typescript/package.json', '/app/src/**'];

function judge(
  params: object,
  { final = [server], lower = [], truncated = false, stages = 2, found, stageFiles }: Situation = {},
) {
  const dockerfile = sampleDockerfile(stages === 1 ? [{ line: 1 }] : [{ name: 'builder', line: 1 }, { line: 6 }]);
  const layers = [
    sampleLayer({ fromBase: true, line: undefined, entries: [sampleEntry('/usr/share/doc/copyright')] }),
    sampleLayer({ createdBy: 'COPY --from=builder /app /app # buildkit', line: 8, entries: lower, truncated }),
  ];
  const evidence = builtEvidence({
    dockerfile,
    image: sampleImage({ files: sampleFiles(final), layers }),
    stageFiles: stageFiles ? { lean: stageFiles } : found ? { lean: { ok: true, found, contents: {} } } : {},
  });
  return files.judge(files.schema.parse(params), evidence, 'lean');
}

describe('files that should be there', () => {
  test('pass when every glob matches something', () => {
    expect(judge({ present: ['/app/dist/*.js'] })).toMatchObject({
      status: 'passed',
      actual: 'as expected, of 1 file',
    });
  });
  test('fail with the globs that match nothing', () => {
    expect(judge({ present: ['/app/dist/*.js', '/app/public/**'] })).toEqual({
      status: 'failed',
      actual: '1 of 2 missing',
      line: 6,
      message:
        'The final image has nothing that matches `/app/public/**`. Look at what the final stage copies, and where to.',
    });
  });
});

describe('files that should not be there', () => {
  const builder = { builder: [compiler, '/app/src/a.ts'] };

  test('pass when an earlier stage had them and the final image does not', () => {
    expect(judge({ absent }, { found: builder }).status).toBe('passed');
  });
  test('fail with their paths, their layer and its line', () => {
    const final = [server, { ...sampleEntry('/app/src/a.ts'), layer: 1 }, { ...sampleEntry(compiler), layer: 1 }];
    expect(judge({ absent }, { final, found: builder })).toEqual({
      status: 'failed',
      actual: '2 files in the final image',
      line: 8,
      message:
        '`/app/src/a.ts` and `/app/node_modules/typescript/package.json` are in the final image; the first comes from `COPY --from=builder /app /app` on line 8.',
    });
  });
  test('fail when a later layer only hides them', () => {
    expect(judge({ absent }, { lower: [sampleEntry(compiler)], found: builder })).toMatchObject({
      status: 'failed',
      actual: '1 file deleted later, but still shipped in a layer',
      line: 8,
    });
  });
  test('pass when the Dockerfile deletes what its base image brought', () => {
    expect(judge({ absent: ['/usr/share/doc/**'], baseline: false }).status).toBe('passed');
  });
  test('are not found in a mark that something was deleted', () => {
    const lower = [sampleEntry(compiler, { type: 'whiteout' }), sampleEntry('/app/src', { type: 'opaque' })];
    expect(judge({ absent }, { lower, found: builder }).status).toBe('passed');
  });
  test('fail where the base image has them', () => {
    const judgement = judge({ absent: ['/usr/**'], baseline: false }, { final: [sampleEntry('/usr/bin/npm')] });
    expect(judgement.message).toContain('comes from the base image');
    expect(judgement).not.toHaveProperty('line');
  });
  test('do not pass when a layer has more files than can be looked through', () => {
    expect(judge({ absent }, { truncated: true, found: builder })).toMatchObject({ status: 'failed', line: 8 });
    expect(judge({ present: ['/app/**'] }, { truncated: true }).status).toBe('passed');
  });
  test('are cut to a few with a count and shown on one line', () => {
    const final = Array.from({ length: 30_000 }, (_, index) =>
      sampleEntry(`/app/src/${index}\n\u001b[31m${'x'.repeat(300)}`),
    );
    const { actual, message } = judge({ absent }, { final });
    expect(actual).toBe('30000 files in the final image');
    expect(message).toContain(' and 29997 more ');
    expect(message).not.toMatch(/\p{Cc}/u);
    expect(message.length).toBeLessThan(600);
  });
});

describe('the baseline of absent files', () => {
  test('fails when no earlier stage ever had them', () => {
    expect(judge({ absent }, { found: { builder: ['/app/main.js'] } })).toMatchObject({
      status: 'failed',
      actual: 'not in any earlier stage either',
      line: 6,
    });
  });
  test('is met by any of the absent globs when none is given', () => {
    expect(judge({ absent }, { found: { builder: [compiler] } }).status).toBe('passed');
  });
  test('is met only by each glob when they are given', () => {
    const params = { absent, baseline: ['**/server.js', '**/tsc'] };
    expect(judge(params, { found: { builder: ['/app/dist/server.js', '/bin/tsc'] } }).status).toBe('passed');
    expect(judge(params, { found: { builder: ['/app/dist/server.js'] } }).message).toContain('ever had `**/tsc`');
  });
  test('does not count the final stage itself', () => {
    expect(judge({ absent }, { found: { 'stage-1': [compiler] } }).status).toBe('failed');
  });
  test('is not asked of a single stage unless it is given', () => {
    expect(judge({ absent }, { stages: 1 }).status).toBe('passed');
    expect(judge({ absent, baseline: ['**/server.js'] }, { stages: 1 }).status).toBe('failed');
  });
  test('is not asked when it is switched off', () => {
    expect(judge({ absent, baseline: false }).status).toBe('passed');
  });
  test('fails when the stages can not be read', () => {
    const stageFiles = { ok: false, message: 'too many\nfiles', found: {}, contents: {} };
    expect(judge({ absent }, { stageFiles }).message).toBe(
      'The stages before the final one could not be looked at: Too many\\nfiles.',
    );
  });
  test('is skipped, and not passed, when nobody looked at the stages', () => {
    expect(judge({ absent }).status).toBe('skipped');
  });
});

describe('needs of files', () => {
  test.each([
    [{ present: ['/a'] }, [{ kind: 'layer-files' }]],
    [{ absent: ['/a'], baseline: false }, [{ kind: 'layer-files' }]],
    [{ absent: ['/a'] }, [{ kind: 'layer-files' }, { kind: 'stage-files', id: 'lean', globs: ['/a'] }]],
    [
      { absent: ['/a'], baseline: ['/b'] },
      [{ kind: 'layer-files' }, { kind: 'stage-files', id: 'lean', globs: ['/b'] }],
    ],
  ])('of %j', (params, needs) => {
    expect(files.needs?.(files.schema.parse(params), 'lean')).toEqual(needs);
  });
  test('neither present nor absent is refused', () => {
    expect(files.schema.safeParse({}).success).toBe(false);
  });
});
