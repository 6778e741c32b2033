/**
 * Sizes and counts as people read them; sizes in powers of 1024, which the units say: KiB, MiB. One text for commands and viewer, so that a number on a
 * screen is found again in a terminal.
 */
import type {Bytes} from './units.js';

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** Number and unit: one digit behind the point from KiB on. Shares of a byte, as an object's part of its span's tail, have two. */
export function bytesParts(bytes: Bytes): readonly [number: string, unit: string] {
  let size = Math.abs(bytes);
  let unit = 0;
  // What would be rounded to 1024.0 is 1.0 of the next unit.
  while ((unit === 0 ? size >= 1024 : size >= 1023.95) && unit < UNITS.length - 1) {
    size /= 1024;
    unit++;
  }
  const text = unit > 0 ? size.toFixed(1) : Number.isInteger(size) ? String(size) : size.toFixed(2);
  return [bytes < 0 ? `−${text}` : text, UNITS[unit]!];
}

/** `1.5 MiB`. */
export function formatBytes(bytes: Bytes): string {
  return bytesParts(bytes).join(' ');
}

/** A count in groups of three digits: `1,234,567`. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
