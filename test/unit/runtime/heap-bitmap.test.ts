/**
 * The heap bitmap of Go 1.21 and older, word by word: as the collector's own loop takes an object's pointers, in both formats,
 * for objects of every kind of size and across the border of two arenas.
 */
import {expect, test} from 'vitest';
import {MemorySource} from '../../../src/base/bytes.js';
import {WarningLog} from '../../../src/base/warnings.js';
import {MemoryImage} from '../../../src/image/memory-image.js';
import type {GoRuntime} from '../../../src/runtime/go-runtime.js';
import {type LayoutSource, Layouts} from '../../../src/runtime/layout.js';
import {ARENA_BYTES, PAGE} from '../../../src/runtime/memory/arena-table.js';
import {findHeapBitmap} from '../../../src/runtime/memory/heap-bitmap.js';
import {seededRandom} from '../../kit/random-graph.js';

const HEAP = 0xc000000000;
const MHEAP = 0x500000;
const ARENAS = 0x7f0000000000; // the second level of mheap_.arenas
const HEAP_ARENA = [0x10000000, 0x20000000];
const BITMAP = 8; // offset in heapArena

/** A process with two arenas, whose bitmaps have `size` bytes each. `embedded`: as Go 1.22 without allocation headers has them. */
function twoArenas(size: number, bitmaps: readonly Uint8Array[], embedded = false) {
  const words = (values: readonly number[]) => new Uint8Array(BigUint64Array.from(values.map(BigInt)).buffer);
  const index = (HEAP + 2 ** 47) / ARENA_BYTES;
  const areas: [number, Uint8Array][] = [
    [MHEAP, words([ARENAS])],
    [ARENAS + index * 8, words([...HEAP_ARENA, 0])],
    ...bitmaps.map((bytes, arena): [number, Uint8Array] => [HEAP_ARENA[arena]! + BITMAP, bytes]),
  ];
  const mappings = areas
    .map(([start, bytes]) => ({start, end: start + bytes.length, source: new MemorySource('memory', bytes), offset: 0}))
    .sort((a, b) => a.start - b.start);
  const field = (name: string, offset: number, bytes: number) => ({size: bytes, fields: new Map([[name, {offset, size: bytes}]])});
  const structs: Record<string, ReturnType<LayoutSource['structLayout']>> = {
    'runtime.mheap': field('arenas', 0, 8),
    'runtime.heapArena': embedded ? field('heapArenaPtrScalar', BITMAP - 4, size) : field('bitmap', BITMAP, size),
    'runtime.heapArenaPtrScalar': embedded ? field('bitmap', 4, size) : undefined,
  };
  const warnings = new WarningLog();
  const go = {
    image: new MemoryImage('amd64', 0, {mappings, missing: []}),
    layouts: new Layouts({structLayout: (name) => structs[name]}, 'go1.19'),
    address: () => MHEAP,
    warnings,
  } as unknown as GoRuntime;
  return {bitmap: findHeapBitmap(go), warnings};
}

/** Bitmaps of two arenas, random around the border between them. */
function randomBitmaps(size: number, seed: number): Uint8Array[] {
  const random = seededRandom(seed);
  const bitmaps = [new Uint8Array(size), new Uint8Array(size)];
  const near = 64 * 1024;
  for (let i = 0; i < near; i++) {
    // Mostly set: where objects end is then found in every word of a number.
    bitmaps[0]![size - near + i] = random(256) | (random(10) === 0 ? 0 : 0xf0);
    bitmaps[1]![i] = random(256) | (random(10) === 0 ? 0 : 0xf0);
  }
  return bitmaps;
}

const SHAPES: readonly {slotSize: number; pages: number; start: number}[] = [
  ...[8, 16, 24, 48, 80, 256, 288, 512, 576, 2048].map((slotSize) => ({slotSize, pages: 1, start: ARENA_BYTES - 2 * PAGE})),
  {slotSize: 5376, pages: 2, start: ARENA_BYTES - 5 * PAGE},
  {slotSize: 32768, pages: 4, start: ARENA_BYTES},
  {slotSize: 6 * PAGE, pages: 6, start: ARENA_BYTES - 3 * PAGE}, // large: half of it in either arena
];

test.each(SHAPES)('up to Go 1.19 an object ends at its first clear bit: $slotSize bytes', ({slotSize, pages, start}) => {
  const size = ARENA_BYTES / 32;
  const bitmaps = randomBitmaps(size, slotSize);
  const bits = twoArenas(size, bitmaps).bitmap!.read(HEAP + start, pages * PAGE, slotSize);
  const at = (word: number) => bitmaps[Math.floor(word / (size * 4))]![Math.floor(word / 4) % size]! >>> (word % 4);
  for (let slot = 0; slot < Math.floor((pages * PAGE) / slotSize); slot++) {
    let ended = false;
    for (let i = 0; i < slotSize / 8; i++) {
      const word = start / 8 + (slot * slotSize) / 8 + i;
      ended ||= (at(word) & 16) === 0;
      expect([word, bitOf(bits, word - start / 8)]).toEqual([word, ended ? 0 : at(word) & 1]);
    }
  }
});

test.each(SHAPES)('from Go 1.20 on every word has its bit: $slotSize bytes', ({slotSize, pages, start}) => {
  const size = ARENA_BYTES / 64;
  const bitmaps = randomBitmaps(size, slotSize);
  const bits = twoArenas(size, bitmaps, true).bitmap!.read(HEAP + start, pages * PAGE, slotSize);
  for (let word = start / 8; word < (start + pages * PAGE) / 8; word++) {
    const byte = bitmaps[Math.floor(word / (size * 8))]![Math.floor(word / 8) % size]!;
    expect([word, bitOf(bits, word - start / 8)]).toEqual([word, (byte >>> (word % 8)) & 1]);
  }
});

test('what is not in the dump is no pointer, and is told', () => {
  const {bitmap, warnings} = twoArenas(ARENA_BYTES / 64, []);
  expect(bitmap!.read(HEAP + PAGE, PAGE, 16)).toEqual(new Uint32Array(PAGE / 256));
  expect(bitmap!.missing).toBe(PAGE / 64);
  expect(bitmap!.read(HEAP + 2 * ARENA_BYTES, PAGE, 16)).toEqual(new Uint32Array(PAGE / 256));
  expect(warnings.list().map(({code}) => code)).toEqual(['heap-missing']);
});

test('newer heaps have none', () => {
  const structs = new Layouts({structLayout: () => ({size: 8, fields: new Map()})}, 'go1.23');
  expect(findHeapBitmap({layouts: structs} as unknown as GoRuntime)).toBeUndefined();
});

function bitOf(bits: Uint32Array, bit: number): number {
  return (bits[bit >>> 5]! >>> (bit & 31)) & 1;
}
