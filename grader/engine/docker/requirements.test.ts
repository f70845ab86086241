import { expect, test } from 'vitest';
import { type DockerFacts, lacksOf } from './requirements.ts';

const fine: DockerFacts = {
  apiVersion: '1.41',
  version: '20.10.24',
  osType: 'linux',
  operatingSystem: 'Debian GNU/Linux 12 (bookworm)',
  securityOptions: ['name=apparmor', 'name=seccomp,profile=default'],
  cgroupDriver: 'systemd',
  memoryLimit: true,
  pidsLimit: true,
  hasLoopControl: true,
};

test('a Docker 20.10 on Linux lacks nothing', () => {
  expect(lacksOf(fine)).toEqual([]);
});

test.each<[string, Partial<DockerFacts>, RegExp]>([
  [
    'does not answer',
    { unreachable: 'connect ENOENT /var/run/docker.sock' },
    /No Docker answers.*ENOENT.*Start Docker/,
  ],
  ['is too old', { apiVersion: '1.40', version: '19.03.15' }, /Docker 19\.03\.15 is too old.*20\.10/],
  ['runs Windows containers', { osType: 'windows' }, /Linux containers/],
  ['is Docker Desktop', { operatingSystem: 'Docker Desktop' }, /Docker Desktop/],
  ['is rootless', { securityOptions: ['name=rootless'] }, /rootless.*as root/],
  ['was not given the pids controller', { pidsLimit: false }, /can not limit memory and processes/],
  ['is on a machine without loop devices', { hasLoopControl: false }, /modprobe loop/],
])('a Docker that %s is refused with what to do', (_, facts, sentence) => {
  expect(lacksOf({ ...fine, ...facts })).toEqual([expect.stringMatching(sentence)]);
});
