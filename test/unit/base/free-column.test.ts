/**
 * A column that is given back: what lies in its buffer has no rows any more, and its memory is no longer accounted for.
 */
import {expect, test} from 'vitest';
import {freeColumn} from '../../../src/base/free-column.js';

test('its memory is there for others at once', () => {
  const column = new Uint32Array(1 << 24);
  const part = column.subarray(5);
  const before = process.memoryUsage().arrayBuffers;
  freeColumn(part);
  expect([column.length, part.length]).toEqual([0, 0]);
  expect(before - process.memoryUsage().arrayBuffers).toBeGreaterThan(1 << 25);
});
