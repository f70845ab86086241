import { describe, expect, it } from 'vitest';
import { editWithNonce } from './nonce-edit.ts';

const edit = (path: string, text: string, nonce = 'a1b2') => editWithNonce(path, Buffer.from(text), nonce).toString();

describe('editWithNonce', () => {
  it.each([
    ['src/index.ts', 'export {};\n', 'export {};\n// a1b2\n'],
    ['main.go', 'package main\n', 'package main\n// a1b2\n'],
    ['go.mod', 'module x\n', 'module x\n// a1b2\n'],
    ['app.py', 'x = 1\n', 'x = 1\n# a1b2\n'],
    ['requirements.txt', 'flask\n', 'flask\n# a1b2\n'],
    ['public/style.css', 'a {}\n', 'a {}\n/* a1b2 */\n'],
    ['index.html', '<p>\n', '<p>\n<!-- a1b2 -->\n'],
    ['db/schema.sql', 'select 1;\n', 'select 1;\n-- a1b2\n'],
  ])('adds a comment of the language to %s', (path, before, after) => {
    expect(edit(path, before)).toBe(after);
  });

  it('starts a new line when the file does not end with one', () => {
    expect(edit('a.js', '// last')).toBe('// last\n// a1b2\n');
  });

  it('leaves JSON as it was to a parser, and different to a hash', () => {
    const before = '{"name":"app"}';
    const one = edit('package.json', before, '01');
    const other = edit('package.json', before, '02');
    expect(JSON.parse(one)).toEqual({ name: 'app' });
    expect(one).not.toBe(other);
  });

  it('adds only white space to a kind of file that it does not know', () => {
    expect(edit('go.sum', 'x v1 h1:abc=\n').slice('x v1 h1:abc=\n'.length)).toMatch(/^[ \t]+\n$/);
  });

  it('keeps bytes that are not text', () => {
    const bytes = Buffer.from([0xff, 0x00, 0xfe]);
    expect(editWithNonce('logo.bin', bytes, 'a1').subarray(0, 3)).toEqual(bytes);
  });
});
