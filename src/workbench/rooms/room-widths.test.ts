import { expect, test } from 'vitest';
import { defaultWidths, readWidths, withWidth } from './room-widths.ts';

const holding = (text: string | null) => () => ({ getItem: () => text }) as unknown as Storage;

test('a divider stops before a room becomes useless', () => {
  expect(withWidth(defaultWidths, 'brief', 2).brief).toBe(16);
  expect(withWidth(defaultWidths, 'brief', 90).brief).toBe(45);
  expect(withWidth({ brief: 16, evidence: 30 }, 'evidence', 90).evidence).toBe(62);
});

test('widths that were kept come back, spoilt ones do not', () => {
  expect(readWidths(holding('{"brief":20,"evidence":40}'))).toEqual({ brief: 20, evidence: 40 });
  expect(readWidths(holding('{"brief":"x"}'))).toEqual(defaultWidths);
  expect(readWidths(holding('not json'))).toEqual(defaultWidths);
  expect(readWidths(holding(null))).toEqual(defaultWidths);
});
