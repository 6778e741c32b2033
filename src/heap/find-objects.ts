/**
 * Span table and allocation bits → the objects, numbered in address order, and the way from any address to its object.
 * Free slots are never objects; unswept garbage is (reachability tells it apart later).
 */
import {popcount32} from '../base/bitset.js';
import {sharedColumn} from '../base/shared-columns.js';
import type {Address, ObjectIndex} from '../base/units.js';
import type {SpanTable} from '../graph/heap-graph.js';
import {ARENA_BYTES, ARENA_ENTRIES, ARENA_PAGES, PAGE} from '../runtime/memory/arena-table.js';
import type {RuntimeSpans} from '../runtime/memory/spans.js';

/** Everything the hot loop of `edge-columns` needs, as plain columns; all but those of the spans in memory that threads share. */
export interface ObjectIndexTable {
  readonly spans: SpanTable;
  readonly count: number; // objects
  readonly firstObject: Uint32Array; // per span, plus one
  readonly slot: Uint16Array; // per object
  readonly firstWord: Uint32Array; // per span: row of its first word in `rank`
  readonly rank: Uint32Array; // two numbers a row: allocation bits of 32 slots, and the number of objects in all rows before
  readonly arena: Uint32Array; // arena number (address >> 26) → 1 + its block in `page`; 0 = no heap there
  readonly page: Uint32Array; // per page of the blocks: 1 + span row; 0 = no span in use
}

export function findObjects(runtime: RuntimeSpans): ObjectIndexTable {
  const {table: spans, firstWord, allocatedWord} = runtime;
  const firstObject = sharedColumn(Uint32Array, spans.count + 1);
  for (let span = 0; span < spans.count; span++) firstObject[span + 1] = firstObject[span]! + spans.allocated[span]!;
  const count = firstObject[spans.count]!;
  const slot = sharedColumn(Uint16Array, count);
  const rank = sharedColumn(Uint32Array, allocatedWord.length * 2);
  let object = 0;
  for (let span = 0; span < spans.count; span++) {
    for (let word = firstWord[span]!; word < firstWord[span + 1]!; word++) {
      rank[word * 2] = allocatedWord[word]!;
      rank[word * 2 + 1] = object;
      const base = (word - firstWord[span]!) << 5;
      for (let rest = allocatedWord[word]!; rest !== 0; rest &= rest - 1) slot[object++] = base + 31 - Math.clz32(rest & -rest);
    }
  }
  return {spans, count, firstObject, slot, firstWord, rank, ...buildPageTable(spans)};
}

/** Where an address leads; `findTarget` fills it instead of making an object for each answer. */
export interface Target {
  object: ObjectIndex;
  offset: number; // Bytes into the slot
}

/** The object whose slot contains the address: fills `target` and returns true; false for free slots and everything outside the heap. */
export function findTarget(index: ObjectIndexTable, address: Address, target: Target): boolean {
  const block = index.arena[Math.floor(address / ARENA_BYTES)];
  if (block === undefined || block === 0) return false;
  const span = index.page[(block - 1) * ARENA_PAGES + (Math.floor(address / PAGE) % ARENA_PAGES)]! - 1;
  if (span < 0) return false;
  const offset = address - index.spans.start[span]!;
  const slot = Math.floor(offset / index.spans.slotSize[span]!);
  if (slot >= index.spans.slots[span]!) return false;
  const row = (index.firstWord[span]! + (slot >>> 5)) * 2;
  const bits = index.rank[row]!;
  if (((bits >>> (slot & 31)) & 1) === 0) return false;
  target.object = index.rank[row + 1]! + popcount32(bits & ((1 << (slot & 31)) - 1));
  target.offset = offset - slot * index.spans.slotSize[span]!;
  return true;
}

function buildPageTable(spans: SpanTable): {arena: Uint32Array; page: Uint32Array} {
  const arena = sharedColumn(Uint32Array, ARENA_ENTRIES); // only what is looked at of it takes memory
  let blocks = 0;
  for (let span = 0; span < spans.count; span++) {
    if (spans.slots[span] === 0) continue;
    const last = Math.floor((spans.start[span]! + spans.length[span]! - 1) / ARENA_BYTES);
    for (let number = Math.floor(spans.start[span]! / ARENA_BYTES); number <= last; number++)
      if (arena[number] === 0) arena[number] = ++blocks;
  }
  const page = sharedColumn(Uint32Array, blocks * ARENA_PAGES);
  for (let span = 0; span < spans.count; span++) {
    if (spans.slots[span] === 0) continue;
    const first = Math.floor(spans.start[span]! / PAGE);
    const pages = spans.length[span]! / PAGE;
    for (let at = first; at < first + pages; at++) {
      page[(arena[Math.floor(at / ARENA_PAGES)]! - 1) * ARENA_PAGES + (at % ARENA_PAGES)] = span + 1;
    }
  }
  return {arena, page};
}
