import { expect, test } from 'vitest';
import { withMirrorAddresses } from './mirrored-lock.ts';

const index = 'http://mirror.test/pypi/simple/';
const lock = (registry: string, files: string) => `version = 1

[[package]]
name = "Mark_Up"
version = "3.0"
source = { registry = "${registry}" }
dependencies = [{ name = "thing" }]
sdist = { url = "${files}/mark_up-3.0.tar.gz", hash = "sha256:a" }
wheels = [
    { url = "${files}/mark_up-3.0-py3-none-any.whl", hash = "sha256:b" },
]

[[package]]
name = "thing"
version = "1.0"
source = { git = "https://git.example.test/thing.git?rev=1#2" }
`;

test('addresses of an index become those of the mirror; hashes and what is from elsewhere stay', () => {
  const text = lock('https://index.example.test/simple', 'https://files.example.test/a/b/c');
  expect(withMirrorAddresses(text, index)).toBe(lock(index, `${index}mark-up`));
});

test('a lock file that names the mirror stays as it is', () => {
  const text = lock(index, `${index}mark-up`);
  expect(withMirrorAddresses(text, index)).toBe(text);
});
