/** What was meant by a word that is not there. */
import {expect, test} from 'vitest';
import {editDistance, nearestWords} from '../../../src/base/nearest-words.js';

test.each([
  ['', '', 0],
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
  ['main.GTre', 'main.GTree', 1],
  ['top', 'tpo', 2],
])('from %j to %j it is %d', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
  expect(editDistance(b, a)).toBe(distance);
});

test('beyond the limit it is only more than the limit', () => {
  expect(editDistance('abcdefgh', 'stuvwxyz', 2)).toBeGreaterThan(2);
});

test('the nearest first, at most three, none that is far', () => {
  const words = ['main.GTree', 'main.GErr', 'main.GArr', 'main.GFree', 'main.Unlike', 'x'];
  expect(nearestWords('main.gtre', words)).toEqual(['main.GTree', 'main.GArr', 'main.GErr']);
  expect(nearestWords('tpo', ['top', 'info', 'view'])).toEqual(['top']);
  expect(nearestWords('x', ['y', 'top'])).toEqual([]);
  expect(nearestWords('nothing.like.it', words)).toEqual([]);
});
