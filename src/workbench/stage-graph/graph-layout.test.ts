import { expect, test } from 'vitest';
import { type GraphLayout, layoutGraph, type Place } from './graph-layout.ts';

const room = { width: 420, boxWidthMax: 304, boxWidthMin: 152 };
const box = (id: string, height = 60) => ({ id, height });
const edge = (from: string, to: string, kind = 'copy') => ({ id: `${kind} ${from} ${to}`, from, to });

const diamond = () =>
  layoutGraph(
    [box('a'), box('b', 90), box('c'), box('d')],
    [edge('a', 'b', 'base'), edge('a', 'c', 'base'), edge('b', 'd'), edge('c', 'd'), edge('a', 'd')],
    room,
  );

const at = (layout: GraphLayout, id: string) => layout.nodes.get(id) as Place;
const overlap = (one: Place, other: Place) =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;

test('nothing has no size', () => {
  expect(layoutGraph([], [], room)).toMatchObject({ width: 0, height: 0 });
});

test('what is needed stands above what needs it, and parallel stages beside each other', () => {
  const layout = diamond();
  expect(at(layout, 'b').y).toBe(at(layout, 'c').y);
  expect(at(layout, 'a').y + 60).toBeLessThan(at(layout, 'b').y);
  expect(at(layout, 'b').y + 90).toBeLessThan(at(layout, 'd').y);
});

test('boxes do not overlap and stay inside', () => {
  const layout = diamond();
  const places = [...layout.nodes.values()];
  for (const [index, one] of places.entries()) {
    expect(one.x).toBeGreaterThanOrEqual(0);
    expect(one.x + one.width).toBeLessThanOrEqual(layout.width);
    expect(one.y + one.height).toBeLessThanOrEqual(layout.height);
    for (const other of places.slice(index + 1)) expect(overlap(one, other)).toBe(false);
  }
});

test('boxes get narrower until they fit, but never narrower than can be read', () => {
  expect(diamond().width).toBeLessThanOrEqual(room.width);
  const many = Array.from({ length: 9 }, (_, index) => box(`n${index}`));
  const wide = layoutGraph(many, [], room);
  expect(at(wide, 'n0').width).toBe(room.boxWidthMin);
  expect(wide.width).toBeGreaterThan(room.width);
});

test('two lines between the same boxes are two lines', () => {
  const layout = layoutGraph([box('a'), box('b')], [edge('a', 'b', 'base'), edge('a', 'b', 'copy')], room);
  expect(layout.edges.get('base a b')?.line).not.toBe(layout.edges.get('copy a b')?.line);
});

test('no line runs through a box', () => {
  const layout = diamond();
  for (const [id, { line }] of layout.edges) {
    for (const [name, place] of layout.nodes) {
      if (id.endsWith(` ${name}`) || id.includes(` ${name} `)) continue;
      for (const [x = 0, y = 0] of pointsOf(line)) {
        const inside = x > place.x && x < place.x + place.width && y > place.y && y < place.y + place.height;
        expect(inside, `${id} in ${name}`).toBe(false);
      }
    }
  }
});

test('stages that copy from each other in a circle are drawn all the same', () => {
  const layout = layoutGraph([box('a'), box('b')], [edge('a', 'b'), edge('b', 'a')], room);
  expect(layout.nodes.size).toBe(2);
  expect([...layout.edges.values()].every(({ line }) => !line.includes('NaN'))).toBe(true);
});

/** Points along a path of lines and cubic curves. */
function pointsOf(line: string): number[][] {
  const points: number[][] = [];
  let from = [0, 0];
  for (const [, command, rest = ''] of line.matchAll(/([MLC])([^MLC]*)/g)) {
    const numbers = rest.trim().split(/[ ,]+/).map(Number);
    const pairs = Array.from({ length: numbers.length / 2 }, (_, index) => numbers.slice(index * 2, index * 2 + 2));
    const to = pairs.at(-1) ?? from;
    const [one, two] = command === 'C' ? [pairs[0] ?? from, pairs[1] ?? to] : [from, to];
    for (let t = 0.05; t < 1; t += 0.05)
      points.push(
        [0, 1].map((axis) =>
          cubic(
            [from, one, two, to].map((point) => point[axis] ?? 0),
            t,
          ),
        ),
      );
    from = to;
  }
  return points.slice(20);
}

function cubic([a = 0, b = 0, c = 0, d = 0]: number[], t: number): number {
  const u = 1 - t;
  return u ** 3 * a + 3 * u * u * t * b + 3 * u * t * t * c + t ** 3 * d;
}
