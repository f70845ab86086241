import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { contextVertexName } from '../contract/report.ts';
import { parseDockerfile } from '../dockerfile/parse-dockerfile.ts';
import { limits } from '../limits.ts';
import { recordedBuilds } from './fixtures/cases.ts';
import { RawJsonReader } from './rawjson.ts';
import { seeded } from './testing/random-dockerfile.ts';
import { type Replay, replay } from './testing/replay.ts';

const dir = join(import.meta.dirname, 'fixtures');

function recording(name: string): string {
  const file = readdirSync(dir).find((each) => each.startsWith(`${name}.docker-`));
  if (file === undefined) throw new Error(`There is no recording ${name}.`);
  return readFileSync(join(dir, file), 'utf8');
}

function play(name: string, options: Parameters<typeof replay>[2] = {}, like = name): Replay {
  return replay(recording(name), parseDockerfile(recordedBuilds[like]?.dockerfile ?? ''), options);
}

function steps({ progress }: Replay): string[] {
  return progress
    .reports()
    .filter((vertex) => vertex.instruction !== undefined)
    .map(
      (vertex) =>
        `${vertex.name.slice(0, vertex.name.indexOf(']') + 1)} ${vertex.instruction} ${vertex.stage} line ${vertex.line}`,
    )
    .sort();
}

const twoStagesText = recordedBuilds['two-stages']?.dockerfile ?? '';
const twoStages = [
  '[builder 1/5] FROM builder line 1',
  '[builder 2/5] WORKDIR builder line 2',
  '[builder 3/5] COPY builder line 3',
  '[builder 4/5] RUN builder line 6',
  '[builder 5/5] COPY builder line 7',
  '[stage-1 1/4] FROM 1 line 8',
  '[stage-1 2/4] COPY 1 line 10',
  '[stage-1 3/4] RUN 1 line 11',
];

describe('vertexes', () => {
  test('know their stage and line', () => {
    expect(steps(play('two-stages'))).toEqual(twoStages);
  });

  test('get the names back that a build beside this one took', () => {
    expect(recording('beside-another-build')).not.toContain('[builder 2/5] WORKDIR');
    expect(steps(play('beside-another-build', {}, 'two-stages'))).toEqual(twoStages);
  });

  test('know their stage and line also when BuildKit lists them one by one', () => {
    const single: string[] = [];
    const reader = new RawJsonReader(({ vertexes, ...rest }) => {
      for (const vertex of vertexes ?? []) single.push(JSON.stringify({ vertexes: [vertex] }));
      single.push(JSON.stringify(rest));
    });
    for (const order of [(all: string[]) => all, (all: string[]) => all.toReversed()]) {
      single.length = 0;
      reader.push(recording('two-stages'));
      // Those that only list a vertex come first.
      const listed = single.filter((text) => !text.includes('"started":"'));
      const others = single.filter((text) => text.includes('"started":"'));
      const played = replay([...order(listed), ...others].join('\n'), parseDockerfile(twoStagesText));
      expect(steps(played)).toEqual(twoStages);
    }
  });

  test('that another build began earlier begin with this one', () => {
    const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString();
    const vertexes = [
      { digest: 'own', name: '[internal] load build definition from Dockerfile', started: at(10), completed: at(11) },
      { digest: 'from', name: '[1/2] FROM docker.io/library/a', started: at(4), completed: at(12) },
    ];
    const { progress } = replay(JSON.stringify({ vertexes }), parseDockerfile('FROM a\nRUN x'));
    expect(progress.reports()[1]).toMatchObject({ line: 1, startedAt: at(10), endedAt: at(12), durationMs: 2000 });
  });

  test('of a repeated build are cached, except FROM and what is not the learner’s', () => {
    const first = play('two-stages').progress.reports();
    // BuildKit may call a WORKDIR cached even with --no-cache.
    expect(first.filter((vertex) => vertex.cached && vertex.instruction !== 'WORKDIR')).toEqual([]);
    const again = play('two-stages-again').progress.reports();
    const cached = again.filter((vertex) => vertex.cached).map((vertex) => vertex.line);
    expect(cached.sort()).toEqual([10, 11, 2, 3, 6, 7]);
  });

  test.each([
    ['one-stage-with-a-mount', ['[only 1/2] FROM only line 1', '[only 2/2] RUN only line 2']],
    ['one-named-stage', ['[1/2] FROM only line 1', '[2/2] RUN only line 2']],
    ['base-is-also-a-source', ['[stage-0 1/2] FROM 0 line 1', '[stage-0 2/2] COPY 0 line 2']],
    ['onbuild', ['[base 1/1] FROM base line 1', '[stage-1 1/1] RUN 1 line 2', '[stage-1 2/1] RUN 1 line 4']],
  ])('of %s', (name, expected) => {
    expect(steps(play(name))).toEqual(expected);
  });

  test('without a Dockerfile at hand still have BuildKit’s names', () => {
    const { progress } = replay(recording('one-named-stage'), undefined);
    expect(progress.reports().map((vertex) => vertex.name)).toContain('[2/2] RUN true');
  });

  test('that another build had done before are cached, though nothing is said of them', () => {
    const vertexes = [
      { digest: 'run', name: '[3/3] RUN x', inputs: ['workdir'], started: '2026-01-01T00:00:00Z' },
      { digest: 'workdir', name: '[2/3] WORKDIR /x', inputs: ['from'] },
      { digest: 'from', name: '[1/3] FROM docker.io/library/a' },
      { digest: 'later', name: '[9/9] RUN later', inputs: ['run'] },
    ];
    const { progress } = replay(JSON.stringify({ vertexes }), parseDockerfile('FROM a\nWORKDIR /x\nRUN x\nRUN later'));
    expect(progress.reports().map(({ line, cached }) => [line, cached])).toEqual([
      [1, false],
      [2, true],
      [3, false],
    ]);
  });

  test('know what they need, and when they ran', () => {
    const vertexes = play('two-stages').progress.reports();
    const byId = new Map(vertexes.map((vertex) => [vertex.id, vertex]));
    const needs = (line: number) =>
      (vertexes.find((vertex) => vertex.line === line)?.inputs ?? []).map((id) => byId.get(id)?.line).sort();
    expect(byId.size).toBe(vertexes.length);
    expect(needs(10)).toEqual([7, 8]);
    expect(needs(11)).toEqual([10, 7]);
    // The context is none of the Dockerfile's lines.
    expect(needs(3)).toEqual([2, undefined]);
    for (const { startedAt, endedAt, durationMs } of vertexes) {
      const [start, end] = [Date.parse(startedAt ?? ''), Date.parse(endedAt ?? '')];
      expect(end - start).toBeGreaterThanOrEqual(durationMs - 1);
    }
  });

  test('that run have a start and no end yet', () => {
    const { events } = play('two-stages');
    const [running, done] = events.flatMap((event) =>
      event.type === 'vertex' && event.vertex.line === 6 ? [event.vertex] : [],
    );
    expect(running?.startedAt).toBeDefined();
    expect(running?.endedAt).toBeUndefined();
    expect(done).toMatchObject({ id: running?.id, startedAt: running?.startedAt, endedAt: expect.any(String) });
  });

  test('with a time that is none have no time', () => {
    const vertexes = [{ digest: 'a', name: '[1/1] RUN x', started: 'yesterday', completed: 'today' }];
    const [vertex] = replay(JSON.stringify({ vertexes }), undefined).progress.reports();
    expect(vertex).not.toHaveProperty('startedAt');
  });

  test('are reported while they run, once per change', () => {
    const { events } = play('two-stages');
    const changes = events.flatMap((event) =>
      event.type === 'vertex' && event.vertex.line === 6 ? [event.status] : [],
    );
    expect(changes).toEqual(['running', 'done']);
    const names = events.flatMap((event) => (event.type === 'vertex' ? [event.vertex.name] : []));
    expect(names.filter((name) => name.includes('load metadata'))).toEqual([]);
  });
});

test('the context’s size is what was sent, not what is there', () => {
  const { contextBytes } = play('two-stages').progress;
  expect(contextBytes).toBeGreaterThan(5);
  expect(contextBytes).toBeLessThan(2000);
  expect(play('onbuild').progress.contextBytes).toBeUndefined();
});

test('sending the context is told with its bytes, its time, and the steps that needed it', () => {
  const { progress, events } = play('two-stages');
  const context = progress.reports().find(({ name }) => name === contextVertexName);
  expect(context).toMatchObject({ transferredBytes: progress.contextBytes, startedAt: expect.any(String) });
  const told = events.filter((event) => event.type === 'vertex' && event.vertex.name === contextVertexName);
  expect(told.at(-1)).toMatchObject({ status: 'done', vertex: { transferredBytes: progress.contextBytes } });
  const needs = progress.reports().filter(({ inputs = [] }) => inputs.includes(context?.id ?? 0));
  expect(needs.map(({ line, instruction }) => [line, instruction])).toContainEqual([3, 'COPY']);
  expect(progress.reports().filter((vertex) => vertex.transferredBytes !== undefined)).toEqual([context]);
});

describe('the log', () => {
  test('comes in lines with colours, without anything else that moves a terminal', () => {
    const lines = play('two-stages').events.flatMap((event) => (event.type === 'log' ? event.lines : []));
    const texts = lines
      .filter((line) => line.vertex?.startsWith('[builder 4/5]'))
      .map(({ text, stream }) => [stream, text]);
    expect(texts).toContainEqual(['stdout', '\u001b[32mgreen\u001b[0m plain']);
    expect(texts).toContainEqual(['stdout', '100%']);
    expect(texts).toContainEqual(['stdout', 'no line feed']);
    expect(texts).toContainEqual(['stderr', 'two']);
    expect(lines[0]).toMatchObject({ stage: 'builder' });
  });

  test('is cut at its limit, and what is lost is counted', () => {
    const whole = play('two-stages').progress;
    const { progress } = play('two-stages', { logBytesMax: 10 });
    expect(whole.logBytesDropped).toBe(0);
    expect(progress.logBytes).toBe(10);
    expect(progress.logBytesDropped).toBe(whole.logBytes - 10);
  });

  test('is cut at so many lines, which is told once', () => {
    // What ended without a line feed comes with the end of the stream.
    const linesOf = ({ events }: Replay) =>
      events
        .flatMap((event) => (event.type === 'log' ? event.lines : []))
        .filter(({ text }) => text !== 'no line feed');
    const whole = play('two-stages');
    expect(whole.logFull).toBe(0);
    const cut = play('two-stages', { logLinesMax: 3 });
    expect(linesOf(cut)).toEqual(linesOf(whole).slice(0, 3));
    expect(cut.logFull).toBe(1);
  });
});

test('the step that failed is told from the one that was cancelled with it', () => {
  const { failure } = play('two-at-once');
  expect(failure).toMatchObject({ exitCode: 7, line: 4, raw: expect.stringContaining('exit code: 7') });
  expect(failure.vertex).toMatchObject({ stage: 'b', instruction: 'RUN' });
});

test('the stream may be cut anywhere', () => {
  const whole = play('two-stages');
  for (const pieceLength of [1, 7, 1000]) {
    const pieces = play('two-stages', { pieceLength });
    expect(pieces.progress.reports()).toEqual(whole.progress.reports());
    expect(pieces.events).toEqual(whole.events);
  }
});

describe('a hostile stream', () => {
  test('of noise is kept as plain text, bounded', () => {
    const random = seeded(3);
    const seen: unknown[] = [];
    const reader = new RawJsonReader((status) => seen.push(status));
    const pieces = [
      '{\n',
      '}\n',
      '{"',
      '"}\n',
      '\\',
      '\n',
      '"vertexes":',
      '[',
      ']',
      'null',
      '{"logs":[{}]}\n',
      '\u0000',
      'x'.repeat(999),
    ];
    for (let round = 0; round < 20_000; round += 1) reader.push(pieces[random(pieces.length)] ?? '');
    reader.end();
    expect(reader.plain.length).toBeLessThanOrEqual(64 * 1024);
  });

  test('of endless vertexes ends at the limit', () => {
    const names = Array.from({ length: limits.build.vertexesMax + 50 }, (_, at) => ({
      digest: `d${at}`,
      name: `[1/1] RUN ${'x'.repeat(5000)}`,
      started: '2026-01-01T00:00:00Z',
    }));
    const { progress } = replay(JSON.stringify({ vertexes: names }), undefined);
    expect(progress.reports()).toHaveLength(limits.build.vertexesMax);
    expect(progress.reports()[0]?.name.length).toBeLessThan(400);
  });

  test('of a graph with circles ends', () => {
    const vertexes = ['a', 'b', 'c'].map((digest) => ({ digest, name: '[1/1] RUN x', inputs: ['b', 'c'] }));
    const model = parseDockerfile('FROM x\nRUN x\nRUN x\nRUN x\nRUN x');
    expect(replay(JSON.stringify({ vertexes }), model).progress.reports()).toEqual([]);
  });
});
