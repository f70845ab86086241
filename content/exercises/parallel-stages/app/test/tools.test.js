import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const out = mkdtempSync(join(tmpdir(), 'guide-'));

test('two of the birds eat fish', () => {
  execFileSync('node', ['tools/index.js', 'texts', join(out, 'index.json')]);
  assert.deepEqual(JSON.parse(readFileSync(join(out, 'index.json'), 'utf8')).fish, ['heron', 'kingfisher']);
});

test('each drawing becomes a symbol', () => {
  execFileSync('node', ['tools/sprites.js', 'icons', join(out, 'sprites.svg')]);
  assert.equal(readFileSync(join(out, 'sprites.svg'), 'utf8').match(/<symbol /g).length, 3);
});
