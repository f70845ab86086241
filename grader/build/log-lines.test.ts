import { describe, expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { cleanLine, LineCutter, plainLine } from './log-lines.ts';

describe('a line', () => {
  test.each([
    ['colours stay', '\u001b[1;31mred\u001b[0m', '\u001b[1;31mred\u001b[0m'],
    ['cursor movements go', 'a\u001b[2J\u001b[10;10Hb\u001b[?25l', 'ab'],
    ['titles go', '\u001b]0;title\u0007a\u001b]8;;http://x\u001b\\b', 'ab'],
    ['an open sequence goes', 'a\u001b]0;title', 'a'],
    ['a half sequence goes', 'a\u001b[', 'a'],
    ['character sets go', '\u001b(Ba', 'a'],
    ['control characters go', 'a\u0000\u0007\u0008\u009bb', 'ab'],
    ['text in another direction goes', 'a\u202eb\u2066c', 'abc'],
    ['a bar shows its last state', '10%\r50%\r100%', '100%'],
    ['Windows line ends go', 'a\r', 'a'],
    ['a lone surrogate is replaced', 'a\ud800', 'a\ufffd'],
  ])('%s', (_, line, expected) => {
    expect(cleanLine(line)).toBe(expected);
  });

  test('plain has no colours either', () => {
    expect(plainLine('\u001b[31mred\u001b[0m')).toBe('red');
  });
});

describe('cutting', () => {
  test('a character over two pieces stays whole', () => {
    const cutter = new LineCutter();
    const bytes = Buffer.from('é\nü');
    expect([...bytes].flatMap((byte) => cutter.push(Buffer.from([byte])))).toEqual(['é']);
    expect(cutter.end()).toEqual(['ü']);
  });

  test('a line without end is cut once, and the next line is shown again', () => {
    const cutter = new LineCutter();
    const lines = Array.from({ length: 50 }, () => cutter.push(Buffer.alloc(1024, 'x'))).flat();
    lines.push(...cutter.push(Buffer.from('end\nnext\n')));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toHaveLength(limits.build.logLineBytesMax + 1);
    expect(lines[1]).toBe('next');
  });

  test('a megabyte of escapes comes to an end', () => {
    const cutter = new LineCutter();
    for (let piece = 0; piece < 1024; piece += 1) cutter.push(Buffer.from('\u001b[;;;;'.repeat(170)));
    cutter.end();
  });
});
