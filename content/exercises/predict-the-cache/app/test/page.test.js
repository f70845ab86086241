import assert from 'node:assert/strict';
import { test } from 'node:test';
import { page } from '../page.js';

test('the first line is the title and a heading', () => {
  const html = page('# Miso soup\n\nDashi.');
  assert.match(html, /<title>Miso soup<\/title>/);
  assert.match(html, /<h1>Miso soup<\/h1>/);
});
