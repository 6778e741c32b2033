/**
 * Bits in a Uint8Array, least significant first: bit i is byte i >> 3, bit i & 7. One per object or edge is an eighth of a byte.
 */

export function createBitset(bits: number): Uint8Array {
  return new Uint8Array((bits + 7) >>> 3);
}
export function getBit(set: Uint8Array, index: number): boolean {
  return ((set[index >>> 3]! >>> (index & 7)) & 1) !== 0;
}
export function setBit(set: Uint8Array, index: number): void {
  set[index >>> 3]! |= 1 << (index & 7);
}
export function clearBit(set: Uint8Array, index: number): void {
  set[index >>> 3]! &= ~(1 << (index & 7));
}
/** Sets bits [0, bits); the unused bits of the last byte stay 0. */
export function fillBits(set: Uint8Array, bits: number): void {
  set.fill(0xff, 0, bits >>> 3);
  if ((bits & 7) !== 0) set[bits >>> 3] = (1 << (bits & 7)) - 1;
}
/** The positions of the set bits among the first `count`, ascending. */
export function listBits(set: Uint8Array, count: number): Uint32Array {
  const end = Math.min(set.length, (count + 7) >>> 3);
  let bits = 0;
  for (let byte = 0; byte < end; byte++) if (set[byte] !== 0) bits += popcount32(set[byte]!);
  const positions = new Uint32Array(bits);
  let found = 0;
  for (let byte = 0; byte < end; byte++) {
    if (set[byte] === 0) continue;
    for (let bit = byte << 3; bit < Math.min(count, (byte + 1) << 3); bit++) if (getBit(set, bit)) positions[found++] = bit;
  }
  return found === bits ? positions : positions.slice(0, found);
}
/** Number of set bits of a 32-bit word. */
export function popcount32(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
