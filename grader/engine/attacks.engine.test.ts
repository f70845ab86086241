/**
 * Each attack is a named fixture: what a learner's Dockerfile tries, what must come of it, and that afterwards the slot is
 * as it was before: no process left, and the next build in it works.
 */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { cgroupAttempts, kernelAttempts, metadataTarget, publicName, publicTargets } from '../isolation/attempts.ts';
import type { Engine, Slot } from './engine.ts';
import { buildInSlot, ensureTestImage, type TestBuild, testEngine, testImage } from './testing.ts';

let engine: Engine;
let slot: Slot;
const from = `FROM ${testImage}\n`;

beforeAll(async () => {
  engine = await testEngine();
  await ensureTestImage(engine);
});
beforeEach(async () => {
  slot = await engine.acquireSlot();
});
afterEach(async () => {
  const { number } = slot;
  await slot.release();
  // Whatever happened in it, the same slot must serve the next learner, and nothing of the attack be in it.
  const held = [await engine.acquireSlot()];
  try {
    while (held.at(-1)?.number !== number) held.push(await engine.acquireSlot());
    expect((await held.at(-1)?.usage())?.pidsPeak).toBe(0);
  } finally {
    await Promise.all(held.map((one) => one.release()));
  }
});
afterAll(async () => {
  expect((await engine.docker.listContainers({ all: true })).filter(({ Image }) => Image === testImage)).toEqual([]);
});

/** Builds with a line that no cache knows. */
function build(lines: string, options: { signal?: AbortSignal; args?: string[] } = {}): Promise<TestBuild> {
  return buildInSlot(engine, slot.cgroupParent, {
    dockerfile: `${from}ENV NONCE=${Math.random()}\n${lines}\n`,
    ...options,
  });
}

test('fork bomb: held at the slot’s process limit, gone after cancelling', async () => {
  const enough = new AbortController();
  const building = build(`RUN ["bash", "-c", "bomb() { bomb | bomb & }; bomb; sleep 300"]`, { signal: enough.signal });
  await expect
    .poll(async () => (await slot.usage()).pidsPeak, { timeout: 120_000 })
    .toBe((await slot.usage()).pidsLimit);
  enough.abort();
  expect((await building).ok).toBe(false);
  const usage = await slot.usage();
  expect(usage.pidsPeak).toBe(usage.pidsLimit);
});

test('memory hog: killed at the slot’s memory limit, and counted even when the shell hides it', async () => {
  const built = await build(`RUN perl -e 'my @a; push @a, "x" x 16777216 while 1;'; echo survived`);
  expect(built.output).toMatch(/survived/);
  expect(built.ok).toBe(true);
  const usage = await slot.usage();
  expect(usage.memoryPeakBytes).toBeGreaterThan(usage.memoryLimitBytes * 0.98);
  expect(usage.oomKills).toBeGreaterThan(0);
});

test('CPU hog: more loops than processors leave the other slot and the daemon usable', async () => {
  const hog = build(`RUN for i in 1 2 3 4 5 6 7 8; do (while true; do true; done) & done; sleep 60`, {
    signal: AbortSignal.timeout(5_000),
  });
  await new Promise((started) => setTimeout(started, 1_500));
  const other = await engine.acquireSlot();
  try {
    const built = await buildInSlot(engine, other.cgroupParent, { dockerfile: `${from}RUN echo ${Math.random()}` });
    expect(built.ok).toBe(true);
    await engine.docker.ping();
  } finally {
    await other.release();
  }
  expect((await hog).ok).toBe(false);
});

test('daemonised child: does not outlive its step', async () => {
  const built = await build(`RUN setsid nohup sleep 987 > /dev/null 2>&1 & sleep 0.2; echo started`);
  expect(built.ok).toBe(true);
  // The peak shows that it ran; the group made anew, checked after each test, that it is gone.
  expect((await slot.usage()).pidsPeak).toBeGreaterThan(1);
});

test('egress: by address, by name, to the metadata service and to the engine itself fails at once', async () => {
  const targets = [
    ...Object.values(publicTargets),
    metadataTarget,
    '127.0.0.1:2375',
    '10.213.0.1:22',
    '10.213.1.1:443',
    `${publicName}:80`,
  ].map((target) => target.replace(':', '/'));
  const script = targets
    .map((target) => `(echo > /dev/tcp/${target}) 2>/dev/null && echo REACHED ${target}`)
    .join('; ');
  const built = await build(`RUN ["bash", "-c", "${script}; getent hosts ${publicName} && echo RESOLVED; echo done"]`);
  expect(built.output).toMatch(/ done/);
  expect(built.output).not.toMatch(/^#\d+ [\d.]+ (REACHED|RESOLVED)/m);
});

test('only the package mirror answers a build', async () => {
  const { buildGateway, mirrorPort } = engine.network;
  const ask = `exec 3<>/dev/tcp/${buildGateway}/${mirrorPort}; printf 'GET /npm/no-such-package HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3`;
  const built = await build(`RUN ["bash", "-c", ${JSON.stringify(ask)}]`);
  expect(built.output).toMatch(/404 Not Found/);
  expect(built.output).toMatch(/no-such-package is not in this course's package mirror/);
});

test('remote ADD, which dockerd itself would do, reaches nothing', async () => {
  for (const url of ['http://169.254.169.254/latest', 'http://10.213.1.2:8080/', 'https://example.com/x']) {
    const built = await build(`ADD ${url} /x`);
    expect(built.ok).toBe(false);
    expect(built.output).toMatch(/connection refused/);
  }
});

test('RUN --network=host and --security=insecure are refused', async () => {
  for (const flag of ['--network=host', '--security=insecure']) {
    const built = await buildInSlot(engine, slot.cgroupParent, {
      dockerfile: `# nothing\n${from}RUN ${flag} cat /proc/net/dev\n`,
    });
    expect(built.ok).toBe(false);
    expect(built.output).toMatch(/not allowed|unknown flag|insecure/i);
  }
});

test('kernel settings, mounts, devices and namespaces are out of reach', async () => {
  const attempts = [...kernelAttempts, ...cgroupAttempts];
  const tries = attempts.map(({ name, command }) => `(${command} && echo GOT ${name}) 2>/dev/null`);
  const built = await build(`RUN ${tries.join('; ')}; id -u; echo done`);
  expect(built.output).toMatch(/ done/);
  expect(built.output).not.toMatch(/^#\d+ [\d.]+ GOT/m);
});

test('cancelling a build leaves no process of it within moments', async () => {
  const cancel = new AbortController();
  const building = build('RUN sleep 4321', { signal: cancel.signal });
  await expect.poll(async () => (await slot.usage()).pidsPeak, { timeout: 20_000 }).toBeGreaterThan(0);
  cancel.abort();
  expect((await building).ok).toBe(false);
});

test('a container that runs learners’ code sees its own gateway’s HTTPS port and nothing else', async () => {
  const { runGateway, runNetworkName, httpsPort } = engine.network;
  const neighbour = await startServer('neighbour');
  const own = await startServer('own');
  try {
    const ipOf = async (container: typeof own): Promise<string> =>
      (await container.inspect()).NetworkSettings.Networks[runNetworkName]?.IPAddress ?? '';
    const [ownIp, neighbourIp] = [await ipOf(own), await ipOf(neighbour)];
    for (const ip of [ownIp, neighbourIp]) {
      await expect
        .poll(() => engine.probe({ ip, port: 8080, method: 'GET', path: '/', timeoutMs: 1_000 }), { timeout: 10_000 })
        .toMatchObject({ ok: true, body: 'hey' });
    }
    const targets = [
      `${runGateway}/${httpsPort}`,
      `${runGateway}/22`,
      '10.213.0.1/4873',
      `${neighbourIp}/8080`,
      '1.1.1.1/80',
    ];
    const script = targets.map(
      (target) => `(timeout 2 bash -c 'echo > /dev/tcp/${target}') 2>/dev/null && echo REACHED ${target}`,
    );
    const run = await own.exec({ Cmd: ['bash', '-c', `${script.join('; ')}; true`], AttachStdout: true });
    let output = '';
    for await (const chunk of (await run.start({})) as AsyncIterable<Buffer>) output += chunk.toString('latin1');
    expect(output.match(/REACHED \S+/g)).toEqual([`REACHED ${runGateway}/${httpsPort}`]);
  } finally {
    await Promise.all([own, neighbour].map((container) => container.remove({ force: true, v: true })));
  }
});

const server = `use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalPort => 8080, Listen => 9) or die;
while (my $c = $s->accept) { my $l = <$c>; print $c "HTTP/1.1 200 OK\\r\\ncontent-length: 3\\r\\nconnection: close\\r\\n\\r\\nhey"; close $c }`;

async function startServer(label: string) {
  const container = await engine.docker.createContainer({
    name: `attack-${label}-${Math.random().toString(36).slice(2)}`,
    Image: testImage,
    Cmd: ['perl', '-e', server],
    HostConfig: { NetworkMode: engine.network.runNetworkName, CgroupParent: slot.cgroupParent, CapDrop: ['ALL'] },
  });
  await container.start();
  return container;
}
