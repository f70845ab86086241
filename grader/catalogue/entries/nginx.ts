/** The nginx web server. */
import type { DescribedImage } from '../catalogue.ts';

const onDebian = 'nginx 1.22.1 from Debian bookworm';
const onAlpine = 'nginx 1.22.1 from Debian bookworm with its glibc on the alpine stand-in';
const differs = 'It is nginx 1.22.1 whatever the tag says.';
const differsOnAlpine = 'It is nginx 1.22.1 whatever the tag says, and it runs on glibc.';

/** The spellings of a version, with what is put behind it. */
const versions = (suffix: string): string[] =>
  ['1.22', '1.27', '1.28', '1', 'stable', 'mainline'].map((version) => `${version}${suffix}`);
const named = (repository: string, tags: string[]): string[] => tags.map((tag) => `${repository}:${tag}`);

export const nginxImages: DescribedImage[] = [
  {
    name: 'nginx:alpine',
    aliases: named('nginx', [...versions('-alpine'), 'alpine-slim']),
    target: 'nginx-alpine',
    summary: 'The nginx web server on Alpine, for static sites.',
    madeFrom: onAlpine,
    differs: differsOnAlpine,
    libc: 'glibc',
    hasShell: true,
  },
  {
    name: 'nginx:latest',
    aliases: named('nginx', [...versions(''), 'bookworm', ...versions('-bookworm')]),
    target: 'nginx',
    summary: 'The nginx web server on Debian 12.',
    madeFrom: onDebian,
    differs,
    libc: 'glibc',
    hasShell: true,
  },
  {
    name: 'nginxinc/nginx-unprivileged:alpine',
    aliases: named('nginxinc/nginx-unprivileged', [...versions('-alpine'), 'alpine-slim']),
    target: 'nginx-unprivileged-alpine',
    summary: 'nginx on Alpine that runs as user 101 and listens on 8080.',
    madeFrom: onAlpine,
    differs: differsOnAlpine,
    libc: 'glibc',
    hasShell: true,
  },
  {
    name: 'nginxinc/nginx-unprivileged:latest',
    aliases: named('nginxinc/nginx-unprivileged', [...versions(''), 'bookworm']),
    target: 'nginx-unprivileged',
    summary: 'nginx on Debian 12 that runs as user 101 and listens on 8080.',
    madeFrom: onDebian,
    differs,
    libc: 'glibc',
    hasShell: true,
  },
];
