import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isPressed, keysOf, type Shortcut, shortcutGroups } from './shortcuts.ts';

const press = (key: string, also: Partial<KeyboardEvent> = {}) =>
  ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...also }) as KeyboardEvent;

const own = Object.values(shortcutGroups).flatMap(({ shortcuts }) =>
  Object.entries<Shortcut>(shortcuts).flatMap(([id, { handledIn, chords }]) =>
    handledIn === undefined ? [] : [{ id, handledIn, chords }],
  ),
);

test('a chord fits with Ctrl and with Cmd, and not without', () => {
  expect(isPressed(press('Enter', { ctrlKey: true }), 'build')).toBe(true);
  expect(isPressed(press('Enter', { metaKey: true }), 'build')).toBe(true);
  expect(isPressed(press('Enter'), 'build')).toBe(false);
  expect(isPressed(press('Enter', { ctrlKey: true, altKey: true }), 'build')).toBe(false);
});

test('a sign may need Shift, a function key means another thing with it', () => {
  expect(isPressed(press('/', { shiftKey: true }), 'search')).toBe(true);
  expect(isPressed(press('/', { ctrlKey: true }), 'search')).toBe(false);
  expect(isPressed(press('K', { ctrlKey: true }), 'search')).toBe(true);
  expect(isPressed(press('F6', { shiftKey: true }), 'nextRoom')).toBe(false);
  expect(isPressed(press('F6', { shiftKey: true }), 'previousRoom')).toBe(true);
});

test.each(own)('$id is asked for in $handledIn', ({ id, handledIn, chords }) => {
  const source = readFileSync(join(import.meta.dirname, '..', handledIn), 'utf8');
  const asked = source.includes(`'${id}')`) && source.includes('isPressed(');
  // Or the handler names the keys themselves.
  const named = chords.every(({ key }) => new RegExp(`\\b${key}\\b`).test(source));
  expect(asked || named).toBe(true);
});

test('keys are written as they stand on the keyboard', () => {
  expect(keysOf({ key: 'k', mod: true })).toEqual(['Ctrl', 'K']);
  expect(keysOf({ key: 'F6', shift: true })).toEqual(['Shift', 'F6']);
  expect(keysOf({ key: 'ArrowDown' })).toEqual(['↓']);
});
