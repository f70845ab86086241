import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { holderOf } from '../api/port-holder.ts';
import { testHealth } from '../api/testing.ts';
import { renderDoctor } from '../cli/doctor.ts';
import type { DockerFacts } from '../engine/docker/requirements.ts';
import type { EngineStatus } from '../engine/engine.ts';
import { StagecraftError } from '../errors.ts';
import { limits } from '../limits.ts';
import { clockItem, kernelBuiltMs } from './clock.ts';
import { diskItem, freeBytesAt, type Room } from './disk.ts';
import { type Candidate, dockerItem, engineItem, launcherItem } from './engine.ts';
import { isolationItem } from './isolation.ts';
import { type DoctorItem, examined } from './item.ts';
import { cgroupsItem, loopItem, namespacesItem, nodeItem, overlayItem, packagesItem, rootItem } from './machine.ts';
import { portItem } from './port.ts';
import { certificatesItem, proxyItem } from './proxy.ts';
import { browserItem, catalogueItem, databaseItem, readImagesKept } from './supplies.ts';

const saysHow = (item: DoctorItem) => expect(item.mend, item.id).toMatch(/\w/);

describe('the machine', () => {
  test('root is needed without a Docker, and only then', () => {
    expect(rootItem(0, false).state).toBe('ok');
    expect(rootItem(1000, true).state).toBe('ok');
    expect(rootItem(undefined, true).state).toBe('ok');
    const item = rootItem(1000, false);
    expect(item).toMatchObject({ state: 'missing', mend: expect.stringContaining('sudo') });
  });

  test('a Node that does not run TypeScript is too old', () => {
    expect(nodeItem('v24.21.0').state).toBe('ok');
    expect(nodeItem('v22.18.0').state).toBe('ok');
    expect(nodeItem('v22.17.1')).toMatchObject({ state: 'missing', found: expect.stringContaining('22.18') });
    expect(nodeItem('v20.19.0').state).toBe('missing');
  });

  test('Debian packages that lack are installed by root, told to others, and of no matter with Docker', () => {
    const lacking = ['runc', 'mmdebstrap'];
    expect(packagesItem({ lacking: [], viaDocker: false, installable: false }).state).toBe('ok');
    expect(packagesItem({ lacking, viaDocker: true, installable: false }).state).toBe('ok');
    expect(packagesItem({ lacking, viaDocker: false, installable: true }).state).toBe('warning');
    const item = packagesItem({ lacking, viaDocker: false, installable: false });
    expect(item).toMatchObject({ state: 'missing', mend: 'apt-get install runc mmdebstrap' });
  });

  test('what the kernel lacks is missing, with the command that brings it', () => {
    const bad = [
      loopItem(false),
      overlayItem(false),
      namespacesItem({ known: false, max: 0 }),
      namespacesItem({ known: true, max: 0 }),
      cgroupsItem({ version: 2, lacking: ['memory'] }),
    ];
    for (const item of bad) {
      expect(item.state, item.id).toBe('missing');
      saysHow(item);
    }
    expect(cgroupsItem({ version: 2, lacking: ['memory'] }).found).toBe('version 2 without memory');
    const good = [loopItem(true), overlayItem(true), namespacesItem({ known: true, max: 100 })];
    for (const item of [...good, cgroupsItem({ version: 1, lacking: [] })]) expect(item.state, item.id).toBe('ok');
  });
});

describe('disk and clock', () => {
  const room: Room = { id: 'disk-home', title: 'Disk', folder: '/there', variable: 'STAGECRAFT_HOME' };
  const { needBytes, goodBytes } = limits.doctor.home;

  test('a disk is fine, small or too small', () => {
    expect(diskItem(room, goodBytes).state).toBe('ok');
    expect(diskItem(room, goodBytes - 1).state).toBe('warning');
    const item = diskItem(room, needBytes - 1);
    expect(item).toMatchObject({ state: 'missing', mend: expect.stringContaining('STAGECRAFT_HOME') });
  });

  test('a folder that is not there yet has the room of the folder it will be made in', async () => {
    expect(await freeBytesAt(join(tmpdir(), 'no', 'such', 'folder'))).toBeGreaterThan(0);
  });

  test('a clock before the newest file, or years after everything, is wrong', () => {
    const newestMs = Date.UTC(2026, 0, 15);
    const at = (nowMs: number) => clockItem({ nowMs, newestMs, newest: 'package.json' });
    expect(at(newestMs + 1000).state).toBe('ok');
    expect(at(newestMs - limits.doctor.clockBehindMs / 2).state).toBe('ok');
    expect(at(0)).toMatchObject({ state: 'warning', found: expect.stringContaining('1970-01-01') });
    expect(at(Date.UTC(2040, 0, 1)).state).toBe('warning');
    saysHow(at(0));
  });

  test('kernels say in two ways when they were built, or not at all', () => {
    expect(kernelBuiltMs('#1 SMP PREEMPT_DYNAMIC Debian 6.1.94-1 (2024-06-21)')).toBe(Date.UTC(2024, 5, 21));
    expect(kernelBuiltMs('#1 SMP PREEMPT Fri Jun 21 10:00:00 UTC 2024')).toBe(Date.UTC(2024, 5, 21));
    expect(kernelBuiltMs('#45~22.04.1-Ubuntu SMP')).toBeUndefined();
  });
});

describe('the engine', () => {
  const status = {
    ...{ launcher: 'host', pid: 1, startedAt: '2026-01-01', dockerVersion: '26.1.5', recipe: 'abc', users: [1] },
    ...{ diskBytes: 40e9, diskFreeBytes: 30e9 },
  } as EngineStatus;
  const docker: Candidate = { kind: 'docker', status: undefined, missing: ['No Docker answers.'] };
  const host: Candidate = { kind: 'host', status: undefined, missing: [] };

  test('says which launcher was chosen and why', () => {
    expect(launcherItem([docker, host], 'auto').found).toContain('not on docker: No Docker answers.');
    expect(launcherItem([docker, { ...host, status }], 'auto').found).toContain('it runs there already');
    expect(launcherItem([{ ...docker, missing: [] }, host], 'auto').found).toContain('existing Docker');
    expect(launcherItem([host], 'host').found).toContain('STAGECRAFT_ENGINE=host');
  });

  test('no launcher that lacks nothing: grading can not work, and every sentence is told', () => {
    const item = launcherItem([docker, { ...host, missing: ['It needs root.', 'It needs cgroups.'] }], 'auto');
    expect(item).toMatchObject({ state: 'missing', mend: 'No Docker answers. It needs root. It needs cgroups.' });
  });

  test('a running engine with a full disk is a warning', () => {
    expect(engineItem(undefined).state).toBe('ok');
    expect(engineItem(status).state).toBe('ok');
    const item = engineItem({ ...status, diskFreeBytes: 1 });
    expect(item.state).toBe('warning');
    saysHow(item);
  });

  const facts: DockerFacts = {
    ...{ apiVersion: '1.47', version: '27.3.1', osType: 'linux', operatingSystem: 'Debian', securityOptions: [] },
    ...{ cgroupDriver: 'systemd', memoryLimit: true, pidsLimit: true, hasLoopControl: true },
  };
  const look = (changes: Partial<DockerFacts>, installed = true, optional = false) =>
    dockerItem({ facts: { ...facts, ...changes }, address: 'unix:///d.sock', installed, optional, isExternal: false });

  test('a Docker is fit, too old, not running, forbidden or not there', () => {
    expect(look({})).toMatchObject({ state: 'ok', found: expect.stringContaining('27.3.1') });
    expect(look({ apiVersion: '1.40', version: '19.03' })).toMatchObject({
      state: 'missing',
      mend: expect.stringContaining('too old'),
    });
    expect(look({ unreachable: 'connect ENOENT' })).toMatchObject({ mend: expect.stringContaining('systemctl start') });
    expect(look({ unreachable: 'connect EACCES /d.sock' })).toMatchObject({ mend: expect.stringContaining('usermod') });
    expect(look({ unreachable: 'connect ENOENT' }, false)).toMatchObject({ state: 'missing', found: 'not installed' });
  });

  test('where the engine runs without Docker, a bad Docker is a warning and none is fine', () => {
    expect(look({ apiVersion: '1.40' }, true, true).state).toBe('warning');
    expect(look({ unreachable: 'connect ENOENT' }, true, true).state).toBe('warning');
    expect(look({ unreachable: 'connect ENOENT' }, false, true).state).toBe('ok');
  });
});

describe('the isolation last known', () => {
  const subject = { launcher: 'host', recipe: 'r', kernel: '6.1', check: 'c' };
  const wall = { id: 'w', title: 'A wall', held: true, attempted: 'a', seen: 's', mend: 'Mend it.' };
  const report = { at: '2026-01-02T03:04:05.000Z', durationMs: 5, launcher: 'host' as const, walls: [wall] };
  const weak = { ...report, walls: [wall, { ...wall, title: 'A gap', held: false }] };

  test('is never tried, held, held for something else, missing, or missing and accepted', () => {
    const of = (record: Parameters<typeof isolationItem>[0]['record'], changes = {}) =>
      isolationItem({ record, now: subject, accepted: false, ...changes });
    expect(of(undefined)).toMatchObject({ state: 'warning', mend: 'npx stagecraft engine check' });
    expect(of({ subject, report })).toMatchObject({ state: 'ok', found: expect.stringContaining('2026-01-02 03:04') });
    expect(of({ subject: { ...subject, kernel: '5.10' }, report })).toMatchObject({
      state: 'warning',
      found: expect.stringContaining('the kernel has changed since'),
    });
    expect(of({ subject, report: weak })).toMatchObject({ state: 'missing', found: expect.stringContaining('A gap') });
    expect(of({ subject, report: weak }, { accepted: true }).state).toBe('warning');
  });
});

describe('proxy and certificates', () => {
  test('values are shown without users and passwords', () => {
    const item = proxyItem({ HTTPS_PROXY: 'http://ada:s3cret@proxy.example:3128', no_proxy: 'localhost,.example' });
    expect(item).toMatchObject({
      state: 'ok',
      found: 'HTTPS_PROXY=http://proxy.example:3128 no_proxy=localhost,.example',
    });
    for (const value of [
      'ada:s3cret@proxy.example:3128',
      'http://ada:s3@cret@proxy.example:1',
      'http://ada:s3/cret@p:1',
    ])
      expect(JSON.stringify(proxyItem({ http_proxy: value }))).not.toMatch(/s3/);
    expect(proxyItem({}).found).toBe('none set');
  });

  test('what is no address of a proxy is a warning that names the variable', () => {
    const item = proxyItem({ HTTP_PROXY: 'ftp://proxy.example', https_proxy: 'proxy.example:8080' });
    expect(item).toMatchObject({ state: 'warning', mend: expect.stringMatching(/^Set HTTP_PROXY to/) });
  });

  test('a CA bundle has certificates, or is a warning', () => {
    const pem = '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n';
    const bundle = { NODE_EXTRA_CA_CERTS: '/ca.pem' };
    expect(certificatesItem(bundle, () => pem + pem).found).toBe('NODE_EXTRA_CA_CERTS=/ca.pem (2)');
    expect(certificatesItem(bundle, () => 'hello')).toMatchObject({
      state: 'warning',
      found: expect.stringContaining('no certificate'),
    });
    expect(certificatesItem({ SSL_CERT_FILE: '/no/such/file' })).toMatchObject({
      state: 'warning',
      found: expect.stringContaining('can not be read'),
    });
    expect(certificatesItem({}).state).toBe('ok');
  });
});

describe('the port', () => {
  async function holder(server: Server | undefined): Promise<DoctorItem> {
    const probe = server ?? createServer();
    await new Promise<void>((open) => probe.listen(0, '127.0.0.1', open));
    const { port } = probe.address() as AddressInfo;
    if (server === undefined) await new Promise((closed) => probe.close(closed));
    try {
      return portItem(port, await holderOf({ host: '127.0.0.1', port }));
    } finally {
      if (server !== undefined) {
        const closed = new Promise((done) => server.close(done));
        if ('closeAllConnections' in server) (server as HttpServer).closeAllConnections();
        await closed;
      }
    }
  }

  test('is free, another Stagecraft’s, or another program’s', async () => {
    expect((await holder(undefined)).state).toBe('ok');
    const stagecraft = createHttpServer((_, response) => response.end(JSON.stringify(testHealth)));
    expect(await holder(stagecraft)).toMatchObject({
      state: 'warning',
      found: expect.stringContaining('a Stagecraft serves'),
      mend: expect.stringContaining('STAGECRAFT_HOME'),
    });
    const other = createHttpServer((_, response) => response.end('<h1>Hello</h1>'));
    expect(await holder(other)).toMatchObject({ state: 'warning', mend: expect.stringContaining('--port') });
    const silent = createServer((socket) => socket.destroy());
    expect((await holder(silent)).found).toContain('another program');
  });
});

describe('supplies', () => {
  test('a database that can not be reached is missing, and its password is not told', async () => {
    const item = await databaseItem({ databaseUrl: 'postgres://ada:s3cret@127.0.0.1:1/x', homeDir: '/nowhere' });
    expect(item).toMatchObject({ state: 'missing', mend: expect.stringContaining('DATABASE_URL') });
    expect(JSON.stringify(item)).not.toContain('s3cret');
    expect((await databaseItem({ databaseUrl: undefined, homeDir: '/nowhere' })).state).toBe('ok');
  });

  test('base images that are not kept are a warning with their number', async () => {
    expect(catalogueItem({ wanted: ['a', 'b'], kept: ['b', 'a'] }).state).toBe('ok');
    const cacheDir = await mkdtemp(join(tmpdir(), 'stagecraft-doctor-'));
    try {
      const item = catalogueItem(await readImagesKept(cacheDir, ['a', 'b']));
      expect(item).toMatchObject({ state: 'warning', found: expect.stringMatching(/^0 of 2/) });
      saysHow(item);
    } finally {
      await rm(cacheDir, { recursive: true });
    }
  });

  test('a browser is only for tests', () => {
    expect(browserItem(['/a', '/b'], (path) => path === '/b')).toMatchObject({ state: 'ok', found: '/b' });
    expect(browserItem(['/a'], () => false).state).toBe('warning');
  });
});

describe('the table', () => {
  test('an item that fails to be examined is a line of the table', async () => {
    const item = await examined({ id: 'x', title: 'X' }, () => {
      throw new StagecraftError('bad_input', 'The path is too long.');
    });
    expect(item).toMatchObject({ state: 'warning', found: expect.stringContaining('The path is too long.') });
  });

  test('has one line per item, what mends it below, and whether grading can work', () => {
    const ok: DoctorItem = { id: 'a', title: 'A', state: 'ok', found: 'fine' };
    const bad: DoctorItem = { id: 'b', title: 'Bee', state: 'missing', found: 'gone', mend: 'bring it' };
    expect(renderDoctor([ok, bad])).toMatch(
      /A {4}fine\n.*Bee {2}gone\n +→ bring it\n\nGrading can't work yet: 1 missing/,
    );
    expect(renderDoctor([ok])).toContain('Grading can work.');
  });
});
