import { describe, expect, test } from 'vitest';
import { sampleEntry, sampleFiles } from '../sample-evidence.ts';
import { resolvePath } from './resolve-path.ts';

const link = (path: string, linkTarget: string) => sampleEntry(path, { type: 'symlink', linkTarget });

const files = sampleFiles([
  sampleEntry('/usr/bin', { type: 'directory' }),
  sampleEntry('/usr/bin/dash'),
  link('/bin', 'usr/bin'),
  link('/usr/bin/sh', 'dash'),
  link('/usr/local/up', '../bin/./dash'),
  link('/absolute', '/bin/sh'),
  link('/above', '../../../../usr/bin/dash'),
  link('/circle-a', '/circle-b'),
  link('/circle-b', '/circle-a'),
  link('/self', 'self/self'),
  link('/nowhere', '/missing'),
  link('/long', `${'a/'.repeat(5000)}`),
]);

describe('resolvePath', () => {
  test.each(['/usr/bin/dash', '/usr/bin/sh', '/bin/sh', '/absolute', '/usr/local/up', '/above'])(
    'follows %s',
    (path) => {
      expect(resolvePath(files, path)?.path).toBe('/usr/bin/dash');
    },
  );
  test.each(['/circle-a', '/self', '/nowhere', '/long', '/missing'])('ends at %s without a result', (path) => {
    expect(resolvePath(files, path)).toBeUndefined();
  });
});
