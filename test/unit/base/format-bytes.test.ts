/** Sizes as commands and viewer show them: powers of 1024, and units that say so. */
import {expect, test} from 'vitest';
import {bytesParts, formatBytes} from '../../../src/base/format-bytes.js';

test.each([
  [0, '0', 'B'],
  [16 / 31, '0.52', 'B'], // a slot's share of a tail
  [1023, '1023', 'B'],
  [1024, '1.0', 'KiB'],
  [1_048_575, '1.0', 'MiB'],
  [488_046, '476.6', 'KiB'],
  [1_208_987_648, '1.1', 'GiB'],
  [-2048, '−2.0', 'KiB'],
  [2 ** 62, '4096.0', 'PiB'],
])('%d bytes are %s %s', (bytes, number, unit) => {
  expect(bytesParts(bytes)).toEqual([number, unit]);
  expect(formatBytes(bytes)).toBe(`${number} ${unit}`);
});
