import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { debianMirrors } from './apt-sources.ts';

let apt: string;

beforeEach(() => {
  apt = mkdtempSync(join(tmpdir(), 'stagecraft-apt-'));
});
afterEach(() => rmSync(apt, { recursive: true, force: true }));

function put(name: string, text: string): void {
  mkdirSync(dirname(join(apt, name)), { recursive: true });
  writeFileSync(join(apt, name), text);
}

test('the deb822 form is read, with several stanzas and comments between', () => {
  put(
    'sources.list.d/debian.sources',
    `Types: deb
# http://snapshot.test/archive
URIs: http://mirror.test/debian/
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/k.gpg

Types: deb
URIs: http://mirror.test/debian-security
Suites: bookworm-security
Components: main contrib
`,
  );
  expect(debianMirrors(apt)).toEqual({
    main: 'http://mirror.test/debian',
    security: 'http://mirror.test/debian-security',
  });
});

test('the one-line form is read, with options', () => {
  put(
    'sources.list',
    '# old\ndeb [arch=amd64 signed-by=/k] https://mirror.test/debian trixie main contrib # x\ndeb-src https://no.test trixie main\n',
  );
  expect(debianMirrors(apt)).toEqual({ main: 'https://mirror.test/debian', security: undefined });
});

test('third parties’ lists are not taken for Debian’s', () => {
  put(
    'sources.list.d/a-vendor.sources',
    'Types: deb\nURIs: https://vendor.test/node\nSuites: nodistro\nComponents: main\n',
  );
  put('sources.list.d/cloud.list', 'deb https://vendor.test/apt cloud-sdk-bookworm main\n');
  put('sources.list.d/also.list', 'deb https://vendor.test/linux/debian bookworm stable\n');
  expect(debianMirrors(apt)).toBeUndefined();
  put('sources.list.d/vendor-debian.list', 'deb https://vendor.test/x bookworm main\n');
  put(
    'sources.list.d/debian.sources',
    'Types: deb\nURIs: http://own.test/debian\nSuites: bookworm\nComponents: main\n',
  );
  expect(debianMirrors(apt)?.main).toBe('http://own.test/debian');
});

test('a disabled stanza is passed over', () => {
  put(
    'sources.list.d/debian.sources',
    'Enabled: no\nTypes: deb\nURIs: http://mirror.test\nSuites: bookworm\nComponents: main\n',
  );
  expect(debianMirrors(apt)).toBeUndefined();
});

test('another distribution, or no apt at all, has no Debian mirror', () => {
  put('sources.list', 'deb http://mirror.test/ubuntu noble main universe\n');
  expect(debianMirrors(apt)).toBeUndefined();
  expect(debianMirrors(join(apt, 'nothing'))).toBeUndefined();
});
