import { describe, expect, it } from 'vitest';
import { limits } from '../limits.ts';
import { type ContainerToCreate, containerSpec } from './container-spec.ts';

function spec(parts: Partial<ContainerToCreate> = {}) {
  return containerSpec({
    name: 'run-1',
    imageId: 'sha256:1',
    run: { port: 3000, env: { PORT: '3000' }, hosts: [], readOnly: true, readyPath: '/', readyTimeoutMs: 1000 },
    cgroupParent: '/slot1',
    network: { runNetworkName: 'runs', runGateway: '10.1.0.1' },
    volumes: [],
    workingDir: '/app',
    labels: {},
    ...parts,
  });
}

describe('containerSpec', () => {
  it('holds the container in its slot, its network and its limits', () => {
    expect(spec().HostConfig).toMatchObject({
      CgroupParent: '/slot1',
      NetworkMode: 'runs',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Memory: limits.run.memoryBytes,
      MemorySwap: limits.run.memoryBytes,
      PidsLimit: limits.run.pidsMax,
      Privileged: false,
      PublishAllPorts: false,
    });
  });

  it('puts memory over every VOLUME, or it would be a way around the read-only root', () => {
    const { HostConfig } = spec({ volumes: ['/data', 'relative', '/data/../data/', '/tmp'], workingDir: '/app' });
    expect(Object.keys(HostConfig?.Tmpfs ?? {})).toEqual(['/tmp', '/data', '/app/relative']);
    expect(HostConfig?.Tmpfs?.['/data']).toContain(`size=${limits.run.tmpfsBytes}`);
  });

  it('makes only the named folders writable, where folders are named', () => {
    const run = { port: 1, env: {}, hosts: [], readOnly: true, readyPath: '/', readyTimeoutMs: 1 };
    const folders = (tmpfs: string[]) =>
      Object.keys(spec({ run: { ...run, tmpfs }, volumes: ['/data'] }).HostConfig?.Tmpfs ?? {});
    expect(folders([])).toEqual(['/data']);
    expect(folders(['/run', '/var/cache'])).toEqual(['/run', '/var/cache', '/data']);
  });

  it('sends the names of the HTTPS service to the gateway of the run network', () => {
    const run = {
      port: 1,
      env: {},
      hosts: ['clock.stagecraft.test'],
      readOnly: true,
      readyPath: '/',
      readyTimeoutMs: 1,
    };
    expect(spec({ run }).HostConfig?.ExtraHosts).toEqual(['clock.stagecraft.test:10.1.0.1']);
  });

  it("does not run the image's own health check", () => {
    expect(spec().Healthcheck).toEqual({ Test: ['NONE'] });
  });
});
