/**
 * Variables of the runtime that their contents tell: texts that are known beforehand, and the table of itabs, which counts its
 * own entries. Truth: runtime/runtime2.go (waitReasonStrings), iface.go (itabTableType), Go 1.17 – 1.27.
 */
import {decodeText} from '../../base/bytes.js';
import type {Address, Bytes} from '../../base/units.js';
import type {MemoryImage} from '../../image/memory-image.js';
import type {Module} from '../modules.js';
import type {LayoutGuess} from './layout-guess.js';
import type {Words} from './read-range.js';

/** The first texts of runtime.waitReasonStrings, the same in all versions. */
const WAIT_REASONS = ['', 'GC assist marking', 'IO wait'];
/** Before and after the text of runtime.modinfo. */
const MODINFO_GUARD = [0x30, 0x77, 0xaf, 0x0c];
const ITAB_TABLE = 'runtime.itabTableType';
const ITAB_TYPE: Bytes = 8;
const MOST_ITABS = 2 ** 24;

/** The first variable that is a string of `length` bytes for which `fits` holds. */
export function findString(
  image: MemoryImage,
  variables: readonly Words[],
  length: Bytes,
  fits: (text: Uint8Array) => boolean,
): Address | undefined {
  return findWord(variables, (values, i) => {
    if (length === 0 || values[i + 1] !== length) return false;
    const text = image.find(values[i]!, length);
    return text !== undefined && fits(text);
  });
}

export function isModinfo(text: Uint8Array): boolean {
  return MODINFO_GUARD.every((byte, i) => text[i] === byte);
}

export function findWaitReasons(image: MemoryImage, variables: readonly Words[]): Address | undefined {
  return findWord(variables, (values, i) =>
    WAIT_REASONS.every((reason, row) => {
      const [text, length] = [values[i + row * 2]!, values[i + row * 2 + 1]];
      if (length !== reason.length) return false;
      const bytes = length === 0 ? new Uint8Array(0) : image.find(text, length);
      return bytes !== undefined && decodeText(bytes) === reason;
    }),
  );
}

/** runtime.itabTable: a pointer to a table of a power of two of entries, as many of which are used as it says. */
export function findItabTable(
  image: MemoryImage,
  layouts: LayoutGuess,
  modules: readonly Module[],
  variables: readonly Words[],
): Address | undefined {
  return findWord(variables, (values, i) => isItabTable(image, layouts, modules, values[i]!));
}

function isItabTable(image: MemoryImage, layouts: LayoutGuess, modules: readonly Module[], table: Address): boolean {
  const [atSize, atCount, atEntries] = ['size', 'count', 'entries'].map((field) => table + layouts.offset(ITAB_TABLE, field));
  if (table < 4096 || table % 8 !== 0 || !image.isMapped(table, 16)) return false;
  const [size, count] = [image.word(atSize!), image.word(atCount!)];
  if (size < 8 || size > MOST_ITABS || !Number.isInteger(Math.log2(size)) || count === 0 || count > size) return false;
  if (!image.isMapped(atEntries!, size * 8)) return false;
  let [used, sound] = [0, 0];
  for (let i = 0; i < size; i++) {
    const itab = image.word(atEntries! + i * 8);
    if (itab === 0) continue;
    used++;
    const type = itab % 8 === 0 && image.isMapped(itab, 24) ? image.word(itab + ITAB_TYPE) : 0;
    if (modules.some(({types, etypes}) => type >= types && type < etypes)) sound++;
  }
  return used === count && sound * 2 > count; // types that reflect made lie elsewhere
}

function findWord(variables: readonly Words[], fits: (values: Float64Array, index: number) => boolean): Address | undefined {
  for (const {start, values} of variables) {
    for (let i = 0; i < values.length; i++) if (fits(values, i)) return start + i * 8;
  }
  return undefined;
}
