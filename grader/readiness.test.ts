import { expect, test } from 'vitest';
import type { IsolationReport } from './isolation/isolation.ts';
import type { OpenGrader } from './open-grader.ts';
import { ReadinessBoard } from './readiness.ts';

const image = { entry: { name: 'node:20' }, state: 'ready' };
const grader = { catalogue: { images: () => [image] } } as unknown as OpenGrader;
const wall = { id: 'w', title: 'A build can’t get out', held: false, attempted: 'a', seen: 'It got out.', mend: 'm' };
const report = (...walls: IsolationReport['walls']): IsolationReport => ({
  at: '',
  durationMs: 1,
  launcher: 'host',
  walls,
});
const database = { ok: true };

function openBoard(): ReadinessBoard {
  const board = new ReadinessBoard();
  board.graderIsOpen(grader);
  return board;
}

test('nothing is ready before the walls of the sandbox were tried', () => {
  const board = openBoard();
  expect(board.health(database)).toMatchObject({ status: 'starting', message: expect.stringContaining('walls') });
  board.isolationIs(report({ ...wall, held: true }));
  expect(board.health(database)).toMatchObject({ status: 'ready', weakIsolation: [] });
});

test('walls that are missing and accepted are told one by one', () => {
  const board = openBoard();
  board.isolationIs(report(wall, { ...wall, held: true }));
  expect(board.health(database)).toMatchObject({
    status: 'ready',
    weakIsolation: ['A build can’t get out: It got out.'],
  });
  board.isolationIs(undefined);
  expect(board.health(database).weakIsolation).toEqual(['The isolation of the sandbox could not be tested.']);
});

test('walls that are missing and not accepted leave reading, with the sentence', () => {
  const board = openBoard();
  board.gradingIsMissing(['One wall of the sandbox could not be seen to hold.']);
  expect(board.health(database)).toMatchObject({
    status: 'reading',
    message: expect.stringContaining('One wall'),
    missing: [expect.stringContaining('One wall')],
  });
});
