import { describe, expect, it } from 'vitest';
import { demultiplex, readableLog } from './container-log.ts';

function frame(text: string | Buffer, stream = 1): Buffer {
  const payload = Buffer.from(text);
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

describe('readableLog', () => {
  it('puts stdout and stderr together in the order they were written', () => {
    expect(readableLog(Buffer.concat([frame('one\n'), frame('two\n', 2), frame('three\n')]), 100)).toBe(
      'one\ntwo\nthree\n',
    );
  });

  it('puts a character together that was cut between two frames', () => {
    const euro = Buffer.from('€');
    expect(readableLog(Buffer.concat([frame(euro.subarray(0, 1)), frame(euro.subarray(1))]), 100)).toBe('€');
  });

  it('reads what is there of an answer that ends within a frame', () => {
    expect(demultiplex(frame('hello world').subarray(0, 13)).toString()).toBe('hello');
    expect(demultiplex(Buffer.from([1, 0, 0])).toString()).toBe('');
  });

  it('removes colours, terminal commands, control characters and text that would be shown backwards', () => {
    const nasty = '\u001b[31mred\u001b[0m \u001b]0;title\u0007x\u0000\u0008 \u202eevil\u202c a\r\nb\rc';
    expect(readableLog(frame(nasty), 1000)).toBe('red x evil a\nb\nc');
  });

  it('keeps the start and the end of an endless log and says how much is missing', () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `line ${index}\n`).join('');
    const log = readableLog(frame(lines), 1000);
    expect(log.startsWith('line 0\n')).toBe(true);
    expect(log.endsWith('line 9999\n')).toBe(true);
    expect(log).toContain(`… ${lines.length - 1000} bytes left out …`);
    expect(log.length).toBeLessThan(1100);
  });

  it('survives bytes that are no text and half an emoji', () => {
    const log = readableLog(frame(Buffer.from([0xff, 0xfe, 0x00, 0xf0, 0x9f])), 100);
    expect(log.isWellFormed()).toBe(true);
  });
});
