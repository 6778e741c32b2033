/**
 * Records of objects of a heap dump → their bytes as they lay in their span, and the span's allocated slots and pointer bits.
 * AssemblyScript, which `npm run build` compiles to WebAssembly: what loops over all objects of a dump. What calls it, and lays out the memory, is
 * object-decoder.ts.
 *
 * A record is taken whole or not at all. It is left to the caller when it is none of an object, when its object is not the next one of the span, and when it
 * may not end in the window, or its bytes do not fit into what is left of the output.
 */

/** Tag of the record of an object. */
const OBJECT: u64 = 1;
const FIELD_END: u64 = 0;
const FIELD_LAST_KIND: u64 = 3;
/** Of a number of 64 bits. */
const LONGEST_NUMBER: usize = 10;
const LONGEST_SHORT: usize = 256;

// The span, as object-decoder.ts keeps it: an f64 each.
let span: usize = 0;
const START: usize = 0;
const END: usize = 8;
const SIZE: usize = 16; // of its slots
const BEHIND: usize = 24; // address behind its last object
const HAS_FIELDS: usize = 32;
let slots: usize = 0; // bits of 32 each
let bits: usize = 0;

/** Where the last call stopped in the window, and in the output. */
export let position: usize = 0;
export let written: usize = 0;

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

/** The records from `from` to `end`, as far as they are objects of the span; their bytes go to `output` and on, not beyond `outputEnd`. */
export function decodeObjects(from: usize, end: usize, output: usize, outputEnd: usize): void {
  const start = <u64>load<f64>(span, START);
  const spanEnd = <u64>load<f64>(span, END);
  const size = <u64>load<f64>(span, SIZE);
  let behind = <u64>load<f64>(span, BEHIND);
  position = from;
  written = output;
  if (size === 0) return;
  while (position + 3 * LONGEST_NUMBER < end) {
    at = position;
    if (number() !== OBJECT) break;
    const address = number();
    if (number() !== size || address < behind || address + size > spanEnd) break;
    const gap = <u32>(address - behind); // in a span of some pages
    const bytes = <u32>size;
    if (gap !== 0 && gap % bytes !== 0) break;
    if (outputEnd - written < gap + bytes || end - at < bytes) break;
    const content = at;
    at += bytes;
    const first = <u32>(address - start);
    if (!readFields(first >>> 3, size, end)) break;
    if (gap !== 0) memory.fill(written, 0, gap);
    written += gap;
    copy(written, content, bytes);
    written += bytes;
    if (at !== content + bytes + 1) store<f64>(span, 1, HAS_FIELDS);
    const slot = first / bytes;
    const word = slots + ((<usize>slot >>> 5) << 2);
    store<u32>(word, load<u32>(word) | (1 << (slot & 31)));
    behind = address + size;
    position = at;
  }
  store<f64>(span, <f64>behind, BEHIND);
}

/** Of an object whose first word is the span's word of that number. False where the list may not end in the window, or is none. */
function readFields(word: u32, size: u64, end: usize): bool {
  while (at + 2 * LONGEST_NUMBER < end) {
    // Nearly all are the end, or a pointer near the start of a small object.
    const two: u32 = load<u16>(at);
    if ((two & 0xff) === 0) {
      at++;
      return true;
    }
    if ((two & 0x80ff) === 1 && two >>> 8 < size) {
      at += 2;
      mark(word + (two >>> 11));
      continue;
    }
    const kind = number();
    if (kind === FIELD_END) return true;
    if (kind > FIELD_LAST_KIND) return false;
    const offset = number();
    if (offset >= size) continue;
    mark(word + <u32>(offset >>> 3));
  }
  return false;
}

function mark(word: u32): void {
  const row = bits + ((<usize>word >>> 5) << 2);
  store<u32>(row, load<u32>(row) | (1 << (word & 31)));
}

/** A call of the engine's own costs as much as some words. All sizes are of whole words. */
function copy(to: usize, from: usize, bytes: usize): void {
  if (bytes > LONGEST_SHORT) memory.copy(to, from, bytes);
  else for (const end = from + bytes; from < end; from += 8, to += 8) store<u64>(to, load<u64>(from));
}

function number(): u64 {
  let byte: u64 = load<u8>(at++);
  let value = byte & 0x7f;
  for (let shift: u64 = 7; byte >= 0x80 && shift < 64; shift += 7) {
    byte = load<u8>(at++);
    value |= (byte & 0x7f) << shift;
  }
  return value;
}
