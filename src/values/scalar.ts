/**
 * Bytes of a Go scalar → a JavaScript one. Little-endian, as both architectures that goheap reads are.
 * Integers beyond ±2**53 are only available as BigInt: a rounded number would be a made-up value.
 */
import {viewOf} from '../base/bytes.js';
import {GoheapError} from '../base/errors.js';
import type {Bytes} from '../base/units.js';

const SIGNED = new Set(['int', 'int8', 'int16', 'int32', 'int64']);
const UNSIGNED = new Set(['uint', 'uint8', 'uint16', 'uint32', 'uint64', 'uintptr']);

export function isInteger(kind: string): boolean {
  return SIGNED.has(kind) || UNSIGNED.has(kind);
}
export function isFloat(kind: string): boolean {
  return kind === 'float32' || kind === 'float64';
}

/** Of an integer kind; `bytes` has exactly the type's size. */
export function readInteger(kind: string, bytes: Uint8Array): bigint {
  const view = viewOf(bytes);
  const signed = SIGNED.has(kind);
  if (bytes.length === 8) return signed ? view.getBigInt64(0, true) : view.getBigUint64(0, true);
  if (bytes.length === 4) return BigInt(signed ? view.getInt32(0, true) : view.getUint32(0, true));
  if (bytes.length === 2) return BigInt(signed ? view.getInt16(0, true) : view.getUint16(0, true));
  return BigInt(signed ? view.getInt8(0) : view.getUint8(0));
}

/** Of float32 or float64, or one half of a complex number; the width follows from the length. */
export function readFloat(bytes: Uint8Array, offset: Bytes = 0, length: Bytes = bytes.length): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, length);
  return length === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
}

/** Throws `limit` when a number cannot hold the value exactly. */
export function exactNumber(value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new GoheapError('limit', `the value ${value} is beyond what a number holds exactly`, {hint: 'Use bigint().'});
}
