import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkReportSchema } from '../contract/report.ts';
import { StagecraftError } from '../errors.ts';
import type { CheckType } from './check.ts';
import { checkType, checkTypes, judgeAll, needsOf, type ParsedCheck, parseCheck, tightened } from './registry.ts';
import { builtEvidence, emptyEvidence, sampleDockerfile } from './sample-evidence.ts';
import type { Trial } from './trial.ts';

const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

function parsed(raw: unknown): ParsedCheck {
  const result = parseCheck(raw);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.check;
}

describe('the registry', () => {
  test('has every folder, once', () => {
    expect(checkTypes.map(({ type }) => type).toSorted()).toEqual(folders.toSorted());
  });
  test.each(folders)('%s has a check, a page and tests', (folder) => {
    for (const file of ['check.ts', 'explain.md', 'check.test.ts']) {
      expect(existsSync(join(import.meta.dirname, folder, file)), `${folder}/${file}`).toBe(true);
    }
  });
  test.each(folders)('%s is tried on the real engine, with what it passes and what it refuses', async (folder) => {
    const { trials } = (await import(`./${folder}/trials.ts`)) as { trials: Trial[] };
    expect(trials.map(({ type }) => type)).toEqual(trials.map(() => folder));
    expect(trials.flatMap(({ good }) => good)).not.toEqual([]);
    expect(trials.flatMap(({ bad }) => bad)).not.toEqual([]);
  });
  test('finds a type by its name and says when there is none', () => {
    expect(checkType('size').type).toBe('size');
    expect(() => checkType('sise')).toThrow(new StagecraftError('not_found', 'There is no check type "sise".'));
  });
});

describe('parseCheck', () => {
  test('takes id, type and title apart from the parameters', () => {
    expect(parsed({ id: 'small', type: 'size', title: 'Small', max: '1MB' })).toEqual({
      id: 'small',
      title: 'Small',
      type: checkType('size'),
      params: { max: 1_000_000 },
    });
  });
  test.each<[unknown, string]>([
    [null, 'expected a mapping, found null'],
    [{ type: 'size' }, 'expected a text, found nothing'],
    [{ id: 'Small', type: 'size' }, 'expected an id like small-image, found "Small"'],
    [{ id: 'a', type: 'sise' }, 'expected "builds" or "size"'],
    [{ id: 'a', type: 'size', title: '' }, 'expected at least 1 characters, found ""'],
    [{ id: 'a', type: 'size', max: 'huge' }, 'expected a size like 250MB, 300kB or a number of bytes, found "huge"'],
    [
      { id: 'a', type: 'builds', tilte: 'x' },
      'expected one of the keys id, type and title, found "tilte"; did you mean "title"?',
    ],
    [{ id: 'a', type: 'files', absnt: ['/a'], present: ['/b'] }, 'did you mean "absent"?'],
  ])('explains %j', (raw, message) => {
    const result = parseCheck(raw);
    expect(result.ok ? [] : result.issues.map((issue) => issue.message)).toContainEqual(
      expect.stringContaining(message),
    );
  });
  test('says where in the parameters a problem is', () => {
    const result = parseCheck({ id: 'a', type: 'http', requests: [{ path: '/', expect: { status: 'ok' } }] });
    expect(result).toEqual({
      ok: false,
      issues: [{ path: ['requests', 0, 'expect', 'status'], message: 'expected a number, found "ok"' }],
    });
  });
});

describe('needsOf', () => {
  test('asks for one run with all requests and for everything else once', () => {
    const checks = [
      parsed({ id: 'serves', type: 'http', requests: [{ path: '/a' }] }),
      parsed({ id: 'also', type: 'http', requests: [{ path: '/b' }] }),
      parsed({ id: 'user', type: 'user' }),
      parsed({ id: 'shell', type: 'shell' }),
      parsed({ id: 'files', type: 'files', present: ['/a'] }),
      parsed({ id: 'small', type: 'size', ofStarter: 0.5 }),
      parsed({ id: 'smaller', type: 'size', ofStarter: 0.4 }),
    ];
    expect(needsOf(checks)).toEqual([
      { kind: 'layer-files' },
      { kind: 'starter' },
      {
        kind: 'run',
        requests: [
          { id: 'serves/1', method: 'GET', path: '/a' },
          { id: 'also/1', method: 'GET', path: '/b' },
        ],
      },
    ]);
  });
  test('asks for nothing where nothing is needed', () => {
    expect(needsOf([parsed({ id: 'builds', type: 'builds' })])).toEqual([]);
  });
});

describe('judgeAll', () => {
  const checks = [
    parsed({ id: 'builds', type: 'builds', title: 'It builds' }),
    parsed({ id: 'two', type: 'stages', min: 2 }),
    parsed({ id: 'small', type: 'size', max: '1MB' }),
  ];

  test('judges the text also when nothing was built, and skips the image with a sentence', () => {
    const reports = judgeAll(checks, emptyEvidence({ dockerfile: sampleDockerfile([{}]) }));
    expect(reports.map(({ id, status }) => [id, status])).toEqual([
      ['builds', 'failed'],
      ['two', 'failed'],
      ['small', 'skipped'],
    ]);
    expect(reports[2]?.message).toBe('Not judged, because nothing was built; see why the build failed first.');
  });
  test('gives complete reports that the contract accepts', () => {
    const [builds, two, small] = judgeAll(checks, builtEvidence({ dockerfile: sampleDockerfile([{ line: 4 }]) }));
    expect(builds).toEqual({
      id: 'builds',
      type: 'builds',
      title: 'It builds',
      status: 'passed',
      expected: 'The Dockerfile builds.',
      actual: 'built in 1.2 s',
      message: 'The Dockerfile builds.',
      why: expect.any(String),
      readMore: '/checks/builds',
    });
    expect(two?.line).toBe(4);
    expect(small?.status).toBe('failed');
    for (const report of [builds, two, small]) expect(checkReportSchema.safeParse(report).success).toBe(true);
  });
  test('does not let missing evidence pass for a check that was skipped', () => {
    const http = [parsed({ id: 'serves', type: 'http', requests: [{ path: '/' }] })];
    const message = 'The check serves (http) could not be judged, because the grader did not collect a run';
    expect(() => judgeAll(http, builtEvidence())).toThrow(
      expect.objectContaining({ code: 'internal', message: expect.stringContaining(message) }),
    );
  });
  test('takes a check that breaks for our own fault and names it', () => {
    const cause = new Error('boom');
    const broken: CheckType = {
      ...checkType('builds'),
      judge() {
        throw cause;
      },
    };
    const judge = () => judgeAll([{ id: 'odd', title: undefined, type: broken, params: {} }], builtEvidence());
    expect(judge).toThrow(
      expect.objectContaining({
        code: 'internal',
        cause,
        message: expect.stringContaining('The check odd (builds) broke'),
      }),
    );
  });
});

describe('tightened', () => {
  test('lowers the limit of a check that has one and keeps the others', () => {
    expect(tightened(parsed({ id: 'small', type: 'size', max: '100MB' }), 0.05).params).toEqual({ max: 95_000_000 });
    const builds = parsed({ id: 'builds', type: 'builds' });
    expect(tightened(builds, 0.05)).toEqual(builds);
  });
});
