/**
 * Which mspan structs there are: those of runtime.mheap_.allspans, which has every one that was ever made, and those of the pages in
 * the arenas' own tables, which add what the dump lacks of that array. Truth: runtime/mheap.go (recordspan, setSpans), Go 1.17 – 1.27.
 * Lengths come from memory that may be damaged: what a process of this size cannot have is not believed.
 */
import {type Address, type Bytes, hex} from '../../base/units.js';
import {totalSize} from '../../image/mappings.js';
import type {MemoryImage} from '../../image/memory-image.js';
import type {GoRuntime} from '../go-runtime.js';
import {readPresentWords, WORD} from '../words.js';
import {ARENA_ENTRIES, ARENA_PAGES, arenaEntries, heapField, PAGE} from './arena-table.js';

export interface SpanList {
  readonly mspans: Float64Array; // Address of each, once
  readonly isWhole: boolean; // the array was read to its end
}

/** Adds `span-unlisted` to the warnings where the array is whole and lacks a span of the arenas. */
export function listSpans(go: GoRuntime): SpanList {
  const {image, warnings} = go;
  const slice = heapField(go, 'allspans');
  const most = Math.ceil(image.size / PAGE); // at some time each had a page of its own
  const listed = readPresentWords(image, image.word(slice), image.word(slice + WORD), most);
  const isWhole = listed.lost === 0;
  const mspans = new Set(listed.words);
  for (const mspan of spansOfArenas(go)) {
    if (mspans.has(mspan)) continue;
    if (isWhole) {
      const where = `The table of an arena has a span struct at ${hex(mspan)} that the runtime's list of all spans lacks`;
      warnings.add('span-unlisted', `${where}: one of the two is damaged, objects may be missing or wrong.`);
    }
    if (mspans.size >= most) break;
    mspans.add(mspan);
  }
  return {mspans: Float64Array.from(mspans), isWhole};
}

function* spansOfArenas(go: GoRuntime): Generator<Address> {
  const {image, layouts} = go;
  const spans = layouts.get('runtime.heapArena').offsetOf('spans');
  let left = Math.ceil(totalSize(image.mappings) / (ARENA_PAGES * WORD)); // arenas, each with a table of its own: of four million entries any may be damaged
  for (const arena of presentPointers(image, arenaEntries(go), ARENA_ENTRIES)) {
    if (left-- === 0) return;
    let last = 0; // pages of one span follow each other
    for (const mspan of presentPointers(image, arena + spans, ARENA_PAGES)) {
      if (mspan !== last) yield mspan;
      last = mspan;
    }
  }
}

/** Bytes of an array that are read at a time: the arenas' table has 32 MB, and hardly a word that is not zero. */
const PIECE: Bytes = 64 * 1024;

/** The words of an array that are in the dump and not zero; gaps are stepped over a page at a time. */
function* presentPointers(image: MemoryImage, address: Address, count: number): Generator<Address> {
  const end = address + count * WORD;
  const halves = new Uint32Array(Math.min(PIECE, count * WORD) / 4);
  for (let at = address; at < end; ) {
    const length = Math.min(end - at, image.contiguous(at), PIECE);
    const present = length - (length % WORD);
    image.readInto(at, new Uint8Array(halves.buffer, 0, present));
    for (let half = 0; half < present / 4; half += 2) {
      if ((halves[half]! | halves[half + 1]!) !== 0) yield halves[half]! + halves[half + 1]! * 2 ** 32;
    }
    at += present > 0 ? present : 4096 - (at % 4096);
  }
}
