/**
 * Ascending numbers: each once.
 */
import {expect, test} from 'vitest';
import {distinctOf} from '../../../src/base/distinct.js';

test.each([
  {ascending: [], each: []},
  {ascending: [0], each: [0]},
  {ascending: [0, 0, 3, 3, 3, 4_294_967_295], each: [0, 3, 4_294_967_295]},
  {ascending: [1, 2, 3], each: [1, 2, 3]},
])('$ascending', ({ascending, each}) => {
  expect([...distinctOf(Uint32Array.from(ascending))]).toEqual(each);
});
