import { expect, test } from 'vitest';
import { byteLength, fromByteChars, toByteChars } from './bytes.ts';

test.each(['', 'FROM node', 'é€', '🐳 whale', '\ufeffRUN x', '\ud800', 'a\udc00b', '🐳'.slice(0, 1)])(
  'counts and takes apart %j as Node does',
  (text) => {
    expect(byteLength(text)).toBe(Buffer.byteLength(text));
    expect(toByteChars(text)).toBe(Buffer.from(text, 'utf8').toString('latin1'));
    expect(fromByteChars(toByteChars(text))).toBe(text.toWellFormed());
  },
);
