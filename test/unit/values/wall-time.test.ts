import {expect, test} from 'vitest';
import {wallSeconds} from '../../../src/values/wall-time.js';

/** As time.Time has it: words of `wall` and `ext`. */
function timeOf(wall: bigint, ext: bigint): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(24));
  bytes.setBigUint64(0, wall, true);
  bytes.setBigInt64(8, ext, true);
  return new Uint8Array(bytes.buffer);
}
const unix = (text: string) => Date.parse(text) / 1000;
const sinceYear1 = (text: string) => BigInt(unix(text)) + 62135596800n;
const since1885 = (text: string) => BigInt(unix(text) - unix('1885-01-01T00:00:00Z'));

test.each([
  ['without a monotonic clock', timeOf(500_000_000n, sinceYear1('2026-03-02T08:00:00Z')), unix('2026-03-02T08:00:00.500Z')],
  ['with one', timeOf((1n << 63n) | (since1885('2026-03-02T08:00:00Z') << 30n) | 250_000_000n, 17n), unix('2026-03-02T08:00:00.250Z')],
  ['before 1970', timeOf(0n, sinceYear1('1901-01-01T00:00:00Z')), unix('1901-01-01T00:00:00Z')],
  ['the zero time', timeOf(0n, 0n), unix('0001-01-01T00:00:00Z')],
])('%s', (_, bytes, seconds) => expect(wallSeconds(bytes)).toBeCloseTo(seconds, 6));
