import {expect, test} from 'vitest';
import {changesOf, type HeapRow, mergeRows} from '../../../src/findings/row-series.js';

/** `name count bytes likeness`, a row each. */
function rows(...lines: string[]): HeapRow[] {
  return lines.map((line) => {
    const [name, count, bytes, likeness] = line.split(' ') as [string, string, string, string?];
    return {key: name, name, count: count === '-' ? null : Number(count), bytes: Number(bytes), likeness};
  });
}
const diff = (before: HeapRow[], after: HeapRow[]) =>
  changesOf(mergeRows([before, after])).map(({name, from, delta_count, delta_bytes, state}) =>
    [name, ...(from === null ? [] : [from]), delta_count, delta_bytes, state].join(' '),
  );

test('rows of equal key are summed, and what is the same is left out', () => {
  expect(diff(rows('a 1 10', 'a 2 20', 'b 1 5'), rows('a 3 30', 'b 1 5'))).toEqual([]);
  expect(mergeRows([rows('a 1 10', 'a 2 20'), rows('b 4 40'), rows('a 1 1')])).toMatchObject([
    {name: 'a', counts: [3, 0, 1], bytes: [30, 0, 1], isThere: [true, false, true]},
    {name: 'b', counts: [0, 4, 0], bytes: [0, 40, 0], isThere: [false, true, false]},
  ]);
});

test('states, the largest difference first', () => {
  const before = rows('gone 1 5', 'shrunk 2 30', 'fewer 2 4', 'grown 1 1', 'uncounted - 7');
  const after = rows('new 1 9', 'shrunk 2 10', 'fewer 1 4', 'grown 3 1', 'uncounted - 8', 'empty 0 0');
  expect(diff(before, after)).toEqual([
    'shrunk 0 -20 shrunk',
    'new 1 9 new',
    'gone -1 -5 gone',
    'uncounted  1 grown',
    'grown 2 0 grown',
    'fewer -1 0 shrunk',
    'empty 0 0 new',
  ]);
});

test('what vanished and what appeared with the same likeness has moved, the ones most alike in size', () => {
  const before = rows('a.one 1 100 T>U', 'a.two 1 1000 T>U', 'b 1 50 T>V', 'stays 1 70 T>U');
  const after = rows('x.two 1 1010 T>U', 'x.one 2 90 T>U', 'y 1 50 T>W', 'stays 1 70 T>U', 'z 1 2000 T>U');
  expect(diff(before, after)).toEqual(['z 1 2000 new', 'x.two a.two 0 10 moved', 'x.one a.one 1 -10 moved', 'b -1 -50 gone', 'y 1 50 new']);
  expect(diff(rows('a 1 10'), rows('b 1 10'))).toEqual(['a -1 -10 gone', 'b 1 10 new']); // nothing says that they are alike
});
