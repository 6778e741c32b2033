/**
 * Records of objects of a heap dump → the span's allocated slots and pointer bits, when the dump is read; and their bytes as they lay in their span,
 * whenever these are asked for. AssemblyScript, which `npm run build` compiles to WebAssembly: what loops over all objects of a dump. What calls it,
 * and lays out the memory, is object-decoder.ts.
 *
 * A record is listed whole or not at all. It is left to the caller when it is none of an object, when its object is not the next one of the span, and when it
 * may not end in the window.
 */

/** Tag of the record of an object. */
const OBJECT = 1;
const FIELD_END: u64 = 0;
const FIELD_LAST_KIND: u64 = 3;
/** Of a number of 64 bits. */
const LONGEST_NUMBER: usize = 10;
const LONGEST_SHORT: usize = 256;
/** Of a pointer from 128 to 16,383 bytes behind an object's start: the bits that tell it, and what they are. */
const TWO_BYTES: u32 = 0x8080ff;
const TWO_BYTES_VALUE: u32 = 0x008001;

// Of eight bytes at once.
// biome-ignore-start lint/correctness/noPrecisionLoss: these are integers of 64 bits
const TOPS: u64 = 0x8080808080808080; // of bytes
const KINDS: u64 = 0x00ff00ff00ff00ff; // of fields whose offsets are one byte
const POINTERS: u64 = 0x0001000100010001;
const BORROWED: u64 = 0x8000800080008000; // by subtracting POINTERS from KINDS that are 0
const SHORT_FIELDS: u64 = 0x80ff80ff80ff80ff;
const LOW_7: u64 = 0x007f007f007f007f;
const HIGH_7: u64 = 0x7f007f007f007f00;
const LOW_14: u64 = 0x00003fff00003fff;
const HIGH_14: u64 = 0x3fff00003fff0000;
const HIGH_28: u64 = 0x0fffffff00000000;
// biome-ignore-end lint/correctness/noPrecisionLoss: as above

// The span, as object-decoder.ts keeps it: an f64 each.
let span: usize = 0;
const START: usize = 0;
const END: usize = 8;
const SIZE: usize = 16; // of its slots
const BEHIND: usize = 24; // address behind its last object
const HAS_FIELDS: usize = 32;
let slots: usize = 0; // bits of 32 each
let bits: usize = 0;
// The list of fields that was read last, and its words.
let knownList: u64 = 0;
let knownMask: u32 = 0;
// The address and the size that were read last: how long they were, and what tells numbers that are as long, or as large. The next ones mostly are, and a
// processor that foresees so goes on before it knows.
let addressLength: usize = 8;
let addressBytes: u64 = -1;
let addressTops: u64 = TOPS;
let sizeLength: usize = 0;
let sizeMask: u32 = 0;
let sizeBytes: u32 = 1;
let knownSize: u64 = 0;

/** Where the last call to `listObjects` stopped in the window. */
export let position: usize = 0;

let at: usize = 0; // behind the number that was read last

/** Where the caller's memory begins. */
export function memoryBase(): usize {
  return (__heap_base + 7) & ~7;
}

export function layOutSpan(spanAt: usize, slotsAt: usize, bitsAt: usize): void {
  span = spanAt;
  slots = slotsAt;
  bits = bitsAt;
}

/** The records from `from` to `end`, as far as they are objects of the span, one behind the other. */
export function listObjects(from: usize, end: usize): void {
  const start = <u64>load<f64>(span, START);
  const spanEnd = <u64>load<f64>(span, END);
  const size = <u64>load<f64>(span, SIZE);
  let behind = <u64>load<f64>(span, BEHIND);
  position = from;
  if (size === 0) return;
  knownList = 0; // it was of another size
  const bytes = <u32>size;
  while (position + 3 * LONGEST_NUMBER < end) {
    at = position;
    if (load<u8>(at) === OBJECT) at++;
    else if (number() !== OBJECT) break;
    const bytes8 = load<u64>(at);
    let address: u64;
    if ((bytes8 & addressTops) === addressTops >>> 8) {
      address = join7(bytes8 & addressBytes);
      at += addressLength;
    } else address = otherAddress();
    if (sizeNumber() !== size || address < behind || address + size > spanEnd) break;
    const gap = <u32>(address - behind); // in a span of some pages
    if (gap !== 0 && gap % bytes !== 0) break;
    if (end - at < bytes) break;
    const content = at;
    at += bytes;
    const first = <u32>(address - start);
    if (!markFields(first >>> 3, size, end)) break;
    if (at !== content + bytes + 1) store<f64>(span, 1, HAS_FIELDS);
    const slot = first / bytes;
    const word = slots + ((<usize>slot >>> 5) << 2);
    store<u32>(word, load<u32>(word) | (1 << (slot & 31)));
    behind = address + size;
    position = at;
  }
  store<f64>(span, <f64>behind, BEHIND);
}

/**
 * The bytes of [start, start + length) to `output`: those of the objects that were listed from `from` to `end`, and zeros between them. Of a file that was
 * written to since it was listed what no longer fits stays zero.
 */
export function copyObjects(from: usize, end: usize, start: f64, length: usize, output: usize): void {
  let done: usize = 0;
  at = from;
  while (at < end) {
    if (load<u8>(at) === OBJECT) at++;
    else if (number() !== OBJECT) break;
    const offset = addressNumber() - <u64>start;
    const bytes = <usize>sizeNumber();
    if (offset < done || offset >= length || bytes > length - <usize>offset || (bytes & 7) !== 0) break;
    if (at > end || bytes > end - at) break;
    if (offset > done) memory.fill(output + done, 0, <usize>offset - done);
    copy(output + <usize>offset, at, bytes);
    done = <usize>offset + bytes;
    at += bytes;
    skipFields(end);
  }
  if (length > done) memory.fill(output + done, 0, length - done);
}

/** Of an object whose first word is the span's word of that number. False where the list may not end in the window, or is none. */
function markFields(word: u32, size: u64, end: usize): bool {
  const list = load<u64>(at);
  const length = shortList(list);
  if (length === 0 || at + 2 * LONGEST_NUMBER >= end) return markLongList(word, size, end);
  at += length;
  if (length !== 1) markShort(word, list & (((<u64>1) << (8 * (length - 1))) - 1), size);
  return true;
}

function markLongList(word: u32, size: u64, end: usize): bool {
  while (at + 2 * LONGEST_NUMBER < end) {
    const field = load<u32>(at);
    if ((field & TWO_BYTES) === TWO_BYTES_VALUE) {
      const offset = ((field >>> 8) & 0x7f) | ((field >>> 9) & 0x3f80);
      at += 3;
      if (offset < size) mark(word + (offset >>> 3), 1);
      continue;
    }
    const kind = number();
    if (kind === FIELD_END) return true;
    if (kind > FIELD_LAST_KIND) return false;
    const offset = number();
    if (offset < size) mark(word + <u32>(offset >>> 3), 1);
  }
  return false;
}

/** Objects that follow each other are often of one type. */
function markShort(word: u32, list: u64, size: u64): void {
  if (list !== knownList) readShort(list, size);
  mark(word, knownMask);
}

function readShort(list: u64, size: u64): void {
  knownList = list;
  knownMask = 0;
  for (let rest = list; rest !== 0; rest >>>= 16) {
    const offset = <u32>(rest >>> 8) & 0x7f;
    if (offset < size) knownMask |= 1 << (offset >>> 3);
  }
}

function mark(word: u32, mask: u32): void {
  const row = bits + ((<usize>word >>> 5) << 2);
  store<u64>(row, load<u64>(row) | ((<u64>mask) << (word & 31)));
}

function skipFields(end: usize): void {
  const length = shortList(load<u64>(at));
  at += length;
  if (length === 0) skipLongList(end);
}

function skipLongList(end: usize): void {
  while (at < end) {
    const field = load<u32>(at);
    if ((field & TWO_BYTES) === TWO_BYTES_VALUE) at += 3;
    else if (number() === FIELD_END) return;
    else number();
  }
}

/** Of 8 bytes: how many a list of up to three pointers near the start of an object takes, with its end, or 0. Most lists are that. */
function shortList(bytes: u64): usize {
  const ends = ((bytes & KINDS) - POINTERS) & BORROWED; // the lowest one is right: its kind is 0
  if (ends === 0) return 0;
  const fields = (ends ^ (ends - 1)) >>> 16; // what is before it
  if ((bytes & fields & SHORT_FIELDS) !== (fields & POINTERS)) return 0;
  return ((<usize>ctz(ends) >>> 4) << 1) + 1;
}

/** A call of the engine's own costs as much as some words. All sizes are of whole words. */
function copy(to: usize, from: usize, bytes: usize): void {
  if (bytes > LONGEST_SHORT) {
    memory.copy(to, from, bytes);
    return;
  }
  const end = from + bytes;
  if ((bytes & 8) !== 0) {
    store<u64>(to, load<u64>(from));
    from += 8;
    to += 8;
  }
  for (; from < end; from += 16, to += 16) {
    store<u64>(to, load<u64>(from));
    store<u64>(to, load<u64>(from, 8), 8);
  }
}

/** As `number`, of an object's address. */
function addressNumber(): u64 {
  const bytes = load<u64>(at);
  if ((bytes & addressTops) !== addressTops >>> 8) return otherAddress();
  at += addressLength;
  return join7(bytes & addressBytes);
}

function otherAddress(): u64 {
  const from = at;
  const value = number();
  const length = at - from;
  if (length > 8) return value;
  addressLength = length;
  addressBytes = <u64>-1 >>> (64 - 8 * length);
  addressTops = TOPS & addressBytes;
  return value;
}

/** As `number`, of an object's size. */
function sizeNumber(): u64 {
  if ((load<u32>(at) & sizeMask) !== sizeBytes) return otherSize();
  at += sizeLength;
  return knownSize;
}

function otherSize(): u64 {
  const from = at;
  const value = number();
  const length = at - from;
  if (length > 4) return value;
  sizeLength = length;
  sizeMask = <u32>-1 >>> (32 - 8 * <u32>length);
  sizeBytes = load<u32>(from) & sizeMask;
  knownSize = value;
  return value;
}

/** Most are short, or an address. */
function number(): u64 {
  const value = load<u64>(at);
  if ((value & 0x80) === 0) {
    at++;
    return value & 0x7f;
  }
  const ends = ~value & TOPS; // the top bit of each byte that is the last of a number
  if (ends === 0) return longNumber();
  at += (<usize>ctz(ends) >>> 3) + 1;
  return join7(value & (ends ^ (ends - 1)));
}

/** Of bytes that are one number: seven bits of each. */
function join7(bytes: u64): u64 {
  const pairs = (bytes & LOW_7) | ((bytes & HIGH_7) >>> 1);
  const halves = (pairs & LOW_14) | ((pairs & HIGH_14) >>> 2);
  return (halves & 0x0fffffff) | ((halves & HIGH_28) >>> 4);
}

function longNumber(): u64 {
  let byte: u64 = load<u8>(at++);
  let value = byte & 0x7f;
  for (let shift: u64 = 7; byte >= 0x80 && shift < 64; shift += 7) {
    byte = load<u8>(at++);
    value |= (byte & 0x7f) << shift;
  }
  return value;
}
