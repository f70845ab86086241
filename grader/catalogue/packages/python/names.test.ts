import { expect, test } from 'vitest';
import { normalName, wheelFits } from './names.ts';

test('spellings of one project have one name', () => {
  expect(['Flask_SQLAlchemy', 'flask-sqlalchemy', 'flask.._sqlalchemy'].map(normalName)).toEqual(
    Array(3).fill('flask-sqlalchemy'),
  );
});

const platform = { machine: 'x86_64', python: '311' };

test.each([
  ['pure Python', 'click-8.1.8-py3-none-any.whl'],
  ['two kinds of pure Python', 'six-1.17.0-py2.py3-none-any.whl'],
  ['exactly this Python', 'markupsafe-3.0.2-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl'],
  ['the stable ABI of an older Python', 'cryptography-44.0.0-cp39-abi3-manylinux_2_28_x86_64.whl'],
  ['no Python at all, but Linux', 'uv-0.9.0-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl'],
])('a wheel for %s fits', (_, name) => {
  expect(wheelFits(name, platform)).toBe(true);
});

test.each([
  ['another Python', 'markupsafe-3.0.2-cp312-cp312-manylinux_2_17_x86_64.whl'],
  ['a Python without the lock of the interpreter', 'markupsafe-3.0.2-cp313-cp313t-manylinux_2_17_x86_64.whl'],
  ['the stable ABI of a newer Python', 'thing-1.0-cp312-abi3-manylinux_2_17_x86_64.whl'],
  ['another C library', 'markupsafe-3.0.2-cp311-cp311-musllinux_1_2_x86_64.whl'],
  ['another processor', 'markupsafe-3.0.2-cp311-cp311-manylinux_2_17_aarch64.whl'],
  ['another system', 'pywin32-308-cp311-cp311-win_amd64.whl'],
  ['Python 2', 'enum34-1.1.10-py2-none-any.whl'],
])('a wheel for %s does not fit', (_, name) => {
  expect(wheelFits(name, platform)).toBe(false);
});
