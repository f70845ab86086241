import { expect, test } from 'vitest';
import { instanceFor } from './instance.ts';

test('two homes have different names for everything on the machine', () => {
  const [a, b] = ['/home/a/s', '/home/b/s'].map((homeDir) => instanceFor({ homeDir, cacheDir: '/cache' }));
  expect(a?.name).toMatch(/^stagecraft-[0-9a-f]{8}$/);
  expect(a?.name).not.toBe(b?.name);
  expect(a?.mirrorDir).toBe(b?.mirrorDir);
});

test('a home whose sockets would not fit is refused with the reason', () => {
  const homeDir = `/home/${'long/'.repeat(30)}`;
  expect(() => instanceFor({ homeDir, cacheDir: '/cache' })).toThrow(/107 bytes.*Choose a shorter folder/);
});
