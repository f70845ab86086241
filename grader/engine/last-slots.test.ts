import { expect, test } from 'vitest';
import { limits } from '../limits.ts';
import { LastSlots } from './last-slots.ts';

test('the last slot is remembered, and what was used least lately is forgotten', () => {
  const last = new LastSlots();
  last.set('ada', 1);
  last.set('bob', 2);
  last.set('ada', 2);
  for (let n = 0; n < limits.slot.rememberedMax - 1; n += 1) last.set(`learner ${n}`, 1);
  expect(last.get('ada')).toBe(2);
  expect(last.get('bob')).toBeUndefined();
});
