import { expect, test } from 'vitest';
import { parseOpaque } from './opaque-folders.ts';

test('opaque folders are read from getfattr’s output, with its escapes', () => {
  const output = [
    '# file: /d/l1/diff/a/b\ntrusted.overlay.opaque="y"\n',
    '# file: /d/l1/diff/new\\012line\\134\ntrusted.overlay.opaque="y"\n',
    '# file: /d/l1/diff/other\ntrusted.overlay.opaque="x"\n',
  ].join('\n');
  expect(parseOpaque(output, '/d/l1/diff')).toEqual(['/a/b', '/new\nline\\']);
});

test('as many opaque folders as a hostile layer may have are read', () => {
  const paths = Array.from({ length: 100_000 }, (_, at) => `/folders/${at}`);
  const output = paths.map((path) => `# file: /d/l1/diff${path}\ntrusted.overlay.opaque="y"\n`).join('\n');
  // Copying what was found for each of them took minutes here: longer than a test may.
  expect(parseOpaque(output, '/d/l1/diff')).toEqual(paths);
});
