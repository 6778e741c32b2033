/**
 * The bytes of a time.Time → seconds since 1970. Truth: time/time.go, alike in Go 1.17 – 1.27: `wall` has nanoseconds in its lower 30 bits; with its highest bit set seconds
 * since 1885 above these, and `ext` is the monotonic clock; else `ext` are seconds since the year 1.
 */
import {viewOf} from '../base/bytes.js';

const HAS_MONOTONIC = 0x80000000;
const NANOSECONDS = 2 ** 30;
/** From the years that Go counts from to 1970, in seconds. */
const SINCE_1885 = 2_682_288_000;
const SINCE_1 = 62_135_596_800;

/** `bytes`: at least 16. */
export function wallSeconds(bytes: Uint8Array): number {
  const view = viewOf(bytes);
  const [low, high] = [view.getUint32(0, true), view.getUint32(4, true)];
  const nanoseconds = (low % NANOSECONDS) / 1e9;
  if (high < HAS_MONOTONIC) return view.getInt32(12, true) * 2 ** 32 + view.getUint32(8, true) - SINCE_1 + nanoseconds;
  const seconds = (high - HAS_MONOTONIC) * 4 + Math.floor(low / NANOSECONDS);
  return seconds - SINCE_1885 + nanoseconds;
}
