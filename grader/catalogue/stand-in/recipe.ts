/** What decides which stand-in images come out: everything that goes in, hashed. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CatalogueEntry } from '../catalogue.ts';

export const standInFolder = import.meta.dirname;
export const standInDockerfile = join(standInFolder, 'Dockerfile');
export const standInFiles = join(standInFolder, 'files');

/** What is downloaded on the host. Changing it downloads again; changing only the Dockerfile does not. */
export interface InputSpec {
  /** Raised when the way of downloading changes what comes out. */
  revision: number;
  suite: string;
  /** Debian packages, with everything they need. */
  debian: string[];
  /** Debian source packages. */
  sources: string[];
  /** npm packages by the name their archive gets in the context. */
  npm: Record<string, string>;
  architecture: string;
}

const npmArchitectures: Record<string, string> = { x64: 'x64', arm64: 'arm64' };

/** The inputs for this machine's processor; the sandbox engine runs on the same one. */
export function inputSpec(architecture: string = process.arch): InputSpec {
  return {
    revision: 3,
    suite: 'bookworm',
    debian: [...buildpackCurl, ...buildpackScm, ...buildpackAll, ...standInPackages],
    sources: ['busybox'],
    npm: {
      node: `node-linux-${npmArchitectures[architecture] ?? architecture}@20.20.2`,
      npm: 'npm@10.8.2',
      yarn: 'yarn@1.22.22',
      corepack: 'corepack@0.34.0',
    },
    architecture,
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

/** Identifies a set of downloads. */
export function inputsHash(spec: InputSpec): string {
  return digest([JSON.stringify(spec)]);
}

/** Identifies the images: the Dockerfile, the files beside it, the downloads, the labels, the CA and the mirror. */
export async function recipeHash(parts: {
  spec: InputSpec;
  entries: CatalogueEntry[];
  sandboxCa: string;
  mirrorUrl: string;
}): Promise<string> {
  const files: string[] = [];
  for (const path of await filesBelow(standInFiles)) {
    const executable = (await stat(path)).mode & 0o111 ? 'executable' : 'plain';
    files.push(path.slice(standInFiles.length), executable, await readFile(path, 'utf8'));
  }
  const labels = parts.entries.map((entry) => [entry.name, entry.aliases, entry.target, entry.madeFrom, entry.differs]);
  return digest([
    inputsHash(parts.spec),
    await readFile(standInDockerfile, 'utf8'),
    ...files,
    JSON.stringify(labels),
    parts.sandboxCa,
    parts.mirrorUrl,
  ]);
}

async function filesBelow(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function digest(parts: string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex').slice(0, 16);
}
