import { expect, test } from 'vitest';
import { parseRequirement, readRequirements } from './requirements.ts';

const sha = `sha256:${'a'.repeat(64)}`;
const reading = (files: Record<string, string>) =>
  readRequirements('requirements.txt', async (path) => files[path.replace(/^\.\//, '')]);

test('pins, ranges, extras, markers and hashes are read; comments and continued lines are understood', async () => {
  const text = `# by pip-compile\nFlask==3.1.0 \\\n    --hash=${sha} \\\n    --hash=md5:abc\n    # via -r requirements.in\nuvicorn[standard] >= 0.30, < 1 ; python_version >= "3.9"  # a server\nclick\n`;
  const { requirements, missing } = await reading({ 'requirements.txt': text });
  expect(missing).toEqual([]);
  expect(requirements).toEqual([
    { name: 'flask', text: 'Flask==3.1.0', pinned: '3.1.0', hashes: [sha] },
    {
      ...{ name: 'uvicorn', text: 'uvicorn[standard]>= 0.30, < 1 ; python_version >= "3.9"' },
      ...{ pinned: undefined, hashes: [] },
    },
    { name: 'click', text: 'click', pinned: undefined, hashes: [] },
  ]);
});

test('other files are followed, relative to the one that names them, each once', async () => {
  const { requirements, constraints } = await reading({
    'requirements.txt': '-r deps/base.txt\n-c limits.txt\nclick\n',
    'deps/base.txt': '-r more.txt\nflask==3.1.0\n',
    'deps/more.txt': '-r ../requirements.txt\n-r more.txt\nrich\n',
    'limits.txt': 'jinja2<4\n',
  });
  expect(requirements.map(({ name }) => name)).toEqual(['rich', 'flask', 'click']);
  expect(constraints.map(({ text }) => text)).toEqual(['jinja2<4']);
});

test('a file that is not there is told', async () => {
  const { missing } = await reading({ 'requirements.txt': '-r base.txt\n' });
  expect(missing).toEqual([
    'base.txt was expected beside requirements.txt, but is not there. Add it or remove the line.',
  ]);
});

test('what the project wants to build itself is named', async () => {
  const { fromSource } = await reading({ 'requirements.txt': '--no-binary MarkupSafe,foo\nmarkupsafe==3.0.2\n' });
  expect(fromSource).toEqual(['markupsafe', 'foo']);
});

test('the project itself and its folders need nothing of the mirror', async () => {
  const { requirements, missing } = await reading({ 'requirements.txt': '-e .\n.[dev]\n./lib/thing\n--pre\n' });
  expect([requirements, missing]).toEqual([[], []]);
});

test.each([
  ['an address', 'git+https://user:secret@git.example/x.git', /found "git\+https:\/\/…@git\.example\/x\.git"/],
  ['a direct reference', 'thing @ https://example.test/thing.whl', /requirements\.txt:1: expected a name and versions/],
  ['an index of its own', '--index-url https://index.example.test/simple', /names an index of its own/],
  ['an editable address', '-e git+https://git.example/x.git', /can not be followed here/],
  ['an option inside a name', 'thing==1.0 --install-option="--x" ; rm', /./],
  ['no requirement', '!!!', /expected a name and versions/],
])('%s is told and never handed to pip', async (_, line, sentence) => {
  const { requirements, missing } = await reading({ 'requirements.txt': `${line}\n` });
  if (requirements.length > 0) expect(requirements[0]?.text).toBe('thing==1.0');
  else expect(missing.join()).toMatch(sentence);
  expect(missing.join()).not.toContain('secret');
});

test('only a version without a star is a pin', () => {
  expect(parseRequirement('a==1.*')?.pinned).toBeUndefined();
  expect(parseRequirement('a===1.0')?.pinned).toBe('1.0');
  expect(parseRequirement('a (>=1)')?.text).toBe('a>=1');
});
