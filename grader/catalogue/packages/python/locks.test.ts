import { expect, test } from 'vitest';
import { readPyproject, readPythonLock } from './locks.ts';

const options = { label: 'shop/uv.lock', platform: { machine: 'x86_64', python: '311' } };
const hash = (letter: string) => `sha256:${letter.repeat(64)}`;

const uvLock = `version = 1
revision = 3
requires-python = ">=3.11"

[[package]]
name = "shop"
version = "0.1.0"
source = { virtual = "." }
dependencies = [{ name = "markupsafe" }]

[[package]]
name = "MarkupSafe"
version = "3.0.2"
source = { registry = "https://index.example.test/simple" }
sdist = { url = "https://files.example.test/a/markupsafe-3.0.2.tar.gz", hash = "${hash('a')}", size = 1 }
wheels = [
    { url = "https://files.example.test/b/markupsafe-3.0.2-cp311-cp311-manylinux_2_17_x86_64.whl", hash = "${hash('b')}" },
    { url = "https://files.example.test/c/markupsafe-3.0.2-cp312-cp312-win_amd64.whl", hash = "${hash('c')}" },
]

[[package]]
name = "docopt"
version = "0.6.2"
source = { registry = "https://index.example.test/simple" }
sdist = { url = "https://files.example.test/d/docopt-0.6.2.tar.gz", hash = "${hash('d')}" }

[[package]]
name = "pywin32"
version = "308"
source = { registry = "https://index.example.test/simple" }
wheels = [{ url = "https://files.example.test/e/pywin32-308-cp311-cp311-win_amd64.whl", hash = "${hash('e')}" }]
`;

test('of uv.lock, wheels that fit are named, sources where none fits, and nothing for other systems', () => {
  expect(readPythonLock(uvLock, options)).toEqual({
    projects: [
      { name: 'markupsafe', version: '3.0.2', hashes: [hash('b')], fromSource: false },
      { name: 'docopt', version: '0.6.2', hashes: [hash('d')], fromSource: true },
    ],
    missing: [],
  });
});

test('what comes from git is told', () => {
  const text =
    '[[package]]\nname = "thing"\nversion = "1.0"\nsource = { git = "https://git.example.test/thing.git?rev=1#2" }\n';
  expect(readPythonLock(text, options).missing).toEqual([
    'shop/uv.lock: thing does not come from an index, and nothing else can be had here.',
  ]);
});

test('poetry.lock and pylock.toml are read by the same rules', () => {
  const file = 'click-8.1.8-py3-none-any.whl';
  const poetry = `[[package]]\nname = "click"\nversion = "8.1.8"\nfiles = [{file = "${file}", hash = "${hash('a')}"}, {file = "click-8.1.8.tar.gz", hash = "${hash('b')}"}]\n`;
  const pylock = `lock-version = "1.0"\n[[packages]]\nname = "click"\nversion = "8.1.8"\nwheels = [{name = "${file}", hashes = {sha256 = "${'a'.repeat(64)}"}}]\n`;
  for (const text of [poetry, pylock]) {
    const { projects } = readPythonLock(text, options);
    expect(projects).toEqual([{ name: 'click', version: '8.1.8', hashes: [hash('a')], fromSource: false }]);
  }
});

test('a name that is a path is told, not used', () => {
  const text = '[[package]]\nname = "../../etc"\nversion = "1.0"\nsource = { registry = "x" }\n';
  expect(readPythonLock(text, options)).toEqual({
    projects: [],
    missing: ['shop/uv.lock: expected a name and a version, found "../../etc" "1.0".'],
  });
});

test('what is no TOML is told with its line', () => {
  expect(readPythonLock('version = 1\n[[package\n', options).missing[0]).toMatch(/^shop\/uv\.lock:2: expected TOML/);
  expect(readPythonLock('package = 3\n', options).missing[0]).toMatch(
    /^shop\/uv\.lock is not what it is called: package/,
  );
});

test('pyproject.toml says what the project, its extras and its build need', () => {
  const text =
    '[project]\nname = "shop"\ndependencies = ["flask>=3"]\n[project.optional-dependencies]\nmail = ["jinja2"]\n[build-system]\nrequires = ["setuptools>=68"]\n[tool.uv]\nno-binary-package = ["MarkupSafe"]\n';
  expect(readPyproject(text, 'shop/pyproject.toml')).toEqual({
    ...{ dependencies: ['flask>=3', 'jinja2'], buildRequires: ['setuptools>=68'] },
    ...{ fromSource: ['markupsafe'], missing: [] },
  });
});

test('a pyproject.toml that only configures tools wants nothing', () => {
  expect(readPyproject('[tool.ruff]\nline-length = 100\n', 'x')).toEqual({
    ...{ dependencies: [], buildRequires: undefined, fromSource: [], missing: [] },
  });
});
