import {expect, test} from 'vitest';
import {SparseRows} from '../../../src/base/sparse-rows.js';

function check(keys: readonly number[], limit: number): void {
  const rows = new SparseRows(Uint32Array.from(keys), limit);
  for (let key = 0; key < limit; key++) expect(rows.find(key)).toBe(keys.indexOf(key));
}

test('no keys', () => check([], 200));
test('no possible key', () => check([], 0));
test('all keys', () =>
  check(
    Array.from({length: 130}, (_, key) => key),
    130,
  ));
test('borders of blocks', () => check([0, 63, 64, 127, 128, 191], 192));
test.each([1, 2, 3])('one key in %d and some', (step) => {
  check(
    Array.from({length: 300}, (_, i) => i * step + (i % step)).filter((key) => key % 7 !== 0),
    1000,
  );
});
test('keys beyond 2^31', () => {
  const keys = [5, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 60];
  const rows = new SparseRows(Uint32Array.from(keys), 2 ** 31 + 64);
  for (const [row, key] of keys.entries()) expect([rows.find(key - 1), rows.find(key)]).toEqual([keys.indexOf(key - 1), row]);
});
