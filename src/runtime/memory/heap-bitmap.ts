/**
 * The heap bitmap of Go 1.21 and older: runtime.heapArena.bitmap → the words of a span that hold pointers, a bit each.
 * Truth: runtime/mbitmap.go, Go 1.17 – 1.21, and mbitmap_noallocheaders.go of Go 1.22. Up to Go 1.19 four words share a byte:
 * its low bits say which are pointers, its high bits whether the object goes on; behind an object's last pointer both may
 * be left over from an earlier object. From Go 1.20 on a word has one bit, and those behind the last pointer are zero.
 */
import {type Address, type Bytes, hex} from '../../base/units.js';
import {SequentialReader} from '../../image/sequential-reader.js';
import type {GoRuntime} from '../go-runtime.js';
import {ARENA_BYTES, ArenaTable, PAGE} from './arena-table.js';

/** Bitmap bytes that are read at once; the largest question is for 16 MiB of heap, half of this. */
const CHUNK: Bytes = 2 ** 20;
/** Heap bytes behind 32 bits. */
const BITS_STEP: Bytes = 256;
/** Heap bytes whose bitmap is a multiple of 8 bytes in both formats. */
const READ_STEP: Bytes = 512;

/** Which words of the heap are pointers, where spans and objects do not tell it themselves. */
export interface HeapBits {
  /** Bytes of the bitmap that were asked for and are not in the dump. */
  readonly missing: Bytes;
  /** The bits of an object that has a span of its own go on behind its last element, as if the slot were full: they do not tell how long it is. */
  readonly fillsLarge: boolean;
  /** Whether something tells of the page that begins at the address. */
  has(page: Address): boolean;
  /**
   * The pointer bits of [start, start + length), part of one span, in which objects of `slotSize` bytes follow each other: bit i of number n
   * is word 32·n + i. `start` is a multiple of 512. Addresses that ascend from call to call are read once.
   */
  read(start: Address, length: Bytes, slotSize: Bytes): Uint32Array;
}

export class HeapBitmap implements HeapBits {
  readonly fillsLarge = false;
  readonly #go: GoRuntime;
  readonly #arenas: ArenaTable;
  readonly #offset: Bytes; // in heapArena
  readonly #heapPerByte: Bytes; // bytes of heap for one of the bitmap
  readonly #reader: SequentialReader;

  constructor(go: GoRuntime, offset: Bytes, size: Bytes) {
    this.#go = go;
    this.#arenas = new ArenaTable(go);
    this.#offset = offset;
    this.#heapPerByte = ARENA_BYTES / size;
    this.#reader = new SequentialReader(go.image, CHUNK);
  }

  get missing(): Bytes {
    return this.#reader.missing;
  }

  has(page: Address): boolean {
    const arena = this.#arenas.find(page);
    return (
      arena !== 0 && this.#go.image.isMapped(arena + this.#offset + (page % ARENA_BYTES) / this.#heapPerByte, PAGE / this.#heapPerByte)
    );
  }

  read(start: Address, length: Bytes, slotSize: Bytes): Uint32Array {
    const pointers = new Uint32Array(Math.ceil(length / READ_STEP) * (READ_STEP / BITS_STEP));
    const more = this.#heapPerByte === READ_STEP / 8 ? undefined : new Uint32Array(pointers.length);
    const end = start + pointers.length * BITS_STEP;
    for (let at = start; at < end; ) {
      const until = Math.min(end, at - (at % ARENA_BYTES) + ARENA_BYTES); // a large object may span several arenas
      const source = this.#readArena(at, until - at);
      const first = (at - start) / BITS_STEP;
      if (more) splitNibbles(source, pointers, more, first);
      else pointers.set(source, first);
      at = until;
    }
    if (more) clearBehindLast(pointers, more, slotSize / 8, Math.floor(length / slotSize));
    return pointers;
  }

  /** The bitmap as it is, for a piece of one arena. */
  #readArena(start: Address, length: Bytes): Uint32Array {
    const bytes = length / this.#heapPerByte;
    const arena = this.#arenas.find(start);
    if (arena !== 0) return this.#reader.words(arena + this.#offset + (start % ARENA_BYTES) / this.#heapPerByte, bytes);
    this.#go.warnings.add(
      'heap-missing',
      `The heap's table of arenas has no entry for ${hex(start)}: which words there are pointers is unknown.`,
    );
    return new Uint32Array(bytes / 4);
  }
}

/** Undefined when pointer bits lie in the spans and in front of objects: Go 1.22 and newer, unless it was built without allocation headers. */
export function findHeapBitmap(go: GoRuntime): HeapBitmap | undefined {
  const arena = go.layouts.find('runtime.heapArena');
  if (arena?.findOffset('bitmap') !== undefined) return new HeapBitmap(go, arena.offsetOf('bitmap'), arena.sizeOf('bitmap'));
  const embedded = go.layouts.find('runtime.heapArenaPtrScalar');
  const outer = arena?.findOffset('heapArenaPtrScalar');
  if (outer === undefined || embedded?.findOffset('bitmap') === undefined) return undefined;
  return new HeapBitmap(go, outer + embedded.offsetOf('bitmap'), embedded.sizeOf('bitmap'));
}

/** Two numbers of `source` have the pointer bits and the go-on bits of 32 words. */
function splitNibbles(source: Uint32Array, pointers: Uint32Array, more: Uint32Array, first: number): void {
  for (let i = 0, row = first; i < source.length; i += 2, row++) {
    const low = source[i]!;
    const high = source[i + 1]!;
    if ((low | high) === 0) continue;
    pointers[row] = lowNibbles(low) | (lowNibbles(high) << 16);
    more[row] = lowNibbles(low >>> 4) | (lowNibbles(high >>> 4) << 16);
  }
}
/** The low four bits of each byte, next to each other. */
function lowNibbles(value: number): number {
  const pairs = (value & 0x000f000f) | ((value & 0x0f000f00) >>> 4);
  return (pairs & 0xff) | (pairs >>> 8);
}

/** Clears the pointer bits of each slot from the first word on that does not say that there is more. */
function clearBehindLast(pointers: Uint32Array, more: Uint32Array, slotWords: number, slots: number): void {
  for (let slot = 0, from = 0; slot < slots; slot++, from += slotWords) {
    const end = from + slotWords;
    for (let at = findClear(more, from, end); at < end; at = nextNumber(at)) {
      const rest = end - at >= 32 - (at & 31) ? -1 : (1 << (end & 31)) - 1; // of this number's bits, those before the end
      pointers[at >>> 5]! &= ~(rest & (-1 << (at & 31)));
    }
  }
}
/** The first bit in [from, end) that is clear; `end` or more when none is. */
function findClear(bits: Uint32Array, from: number, end: number): number {
  for (let at = from; at < end; at = nextNumber(at)) {
    const clear = ~bits[at >>> 5]! & (-1 << (at & 31));
    if (clear !== 0) return at - (at & 31) + 31 - Math.clz32(clear & -clear);
  }
  return end;
}
/** The first bit of the next number. */
function nextNumber(bit: number): number {
  return (bit | 31) + 1;
}
