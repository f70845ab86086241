import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../engine/engine.ts';
import { testEngine } from '../engine/testing.ts';
import { limits } from '../limits.ts';
import { OWNER_LABEL } from '../owner.ts';
import type { RunEvidence } from './evidence.ts';
import type { StopRequest } from './merge-needs.ts';
import type { RunRequest, RunSettings } from './need.ts';
import { removeLeftovers } from './remove-containers.ts';
import { runAndProbe } from './run.ts';
import { groupsBelow, imageWith, leftBehind, nodeCmd, testBase, withTidied } from './testing.ts';

const settings: RunSettings = {
  port: 3000,
  env: { PORT: '3000' },
  hosts: [],
  readOnly: true,
  readyPath: '/healthz',
  readyTimeoutMs: 20_000,
};
const get = (path: string, id = 'one'): RunRequest => ({ id, method: 'GET', path });
const server = (handler: string) =>
  nodeCmd(`require('http').createServer((q, s) => { ${handler} }).listen(process.env.PORT)`);
const ok = server('s.end(q.url)');

describe('runAndProbe', () => {
  let engine: Engine;
  let slot: ReturnType<typeof withTidied>;

  beforeAll(async () => {
    engine = await testEngine();
    slot = withTidied(await engine.acquireSlot());
  });
  afterEach(async () => {
    expect(await leftBehind(engine.docker)).toEqual([]);
    expect(groupsBelow(slot)).toEqual([]);
  });
  afterAll(async () => {
    await slot?.release();
  });

  async function run(
    changes: string[],
    {
      requests = [],
      stop,
      signal = new AbortController().signal,
      ...more
    }: Partial<RunSettings> & { requests?: RunRequest[]; stop?: StopRequest; signal?: AbortSignal } = {},
  ): Promise<RunEvidence> {
    const image = await imageWith(engine.docker, changes);
    try {
      return await runAndProbe({ image, run: { ...settings, ...more }, requests, stop, slot }, { engine, signal });
    } finally {
      await slot.tidied();
      await engine.docker.getImage(image.id).remove({ force: true });
    }
  }

  it('asks an app its requests and sees who process 1 is', async () => {
    const evidence = await run([ok, 'USER 1000'], { requests: [get('/a', 'a'), get('/b?x=1', 'b')] });
    expect(evidence).toMatchObject({
      started: true,
      startError: undefined,
      exitCode: undefined,
      oomKilled: false,
      ready: true,
    });
    expect(evidence.readyMs).toBeLessThan(3000);
    expect(evidence.probes).toMatchObject({
      a: { ok: true, status: 200, body: '/a' },
      b: { ok: true, body: '/b?x=1' },
    });
    expect(evidence.process).toMatchObject({ uid: 1000, argv: ['node', '-e', expect.any(String)] });
  });

  it('sends method, headers and body', async () => {
    const echo = server(
      "let b = ''; q.on('data', (d) => (b += d)).on('end', () => s.end([q.method, q.headers['x-a'], b].join(' ')))",
    );
    const request = { id: 'one', method: 'POST', path: '/', headers: { 'x-a': 'yes' }, body: 'hello' };
    expect((await run([echo], { requests: [request] })).probes).toMatchObject({
      one: { ok: true, body: 'POST yes hello' },
    });
  });

  it('takes any status for being ready, and leaves judging it to the checks', async () => {
    const evidence = await run([server('s.statusCode = 500; s.end()')], { requests: [get('/')] });
    expect(evidence).toMatchObject({ ready: true, probes: { one: { ok: true, status: 500 } } });
  });

  it('keeps what was printed, without terminal sequences', async () => {
    const evidence = await run([
      nodeCmd(
        "console.log('\\u001b[31mstarted'); setTimeout(() => { console.error('warned'); require('http').createServer((q, s) => s.end()).listen(3000); }, 200)",
      ),
    ]);
    expect(evidence.log).toBe('started\nwarned\n');
  });

  it('reaches the HTTPS service of the sandbox under the name that the exercise gives it', async () => {
    const name = 'clock.stagecraft.test';
    const script = `require('http').createServer((q, s) => require('dns').lookup('${name}', (e, a) => s.end(a))).listen(3000)`;
    const evidence = await run([nodeCmd(script)], { hosts: [name], requests: [get('/')] });
    expect(evidence.probes).toMatchObject({ one: { ok: true, body: engine.network.runGateway } });
  });

  describe('what can not be started', () => {
    it('says that the program is not there', async () => {
      expect(await run(['CMD ["nodemon"]'])).toMatchObject({
        started: false,
        startError: 'exec: "nodemon": executable file not found in $PATH',
      });
    });

    it('shows what the kernel says about a file that is no program', async () => {
      const evidence = await run(['CMD ["/etc/passwd"]'], { readyTimeoutMs: 15_000 });
      expect(evidence).toMatchObject({ started: true, ready: false, exitCode: expect.any(Number) });
      expect(evidence.log).toMatch(/exec \/etc\/passwd: exec format error/);
    });

    it('says that there is no command at all', async () => {
      const image = { id: await testBase(engine.docker), config: { volumes: [], workingDir: '/' } };
      const { signal } = new AbortController();
      const evidence = await runAndProbe({ image, run: settings, requests: [], slot }, { engine, signal });
      await slot.tidied();
      expect(evidence.startError).toMatch(/no command specified/i);
    });

    it('says that the user does not exist', async () => {
      expect((await run([ok, 'USER ghost'])).startError).toMatch(/unable to find user ghost/);
    });

    it('says that there are too many volumes', async () => {
      const volumes = Array.from({ length: limits.run.volumesMax + 1 }, (_, index) => `VOLUME /v${index}`);
      expect((await run([ok, ...volumes])).startError).toMatch(/declares 33 volumes; at most 32/);
    });

    it('says that a volume lies where none can be', async () => {
      expect((await run([ok, 'VOLUME /proc'])).started).toBe(false);
    });
  });

  describe('what ends', () => {
    // Who waits for it to be ready fails by the test's own timeout.
    const longerThanTheTest = 600_000;

    it('knows at once that it crashed, and why', async () => {
      const evidence = await run([nodeCmd("throw new Error('no database')")], {
        requests: [get('/')],
        readyTimeoutMs: longerThanTheTest,
      });
      expect(evidence).toMatchObject({
        started: true,
        ready: false,
        exitCode: 1,
        oomKilled: false,
        probes: {},
        process: undefined,
      });
      expect(evidence.log).toContain('no database');
    });

    it('knows at once that it ended without an error', async () => {
      expect(await run([nodeCmd('')], { readyTimeoutMs: longerThanTheTest })).toMatchObject({
        ready: false,
        exitCode: 0,
      });
    });

    it('sees an app that dies of a request, and that the next request has nobody to answer', async () => {
      const evidence = await run([server("if (q.url === '/die') process.exit(3); s.end()")], {
        requests: [get('/die', 'die'), get('/', 'after')],
      });
      expect(evidence).toMatchObject({
        ready: true,
        exitCode: 3,
        probes: { die: { ok: false }, after: { ok: false } },
      });
    });

    it('sees that it ran out of memory', async () => {
      const evidence = await run([nodeCmd('const a = []; for (;;) a.push(Buffer.alloc(1e6, 1))')], {
        readyTimeoutMs: 15_000,
      });
      expect(evidence).toMatchObject({ ready: false, oomKilled: true, exitCode: 137 });
    });
  });

  describe('what never answers', () => {
    it('gives up on an app that does not listen', async () => {
      const evidence = await run([nodeCmd('setInterval(() => {}, 1000)')], { readyTimeoutMs: 700 });
      expect(evidence).toMatchObject({ started: true, ready: false, readyMs: undefined, exitCode: undefined });
      expect(evidence.process?.argv[0]).toBe('node');
    });

    it('gives up on an app that listens on 127.0.0.1 only', async () => {
      const script = "require('http').createServer((q, s) => s.end()).listen(3000, '127.0.0.1')";
      expect(await run([nodeCmd(script)], { readyTimeoutMs: 700 })).toMatchObject({
        ready: false,
        exitCode: undefined,
      });
    });

    it('gives up on an app that accepts and then says nothing', async () => {
      const script = "require('net').createServer(() => {}).listen(3000)";
      expect(await run([nodeCmd(script)], { readyTimeoutMs: 700 })).toMatchObject({ ready: false });
    });

    it('does not take something that is not HTTP for ready', async () => {
      const script = "require('net').createServer((c) => c.end('SSH-2.0-x\\r\\n')).listen(3000)";
      expect(await run([nodeCmd(script)], { readyTimeoutMs: 700 })).toMatchObject({ ready: false });
    });
  });

  describe('what is told to stop', () => {
    const stop = { waitMs: 15_000, finishes: undefined };
    const listening = "require('http').createServer((q, s) => setTimeout(() => s.end('done'), 2_500)).listen(3000)";
    const closing = `const server = ${listening}; process.on('SIGTERM', () => { console.log('stopping'); server.close() })`;

    it('ends with the code of its handler, and what it says about it is in the log', async () => {
      const evidence = await run([nodeCmd(closing)], { stop });
      expect(evidence).toMatchObject({ ready: true, exitCode: undefined, log: 'stopping\n' });
      expect(evidence.stop).toEqual({
        signal: 'SIGTERM',
        waitedMs: 15_000,
        endedAfterMs: expect.any(Number),
        exitCode: 0,
      });
      expect(evidence.stop?.endedAfterMs).toBeLessThan(10_000);
    });

    it('goes on when it has no handler, because it is process 1', async () => {
      const evidence = await run([nodeCmd(listening)], { stop: { ...stop, waitMs: 700 } });
      expect(evidence.stop).toEqual({ signal: 'SIGTERM', waitedMs: 700, endedAfterMs: undefined, exitCode: undefined });
    });

    it('gets the signal that the image names', async () => {
      const script = `${listening}; process.on('SIGUSR2', () => process.exit(7))`;
      expect((await run([nodeCmd(script), 'STOPSIGNAL SIGUSR2'], { stop })).stop).toMatchObject({
        signal: 'SIGUSR2',
        exitCode: 7,
      });
      expect((await run([nodeCmd(script), 'STOPSIGNAL 12'], { stop })).stop).toMatchObject({ exitCode: 7 });
    });

    it('answers what it was asked right before, when it lets it finish', async () => {
      const { stop: stopped } = await run([nodeCmd(closing)], { stop: { ...stop, finishes: '/' } });
      expect(stopped?.inFlight).toMatchObject({ beforeSignal: false, response: { ok: true, body: 'done' } });
      expect(stopped?.endedAfterMs).toBeGreaterThan(400);
    });

    it('does not answer what it was asked right before, when it ends at once', async () => {
      const script = `${listening}; process.on('SIGTERM', () => process.exit(0))`;
      const { stop: stopped } = await run([nodeCmd(script)], { stop: { ...stop, finishes: '/' } });
      expect(stopped).toMatchObject({ exitCode: 0, inFlight: { beforeSignal: false, response: { ok: false } } });
    });

    it('is not told when it never answered or has ended', async () => {
      expect((await run([nodeCmd('setInterval(() => {}, 1e3)')], { stop, readyTimeoutMs: 500 })).stop).toBeUndefined();
      expect((await run([nodeCmd('')], { stop })).stop).toBeUndefined();
    });

    it('is removed when grading is cancelled meanwhile', async () => {
      const cancel = new AbortController();
      const running = run([nodeCmd(listening)], { stop: { waitMs: 15_000, finishes: '/' }, signal: cancel.signal });
      setTimeout(() => cancel.abort(), 3_000);
      await expect(running).rejects.toThrow(/abort/i);
    });
  });

  describe('what is hostile', () => {
    it('removes one that ignores SIGTERM without waiting for it', async () => {
      const script = "process.on('SIGTERM', () => {}); require('http').createServer((q, s) => s.end()).listen(3000)";
      expect(await run([nodeCmd(script)])).toMatchObject({ ready: true });
    });

    it('holds one that starts processes without end, and removes them all', async () => {
      const script =
        "const c = require('child_process'); let n = 0, refused = 0; require('http').createServer((q, s) => setTimeout(() => s.end([n, refused].join(' ')), 2000)).listen(3000);" +
        "setInterval(() => { try { c.spawn('node', ['-e', 'setInterval(()=>{},1e3)'], { detached: true, stdio: 'ignore' }).on('error', () => refused++).on('spawn', () => n++) } catch { refused++ } }, 5)";
      const evidence = await run([nodeCmd(script)], { readyTimeoutMs: 8_000 });
      expect(evidence.started).toBe(true);
      const { pidsPeak } = await slot.usage();
      expect(pidsPeak).toBeGreaterThan(20);
      expect(pidsPeak).toBeLessThanOrEqual(limits.run.pidsMax);
    });

    it('keeps little of one that prints without end', async () => {
      const script =
        "const line = 'x'.repeat(1000) + '\\n'; const go = () => { while (process.stdout.write(line)); process.stdout.once('drain', go) }; go();" +
        "require('http').createServer((q, s) => s.end()).listen(3000)";
      const evidence = await run([nodeCmd(script)], { readyTimeoutMs: 3_000 });
      expect(evidence.log.length).toBeGreaterThan(1_000);
      expect(evidence.log.length).toBeLessThan(limits.run.logBytesMax + 200);
    });

    it('keeps little of a big answer', async () => {
      const evidence = await run([server("s.end(q.url === '/big' ? 'y'.repeat(10_000_000) : '')")], {
        requests: [get('/big')],
      });
      const answer = evidence.probes.one;
      expect(answer).toMatchObject({ ok: true, bodyTruncated: true });
      expect(answer?.ok && answer.body.length).toBeLessThanOrEqual(limits.run.responseBytesMax);
    });

    it('gives a VOLUME no more than its share of memory, and no disk', async () => {
      const script =
        "const fs = require('fs'); const tries = {}; for (const [n, p] of [['volume', '/data/f'], ['root', '/f'], ['tmp', '/tmp/f']])" +
        `{ try { fs.writeFileSync(p, Buffer.alloc(${limits.run.tmpfsBytes} + 1e6)); tries[n] = 'written' } catch (e) { tries[n] = e.code } }` +
        "require('http').createServer((q, s) => s.end(JSON.stringify(tries))).listen(3000)";
      const evidence = await run([nodeCmd(script), 'VOLUME /data'], { requests: [get('/')] });
      expect(evidence.probes).toMatchObject({ one: { body: '{"volume":"ENOSPC","root":"EROFS","tmp":"ENOSPC"}' } });
    });

    it('keeps what the image put into a VOLUME and lets any user write there', async () => {
      const script =
        "require('fs').writeFileSync('/data/f', 'x'); require('http').createServer((q, s) => s.end()).listen(3000)";
      expect(await run([nodeCmd(script), 'VOLUME /data', 'USER 1000'])).toMatchObject({ ready: true });
    });

    it('has no way to the world, to the mirror or to another container', async () => {
      const script =
        "const net = require('net'); const ask = (h, p) => new Promise((r) => net.connect({ host: h, port: p, timeout: 800 }).on('connect', () => r('open')).on('timeout', () => r('closed')).on('error', (e) => r('closed')));" +
        `require('http').createServer(async (q, s) => s.end(String(await Promise.all([ask('8.8.8.8', 53), ask('${engine.network.buildGateway}', ${engine.network.mirrorPort}), ask('169.254.169.254', 80)])))).listen(3000)`;
      const evidence = await run([nodeCmd(script)], { requests: [get('/')] });
      expect(evidence.probes).toMatchObject({ one: { ok: true, body: 'closed,closed,closed' } });
    });
  });

  it('removes the container when it is cancelled at any moment', async () => {
    for (const afterMs of [0, 30, 120, 300, 700, 1200]) {
      const cancel = new AbortController();
      const running = run([nodeCmd('setInterval(() => {}, 1000)')], { readyTimeoutMs: 5_000, signal: cancel.signal });
      setTimeout(() => cancel.abort(), afterMs);
      await expect(running, `after ${afterMs} ms`).rejects.toThrow(/abort/i);
      expect(await leftBehind(engine.docker), `after ${afterMs} ms`).toEqual([]);
    }
  });

  it('removes what a crashed grader left and leaves alone what another one uses', async () => {
    const Image = await testBase(engine.docker);
    const make = (owner: string) =>
      engine.docker.createContainer({ Image, Cmd: ['node'], Labels: { [OWNER_LABEL]: owner } });
    const dead = await make('999999999.1');
    const used = await make(`${process.ppid}.unknown`);
    try {
      await removeLeftovers(engine.docker);
      await expect(dead.inspect()).rejects.toMatchObject({ statusCode: 404 });
      expect((await used.inspect()).Id).toBe(used.id);
    } finally {
      await used.remove({ force: true });
    }
  });
});
