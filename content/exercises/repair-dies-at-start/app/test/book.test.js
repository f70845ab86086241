import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { openBook } from '../src/book.js';

test('entries come back in the order in which they were written', () => {
  const book = openBook(join(mkdtempSync(join(tmpdir(), 'hut-')), 'new'));
  book.add({ guest: 'Ida', words: 'Fog, but good soup.' });
  book.add({ guest: 'Per', words: 'Saw the sea.' });
  assert.deepEqual(book.all().map(({ guest }) => guest), ['Ida', 'Per']);
});
