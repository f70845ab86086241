/**
 * What the stand-in images are made of, downloaded on the host: a few sets, each downloaded by itself and known to the
 * Dockerfile as a named context. A set that grows makes anew only the images that use it, so a family of images that
 * needs more of Debian brings a set of its own.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** Debian packages of one suite, with everything they need, as a flat repository. */
export interface DebianSet {
  kind: 'debian';
  suite: string;
  packages: string[];
  /** Source packages. */
  sources: string[];
  /** Also a minimal root file system, which the Dockerfile adds by the argument `<NAME>_ROOT`. */
  root: boolean;
}

/** Archives of a language's package registry, by the name they get in the context. */
export interface RegistrySet {
  kind: 'npm' | 'pypi';
  packages: Record<string, string>;
}

export type InputSet = (DebianSet | RegistrySet) & {
  /** Raised when the way of downloading changes what comes out. */
  revision: number;
  architecture: string;
};

export const inputNames = ['debian', 'debian-java', 'debian-python', 'debian-rust', 'npm', 'pypi'] as const;
export type InputName = (typeof inputNames)[number];
export type InputSets = Record<InputName, InputSet>;

const npmArchitectures: Record<string, string> = { x64: 'x64', arm64: 'arm64' };

/** The inputs for this machine's processor; the sandbox engine runs on the same one. */
export function inputSets(architecture: string = process.arch): InputSets {
  const debian = { kind: 'debian' as const, suite: 'bookworm', sources: [], root: false, revision: 1, architecture };
  return {
    debian: {
      ...debian,
      packages: [...buildpackCurl, ...buildpackScm, ...buildpackAll, ...standInPackages],
      sources: ['busybox'],
      root: true,
    },
    npm: {
      kind: 'npm',
      packages: {
        node: `node-linux-${npmArchitectures[architecture] ?? architecture}@20.20.2`,
        npm: 'npm@10.8.2',
        yarn: 'yarn@1.22.22',
        corepack: 'corepack@0.34.0',
      },
      revision: 1,
      architecture,
    },
    'debian-java': { ...debian, suite: 'trixie', packages: javaPackages, root: true },
    'debian-rust': { ...debian, packages: rustPackages },
    'debian-python': { ...debian, packages: pythonPackages },
    pypi: {
      kind: 'pypi',
      packages: { pip: 'pip==24.0', setuptools: 'setuptools==79.0.1', wheel: 'wheel==0.45.1', uv: 'uv==0.13.8' },
      revision: 1,
      architecture,
    },
  };
}

const words = (text: string): string[] => text.trim().split(/\s+/);

const buildpackCurl = words('ca-certificates curl gnupg netbase sq wget tzdata');
const buildpackScm = words('git mercurial openssh-client subversion procps');
const buildpackAll = words(`
  autoconf automake bzip2 default-libmysqlclient-dev dpkg-dev file g++ gcc imagemagick libbz2-dev libc6-dev
  libcurl4-openssl-dev libdb-dev libevent-dev libffi-dev libgdbm-dev libglib2.0-dev libgmp-dev libjpeg-dev libkrb5-dev
  liblzma-dev libmagickcore-dev libmagickwand-dev libmaxminddb-dev libncurses5-dev libncursesw5-dev libpng-dev libpq-dev
  libreadline-dev libsqlite3-dev libssl-dev libtool libwebp-dev libxml2-dev libxslt-dev libyaml-dev make patch unzip
  xz-utils zlib1g-dev`);
/** Toolchains and single files that stages take, and what learners' `apt-get install` asks for most. */
const standInPackages = words(`
  base-files busybox-static gcc-12-base gettext-base golang-1.22-go golang-1.22-src libc6 libcrypt1 libgcc-s1 libgomp1
  libpcre2-8-0 libssl3 libstdc++6 linux-libc-dev musl musl-dev musl-tools nginx nginx-common pkg-config tini zlib1g
  build-essential dumb-init jq less netcat-openbsd python3 python3-minimal tzdata vim-tiny`);

/** Python 3.11 with headers, and what distroless puts below it. */
const pythonPackages = words(`
  libbz2-1.0 libcom-err2 libcrypt1 libdb5.3 libexpat1 libffi8 libgssapi-krb5-2 libk5crypto3 libkeyutils1 libkrb5-3
  libkrb5support0 liblzma5 libncursesw6 libnsl2 libpython3.11-dev libpython3.11-minimal libpython3.11-stdlib libreadline8
  libsqlite3-0 libtinfo6 libtirpc3 libuuid1 python3-distutils python3-lib2to3 python3.11 python3.11-dev
  python3.11-minimal python3.11-venv zlib1g`);

/** The JDK and Maven, and what distroless puts below Java. */
const javaPackages = words(`
  binutils ca-certificates ca-certificates-java curl libc6 libgcc-s1 libjpeg62-turbo liblcms2-2 libssl3t64 libstdc++6 maven
  openjdk-21-jdk-headless openjdk-21-jre-headless tini tzdata unzip zlib1g`);

/** Debian's `rustc` is the one that bookworm began with; `rustc-web` is kept new for building browsers. */
const rustPackages = words('ca-certificates cargo-web gcc libc6-dev rustc-web');

/** Identifies one set of downloads. */
export function inputHash(set: InputSet): string {
  return digest([JSON.stringify(set)]);
}

/** Identifies all downloads together. */
export function inputsHash(sets: InputSets): string {
  return digest(inputNames.map((name) => `${name} ${inputHash(sets[name])}`));
}

/** Where a set lies below `<cacheDir>/catalogue`: the folder holds `packages/` and, where there is one, `root.tar`. */
export function inputPath(name: InputName, set: InputSet): string {
  return join('inputs', name, inputHash(set));
}

/** A short hash of texts that tells `['ab', 'c']` from `['a', 'bc']`. */
export function digest(parts: string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex').slice(0, 16);
}
