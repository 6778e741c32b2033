/**
 * runtime.mheap_.pages → which address space the heap has grown into, how much of it was given back to the operating system, and
 * where the page allocator's own tables are. Truth: runtime/mpagealloc.go, mpagealloc_64bit.go, mgcscavenge.go, Go 1.17 – 1.27.
 * Pages that a P has cached keep their scavenged bits in its p.pcache. The bits of what is free are not read: the span table says it.
 */
import {popcount32} from '../../base/bitset.js';
import type {Address, Bytes} from '../../base/units.js';
import type {Range} from '../../image/memory-image.js';
import type {GoRuntime} from '../go-runtime.js';
import {readWords} from '../words.js';
import {arenaBias, findHeapField, PAGE} from './arena-table.js';

export interface PageAllocator {
  /** By address: memory that the heap has ever taken into use. Without spans, it is idle. */
  readonly grown: readonly Range[];
  /** Bytes of `grown` that were given back to the operating system (MemStats.HeapReleased). */
  readonly released: Bytes;
  /** Its summaries, bitmaps and indexes. What is only reserved of them is included. */
  readonly tables: readonly Range[];
}

/** Pages of a pallocData chunk, chunks of an L2 block of the table, and words of its scavenged bitmap. */
const CHUNK_PAGES = 512;
const CHUNK_BYTES = CHUNK_PAGES * PAGE;
const L2_CHUNKS = 8192;
const SCAVENGED_BYTES = CHUNK_PAGES / 8;
const SUMMARY_BYTES = 8;
const SLICE: Bytes = 24;
/** More ranges than any heap has: damage. */
const MAX_RANGES = 1 << 20;
const MAX_PROCESSORS = 1 << 16;

/** Undefined when the layout of the page allocator is not known. Throws `unmapped` where the dump lacks it. */
export function readPageAllocator(go: GoRuntime): PageAllocator | undefined {
  const layout = go.layouts.find('runtime.pageAlloc');
  const at = findHeapField(go, 'pages')?.at;
  const chunkData = go.layouts.find('runtime.pallocData');
  const inUse = layout?.findOffset('inUse');
  if (!layout || at === undefined || !chunkData || inUse === undefined) return undefined;
  const grown = readRanges(go, at + inUse);
  const blocks = new Map<number, Address>(); // L1 index → L2 block
  let released = 0;
  for (const {start, end} of grown) {
    for (let chunk = chunkIndex(go, start); chunk < chunkIndex(go, end); chunk++) {
      const l1 = Math.floor(chunk / L2_CHUNKS);
      const block = blocks.get(l1) ?? go.image.word(at + layout.offsetOf('chunks') + l1 * 8);
      blocks.set(l1, block);
      if (block === 0) continue;
      const data = block + (chunk % L2_CHUNKS) * chunkData.size + chunkData.offsetOf('scavenged');
      for (const byte of go.image.bytes(data, SCAVENGED_BYTES)) released += popcount32(byte) * PAGE;
    }
  }
  const l2 = [...blocks.values()].filter((block) => block !== 0).map((start) => range(start, L2_CHUNKS * chunkData.size));
  const tables = [
    range(go.image.word(at + inUse), go.image.word(at + inUse + 16) * 16),
    ...summaries(go, at + layout.offsetOf('summary'), layout.sizeOf('summary')),
    ...l2,
    ...scavengeIndex(go, at),
  ];
  return {grown, released: released + cachedReleased(go), tables};
}

const range = (start: Address, length: Bytes): Range => ({start, end: start + length});

/** runtime.addrRanges; pairs of words. */
function readRanges(go: GoRuntime, at: Address): Range[] {
  const count = go.image.word(at + 8);
  if (count > MAX_RANGES) return [];
  const words = readWords(go.image, go.image.word(at), count * 2);
  // In an offAddr the addresses are as they are; only comparisons are shifted.
  return Array.from({length: count}, (_, i) => ({start: words[i * 2]!, end: words[i * 2 + 1]!}));
}

/** As runtime.chunkIndex. */
function chunkIndex(go: GoRuntime, address: Address): number {
  return Math.floor((address + arenaBias(go.image)) / CHUNK_BYTES);
}

function summaries(go: GoRuntime, at: Address, size: Bytes): Range[] {
  return Array.from({length: size / SLICE}, (_, level) => {
    const slice = at + level * SLICE;
    return range(go.image.word(slice), go.image.word(slice + 16) * SUMMARY_BYTES);
  });
}

/** pageAlloc.scav.index.chunks: a slice of bytes in Go 1.19 and 1.20, of words later; before, a list that is not worth counting. */
function scavengeIndex(go: GoRuntime, pages: Address): Range[] {
  const index = go.layouts.find('runtime.scavengeIndex');
  const scav = go.layouts.get('runtime.pageAlloc').findOffset('scav');
  const chunks = index?.findOffset('chunks');
  if (!index || scav === undefined || chunks === undefined) return [];
  const slice = pages + scav + chunks; // the index is the first field of scav
  return [range(go.image.word(slice), go.image.word(slice + 16) * (go.layouts.find('runtime.atomicScavChunkData')?.size ?? 1))];
}

/** Released pages in the caches of Ps. */
function cachedReleased(go: GoRuntime): Bytes {
  const cache = go.layouts.find('runtime.pageCache');
  const offset = go.layouts.find('runtime.p')?.findOffset('pcache');
  if (!cache || offset === undefined) return 0;
  let released = 0;
  for (const p of readProcessors(go)) {
    const [cached, scav] = [p + offset + cache.offsetOf('cache'), p + offset + cache.offsetOf('scav')];
    // Of pages that are no longer in the cache a bit may have stayed.
    for (const half of [0, 4]) released += popcount32(go.image.u32(cached + half) & go.image.u32(scav + half)) * PAGE;
  }
  return released;
}

/** Addresses of all Ps, idle ones included; none when the runtime's variable is not known. */
export function readProcessors(go: GoRuntime): Address[] {
  const allp = go.findAddress('runtime.allp');
  if (allp === undefined) return [];
  const count = go.image.word(allp + 16); // capacity: Ps beyond GOMAXPROCS keep their memory
  return count > MAX_PROCESSORS ? [] : [...readWords(go.image, go.image.word(allp), count)].filter((p) => p !== 0);
}
