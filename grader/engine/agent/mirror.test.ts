import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createMirror, mirrorPath, missingSentence } from './mirror.ts';
import { registryToken } from './registry-token.ts';

const registryKey = 'a key';

let root: string;
let server: Server;
let address: string;

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'stagecraft-mirror-')));
  put('npm/left/index.json', '{"name":"left"}');
  put('npm/left/-/left-1.0.0.tgz', 'tarball');
  put('private/npm/@ferry/fares/index.json', '{"name":"@ferry/fares"}');
  put('npm/@scope/name/index.json', '{"name":"@scope/name"}');
  put('go/example.com/!upper/@v/list', 'v1.0.0\n');
  put('pypi/simple/flask/index.html', '<a>flask</a>');
  symlinkSync('/etc/passwd', join(root, 'npm/outside'));
  server = createMirror(root, registryKey);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(root, { recursive: true, force: true });
});

test('a package’s name answers with its packument', async () => {
  const answer = await fetch(`${address}/npm/left`);
  expect(await answer.json()).toEqual({ name: 'left' });
  expect(answer.headers.get('content-type')).toBe('application/json');
});

test('a scoped name answers in both spellings that npm uses', async () => {
  for (const path of ['/npm/@scope%2fname', '/npm/@scope/name']) {
    expect(await (await fetch(address + path)).json()).toEqual({ name: '@scope/name' });
  }
});

test('tarballs, Go modules and Python pages are plain files', async () => {
  expect(await (await fetch(`${address}/npm/left/-/left-1.0.0.tgz`)).text()).toBe('tarball');
  expect(await (await fetch(`${address}/go/example.com/!upper/@v/list`)).text()).toBe('v1.0.0\n');
  expect(await (await fetch(`${address}/pypi/simple/flask/`)).text()).toBe('<a>flask</a>');
});

test('archives may be kept for ever, what lists them may not', async () => {
  const control = async (path: string) => (await fetch(address + path)).headers.get('cache-control');
  expect(await control('/npm/left/-/left-1.0.0.tgz')).toContain('immutable');
  expect(await control('/npm/left')).toBeNull();
});

test('of a Python project that is not there the name is told, whichever page or file is asked for', () => {
  for (const path of ['pypi/simple/left-pad', 'pypi/simple/left-pad/left_pad-1.0-py3-none-any.whl'])
    expect(missingSentence(path)).toMatch(/^left-pad is not in this course's package mirror\./);
});

test('what is not there is a 404 that names the package and says what to do', async () => {
  const answer = await fetch(`${address}/npm/left-pad`);
  expect(answer.status).toBe(404);
  const text = await answer.text();
  expect(JSON.parse(text).error).toMatch(/^left-pad is not in this course's package mirror\./);
  expect(text).toMatch(/lock file/);
});

test('the missing sentence names packages as their tools do', () => {
  expect(missingSentence('npm/@a/b/-/b-1.0.0.tgz')).toMatch(/^@a\/b is not/);
  expect(missingSentence('go/example.com/mod/@v/v1.2.3.mod')).toMatch(/^example.com\/mod is not/);
});

test('the private part is for those who show a token', async () => {
  const ask = (path: string, authorization?: string) =>
    fetch(address + path, authorization === undefined ? {} : { headers: { authorization } });
  const token = registryToken(registryKey, 'ab'.repeat(12));
  const given = await ask('/private/npm/@ferry%2ffares', `Bearer ${token}`);
  expect([given.status, await given.json()]).toEqual([200, { name: '@ferry/fares' }]);
  const missing = await ask('/private/npm/@ferry%2fmaps', `Bearer ${token}`);
  expect([missing.status, ((await missing.json()) as { error: string }).error]).toEqual([
    404,
    expect.stringMatching(/^@ferry\/maps is not in/),
  ]);
  const none = await ask('/private/npm/@ferry%2ffares');
  expect([none.status, none.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  expect(await none.json()).toEqual({
    error: 'This registry is private. It wants a token, and none was given.',
  });
  for (const wrong of ['Bearer canary', `Basic ${token}`, `Bearer ${registryToken('another key', 'ab'.repeat(12))}`])
    expect((await ask('/private/npm/@ferry%2ffares', wrong)).status).toBe(401);
});

test('no spelling of the path gets around the token', async () => {
  for (const path of ['//private/npm/@ferry/fares', '/%70rivate/npm/@ferry/fares', '/private%2fnpm%2f@ferry%2ffares'])
    expect((await fetch(address + path)).status).toBe(401);
  expect((await fetch(`${address}/npm/%2e%2e%2fprivate%2fnpm%2f@ferry%2ffares`)).status).toBe(404);
});

test('nothing outside the folder can be read', async () => {
  expect(mirrorPath('/npm/../../etc/passwd')).toBeUndefined();
  expect(mirrorPath('/npm/%2e%2e/%2e%2e/etc/passwd')).toBeUndefined();
  expect(mirrorPath('/npm/%00')).toBeUndefined();
  expect(mirrorPath('/npm/%zz')).toBeUndefined();
  expect((await fetch(`${address}/npm/outside`)).status).toBe(404);
  expect((await fetch(`${address}/npm/%2e%2e%2f%2e%2e%2fetc%2fpasswd`)).status).toBe(404);
});

test('a folder without an index is not listed', async () => {
  expect((await fetch(`${address}/npm`)).status).toBe(404);
  expect((await fetch(`${address}/`)).status).toBe(404);
});

test('the mirror can only be read', async () => {
  expect((await fetch(`${address}/npm/left`, { method: 'PUT', body: 'x' })).status).toBe(405);
  const head = await fetch(`${address}/npm/left`, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length')]).toEqual([200, '15']);
});

test.runIf(process.platform === 'linux')('a download that is broken off leaves no file open', async () => {
  put('npm/big/-/big-1.0.0.tgz', 'x'.repeat(8 * 1024 * 1024));
  const file = join(root, 'npm/big/-/big-1.0.0.tgz');
  const opened = () => readdirSync('/proc/self/fd').filter((fd) => targetOf(`/proc/self/fd/${fd}`) === file).length;
  for (let time = 0; time < 10; time += 1) {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write('GET /npm/big/-/big-1.0.0.tgz HTTP/1.1\r\nHost: mirror\r\n\r\n');
    await once(socket, 'data');
    socket.destroy();
  }
  await vi.waitUntil(() => opened() === 0);
});

/** Undefined: closed meanwhile. */
function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}
