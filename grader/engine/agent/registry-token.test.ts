import { expect, test } from 'vitest';
import { isRegistryToken, registryToken } from './registry-token.ts';

const subject = 'ab'.repeat(32);

test('a token is known by the key it was made with, and by no other', () => {
  const token = registryToken('key', subject);
  expect(token).toMatch(/^canary[0-9a-f]{40}$/);
  expect(isRegistryToken('key', token)).toBe(true);
  expect(isRegistryToken('other', token)).toBe(false);
});

test('nothing else is a token', () => {
  const token = registryToken('key', subject);
  const last = token.endsWith('0') ? '1' : '0';
  for (const text of ['', 'canary', `${token}0`, token.toUpperCase(), `${token.slice(0, -1)}${last}`, `x${token}`])
    expect(isRegistryToken('key', text)).toBe(false);
});
