import { describe, expect, test } from 'vitest';
import type { ProbeResponse } from '../../engine/engine.ts';
import type { RunEvidence } from '../../evidence/evidence.ts';
import { builtEvidence, sampleDockerfile, sampleImage, sampleRun } from '../sample-evidence.ts';
import { http } from './check.ts';

type Answer = Partial<Extract<ProbeResponse, { ok: true }>>;

function answer(parts: Answer = {}): ProbeResponse {
  return { ok: true, status: 200, headers: {}, body: 'ok', bodyTruncated: false, durationMs: 3, ...parts };
}

function judge(request: object, run: Partial<RunEvidence> | undefined) {
  const evidence = builtEvidence({
    dockerfile: sampleDockerfile([{ instructions: [{ keyword: 'CMD', text: '["node"]', line: 9 }] }]),
    run: run && sampleRun(run),
  });
  return http.judge(http.schema.parse({ requests: [{ path: '/time', ...request }] }), evidence, 'serves');
}

const judgeAnswer = (expected: object, parts: Answer) =>
  judge({ expect: expected }, { probes: { 'serves/1': answer(parts) } });

describe('http', () => {
  test('passes an answer with the expected status', () => {
    expect(judgeAnswer({}, {})).toEqual({
      status: 'passed',
      actual: 'GET /time answered',
      message: 'The container answered GET /time as expected.',
    });
  });

  test.each<[string, object, Answer]>([
    [
      'a header that contains a text',
      { headers: { 'Content-Type': 'application/json' } },
      { headers: { 'content-type': 'application/json; charset=utf-8' } },
    ],
    ['a header that matches a regex', { headers: { 'x-app': '/^v\\d/' } }, { headers: { 'X-App': 'v2' } }],
    ['a body that contains a text', { body: { contains: 'ell' } }, { body: 'hello' }],
    ['a body that matches a regex', { body: { matches: '^h.*o$' } }, { body: 'hello' }],
    ['a body without a text', { body: { notContains: 'root' } }, { body: 'hello' }],
    [
      'a JSON subset',
      { body: { json: { a: { b: [1, { c: null }] } } } },
      { body: '{"x":1,"a":{"y":2,"b":[1,{"c":null,"d":2}]}}' },
    ],
    ['another status', { status: 404 }, { status: 404 }],
  ])('passes %s', (_name, expected, parts) => {
    expect(judgeAnswer(expected, parts).status).toBe('passed');
  });

  test.each<[string, object, Answer, string]>([
    [
      'another status',
      {},
      { status: 500, body: 'Cannot find module' },
      'GET /time answered 500, expected 200. Its body: `Cannot find module`.',
    ],
    [
      'a status with an empty body',
      {},
      { status: 404, body: ' \n' },
      'GET /time answered 404, expected 200. Its body is empty.',
    ],
    [
      'a missing header',
      { headers: { 'x-app': 'v' } },
      {},
      'GET /time answered without the header x-app, expected `v`.',
    ],
    [
      'another header',
      { headers: { 'x-app': '/^v2$/' } },
      { headers: { 'x-app': 'v1' } },
      'GET /time answered with the header x-app: `v1`, expected `/^v2$/`.',
    ],
    [
      'a body without the text',
      { body: { contains: 'time' } },
      {},
      'GET /time answered without `time` in its body. Its body: `ok`.',
    ],
    [
      'a body that does not match',
      { body: { matches: '^\\d+$' } },
      {},
      'GET /time answered with a body that does not match `^\\d+$`. Its body: `ok`.',
    ],
    [
      'a body with a forbidden text',
      { body: { notContains: 'o' } },
      {},
      'GET /time answered with `o` in its body. Its body: `ok`.',
    ],
    [
      'a body that is not JSON',
      { body: { json: {} } },
      {},
      'GET /time answered with a body that is not JSON. Its body: `ok`.',
    ],
    [
      'a missing key',
      { body: { json: { a: { b: 1 } } } },
      { body: '{"a":{}}' },
      'GET /time answered with other JSON: `a.b` is missing. Its body: `{"a":{}}`.',
    ],
    [
      'an inherited key',
      { body: { json: { constructor: 1 } } },
      { body: '{}' },
      'GET /time answered with other JSON: `constructor` is missing. Its body: `{}`.',
    ],
    [
      'another value',
      { body: { json: { a: 1 } } },
      { body: '{"a":"1"}' },
      'GET /time answered with other JSON: `a` is `"1"`, expected `1`. Its body: `{"a":"1"}`.',
    ],
    [
      'another length',
      { body: { json: [1] } },
      { body: '[]' },
      'GET /time answered with other JSON: the body has 0 entries, expected 1. Its body: `[]`.',
    ],
    [
      'no list',
      { body: { json: [1] } },
      { body: '{}' },
      'GET /time answered with other JSON: the body is `{}`, expected a list. Its body: `{}`.',
    ],
    [
      'no object',
      { body: { json: { a: 1 } } },
      { body: 'null' },
      'GET /time answered with other JSON: the body is `null`, expected an object. Its body: `null`.',
    ],
  ])('fails %s and says what came back', (_name, expected, parts, message) => {
    expect(judgeAnswer(expected, parts)).toMatchObject({ status: 'failed', message });
  });

  test('does not pass a forbidden text that may be in the part that was cut off', () => {
    expect(judgeAnswer({ body: { notContains: 'x' } }, { bodyTruncated: true }).status).toBe('failed');
  });

  test('shows a hostile body cut short and on one line', () => {
    const { message } = judgeAnswer({}, { status: 500, body: `\u001b[2J\n${'x'.repeat(200_000)}` });
    expect(message).not.toMatch(/\p{Cc}/u);
    expect(message.length).toBeLessThan(300);
  });

  test('names the request that failed among several', () => {
    const requests = [{ path: '/a' }, { method: 'post', path: '/b', expect: { status: 201 } }];
    const params = http.schema.parse({ requests });
    const run = sampleRun({ probes: { 'serves/1': answer(), 'serves/2': answer({ status: 405 }) } });
    expect(http.judge(params, builtEvidence({ run }), 'serves')).toMatchObject({
      status: 'failed',
      actual: 'POST /b: 405',
    });
    const both = sampleRun({ probes: { 'serves/1': answer(), 'serves/2': answer({ status: 201 }) } });
    expect(http.judge(params, builtEvidence({ run: both }), 'serves').actual).toBe('2 requests answered');
    expect(http.expected(params)).toBe('The container answers GET /a with 200, POST /b with 201.');
  });

  test('says when a request got no answer, and that the container died', () => {
    const probes: RunEvidence['probes'] = { 'serves/1': { ok: false, reason: 'reset', message: 'connection reset' } };
    expect(judge({}, { probes, exitCode: 1 })).toMatchObject({
      status: 'failed',
      actual: 'GET /time: reset',
      message: 'GET /time got no answer: Connection reset. The container ended with exit code 1.',
    });
    expect(judge({}, { probes }).message).toBe('GET /time got no answer: Connection reset.');
  });

  test('is skipped when the container was not run or the answer is not there', () => {
    expect(judge({}, undefined).status).toBe('skipped');
    expect(judge({}, {}).status).toBe('skipped');
  });
});

/** Of Node.js 20, for a file that is not there. */
const nodeLog = `node:internal/modules/cjs/loader:1210
  throw err;
  ^

Error: Cannot find module '/app/server.js'
    at Module._resolveFilename (node:internal/modules/cjs/loader:1207:15)
    at node:internal/main/run_main_module:28:49 {
  code: 'MODULE_NOT_FOUND',
  requireStack: []
}

Node.js v20.20.2
`;

describe('http, when the container never answered', () => {
  test.each<[string, Partial<RunEvidence>, string, RegExp]>([
    [
      'could not start',
      { started: false, startError: 'exec: "node": executable file not found in $PATH' },
      'could not be started',
      /`exec: "node": executable file not found in \$PATH`\. The program that CMD or ENTRYPOINT names is not in/,
    ],
    [
      'may not start',
      { started: false, startError: 'exec /app/run: permission denied' },
      'could not be started',
      /may not execute it/,
    ],
    [
      'has no such user',
      { started: false, startError: 'unable to find user app' },
      'could not be started',
      /USER names someone/,
    ],
    ['gave no reason', { started: false }, 'could not be started', /^The container could not be started\.$/],
    ['ran out of memory', { oomKilled: true, exitCode: 137 }, 'out of memory', /used more memory than it may/],
    [
      'ended',
      { exitCode: 1, log: 'a\n\nb\nc\nError: Cannot find module\n' },
      'exit code 1',
      /ended with exit code 1\. The end of its log: `b` `c` `Error: Cannot find module`$/,
    ],
    [
      'ended with an error that Node.js did not say last',
      { exitCode: 1, log: nodeLog },
      'exit code 1',
      /exit code 1\. Its log says `Error: Cannot find module '\/app\/server\.js'` and ends: `requireStack: \[\]` `}` `Node\.js v20\.20\.2`$/,
    ],
    [
      'ended with a stack trace of Java',
      { exitCode: 1, log: `Exception in thread "main" A: b\n${'\tat a.B.main(B.java:1)\n'.repeat(9)}` },
      'exit code 1',
      /Its log says `Exception in thread "main" A: b` and ends: `at a/,
    ],
    ['ended silently', { exitCode: 0 }, 'exit code 0', /It wrote nothing to its log\.$/],
    [
      'listens on loopback',
      { log: 'listening on http://127.0.0.1:3000' },
      'listens on 127.0.0.1 only',
      /its log says `listening on http:\/\/127\.0\.0\.1:3000`.*0\.0\.0\.0\.$/,
    ],
    [
      'listens on localhost',
      { log: 'up on localhost:8080\nready' },
      'listens on 127.0.0.1 only',
      /up on localhost:8080/,
    ],
    [
      'never listened',
      { log: 'hello' },
      'nothing listens on the port',
      /never answered|nothing in it ever answered.*`hello`$/,
    ],
  ])('says that it %s', (_name, run, actual, message) => {
    const judgement = judge({}, { ready: false, ...run });
    expect(judgement).toMatchObject({ status: 'failed', actual, line: 9 });
    expect(judgement.message).toMatch(message);
  });

  test('does not take any mention of localhost for an address to listen on', () => {
    const run = { ready: false, log: 'connecting to the database on localhost' };
    expect(judge({}, run).actual).toBe('nothing listens on the port');
  });

  test('names the ports that the image exposes', () => {
    const image = sampleImage({ config: { exposedPorts: ['8080/tcp'] } });
    const params = http.schema.parse({ requests: [{ path: '/' }] });
    const { message } = http.judge(params, builtEvidence({ image, run: sampleRun({ ready: false }) }), 'serves');
    expect(message).toContain('(the image exposes 8080/tcp)');
  });

  test('shows a hostile log cut short and on one line', () => {
    const { message } = judge({}, { ready: false, exitCode: 1, log: `\u001b[31m${'x'.repeat(60_000)}\r\n`.repeat(5) });
    expect(message).not.toMatch(/\p{Cc}/u);
    expect(message.length).toBeLessThan(600);
  });
});

describe('parameters of http', () => {
  test('requests get their own ids and keep headers and body', () => {
    const params = http.schema.parse({
      requests: [{ method: 'post', path: '/', headers: { a: 'b' }, body: '{}' }, { path: '/x' }],
    });
    expect(http.needs?.(params, 'serves')).toEqual([
      {
        kind: 'run',
        requests: [
          { id: 'serves/1', method: 'POST', path: '/', headers: { a: 'b' }, body: '{}' },
          { id: 'serves/2', method: 'GET', path: '/x' },
        ],
      },
    ]);
  });
  test.each([
    [{ requests: [] }],
    [{ requests: [{ path: 'time' }] }],
    [{ requests: [{ path: '/', expect: { status: 20 } }] }],
    [{ requests: [{ path: '/', expect: { body: {} } }] }],
    [{ requests: [{ path: '/', expect: { body: { matches: '(' } } }] }],
    [{ requests: [{ path: '/', expects: {} }] }],
  ])('refuses %j', (params) => {
    expect(http.schema.safeParse(params).success).toBe(false);
  });
});
