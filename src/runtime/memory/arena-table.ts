/**
 * runtime.mheap_.arenas: an address in the heap → the runtime.heapArena with the facts about its 64 MiB.
 * Truth: runtime/mheap.go, malloc.go (arenaBaseOffset), linux/amd64 and arm64, Go 1.17 – 1.27.
 */
import {remember} from '../../base/remember.js';
import type {Address, Bytes} from '../../base/units.js';
import type {MemoryImage} from '../../image/memory-image.js';
import type {GoRuntime} from '../go-runtime.js';
import {WORD} from '../words.js';

export const PAGE = 8192;
/** log2 of the bytes of a heap arena, and pages in it. */
export const ARENA_SHIFT = 26;
export const ARENA_BYTES = 2 ** ARENA_SHIFT;
export const ARENA_PAGES = ARENA_BYTES / PAGE;
/** Entries of the table: one for every arena in 48 bits of address space. */
export const ARENA_ENTRIES = 2 ** (48 - ARENA_SHIFT);

export class ArenaTable {
  readonly #image: MemoryImage;
  readonly #level2: Address;
  readonly #known = new Map<number, Address>();

  constructor(go: GoRuntime) {
    this.#image = go.image;
    this.#level2 = arenaEntries(go);
  }

  /** 0 when the address is in no arena, or the table's entry is not in the dump. */
  find(address: Address): Address {
    return remember(this.#known, Math.floor(address / ARENA_BYTES), () => findArena(this.#image, this.#level2, address));
  }

  /** Whether the dump has the entry for the address. */
  has(address: Address): boolean {
    return this.#image.isMapped(entryOf(this.#image, this.#level2, address), WORD);
  }
}

/** Where the table's entries are. */
export function arenaEntries(go: GoRuntime): Address {
  return go.image.word(heapField(go, 'arenas'));
}

/** The entry of an address in the table at `level2`; 0 when there is none. */
export function findArena(image: MemoryImage, level2: Address, address: Address): Address {
  const entry = entryOf(image, level2, address);
  return image.isMapped(entry, WORD) ? image.word(entry) : 0;
}

function entryOf(image: MemoryImage, level2: Address, address: Address): Address {
  return level2 + Math.floor((address + arenaBias(image)) / ARENA_BYTES) * WORD;
}

/** linux/amd64 biases addresses (runtime.arenaBaseOffset), so that user space starts in the middle of tables by address. */
export function arenaBias(image: MemoryImage): Bytes {
  return image.arch === 'amd64' ? 2 ** 47 : 0;
}

/** Address of a field of runtime.mheap_. Throws `unsupported` when this version has none. */
export function heapField(go: GoRuntime, field: string): Address {
  return go.address('runtime.mheap_') + go.layouts.get('runtime.mheap').offsetOf(field);
}

/** The same where not every version has the field, or not every layout: undefined then. */
export function findHeapField(go: GoRuntime, field: string): {readonly at: Address; readonly size: Bytes} | undefined {
  const heap = go.layouts.get('runtime.mheap');
  return heap.findOffset(field) === undefined ? undefined : {at: heapField(go, field), size: heap.sizeOf(field)};
}
