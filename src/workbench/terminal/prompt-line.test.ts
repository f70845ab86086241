import { expect, test } from 'vitest';
import { emptyLine, type PromptLine, shownPart, typeInto } from './prompt-line.ts';

const type = (data: string, line: PromptLine = emptyLine) => typeInto(line, data);
const left = '\u001b[D';
const up = '\u001b[A';

test('text goes where the cursor stands', () => {
  expect(type(`lsx${left}${left}${'\u0001'}>`).line).toMatchObject({ text: '>lsx', cursor: 1 });
  expect(type(`abc${left}\u007f`).line).toMatchObject({ text: 'ac', cursor: 1 });
  expect(type('one two\u0017').line.text).toBe('one ');
  expect(type('one two\u0015').line.text).toBe('');
});

test('Enter runs the line and remembers it; the arrows bring it back', () => {
  const ran = type('history\r');
  expect(ran.actions).toEqual([{ kind: 'run', line: 'history' }]);
  expect(type(up, ran.line).line.text).toBe('history');
  expect(type(`${up}\u001b[B`, ran.line).line.text).toBe('');
  expect(type(`${up}${up}${up}`, ran.line).line.text).toBe('history');
});

test('Ctrl+C drops the line', () => {
  const { line, actions } = type('half a command\u0003');
  expect(line.text).toBe('');
  expect(actions).toEqual([{ kind: 'cancel' }]);
});

test('keys that mean nothing here leave no trace', () => {
  expect(type('\u001b[200~ls\u001b[201~\u001b[5~\u001bOP\u0007').line.text).toBe('ls');
});

test('a long line shows the part around its cursor', () => {
  const { line } = type('x'.repeat(100));
  expect(shownPart(line, 20)).toEqual({ text: 'x'.repeat(19), cursor: 19 });
  expect(type('x'.repeat(5_000)).line.text).toHaveLength(1_000);
});
