/**
 * The memory that the heap has grown into, as far as the dump has it: known without any record of spans or arenas.
 * Truth: runtime/mpagealloc.go (pageAlloc.start and end, chunkBase), Go 1.17 – 1.27.
 */
import {GoheapError} from '../../base/errors.js';
import type {Address} from '../../base/units.js';
import type {Mapping, Range} from '../../image/memory-image.js';
import type {GoRuntime} from '../go-runtime.js';
import {ARENA_BYTES, ARENA_ENTRIES, arenaBias, heapField} from './arena-table.js';

/** What the page allocator counts its memory in. */
const CHUNK_BYTES = 2 ** 22;
/** No file system has larger ones. */
const LARGEST_FILE = 2 ** 50;

/** Ascending. Throws `limit` when a file claims to have more memory than bytes. */
export function listHeapMemory(go: GoRuntime): Range[] {
  const {start, end} = heapBounds(go);
  return joined(filedMappings(go.image.mappings))
    .map((range) => ({start: Math.max(range.start, start), end: Math.min(range.end, end)}))
    .filter((range) => range.start < range.end);
}

/** The address space that the heap has grown into: everything that its allocator ever took pages from. */
function heapBounds(go: GoRuntime): {start: Address; end: Address} {
  const pages = heapField(go, 'pages');
  const layout = go.layouts.get('runtime.pageAlloc');
  const at = (field: string) => go.image.word(pages + layout.offsetOf(field)) * CHUNK_BYTES - arenaBias(go.image);
  return {start: Math.max(0, at('start')), end: Math.min(at('end'), ARENA_ENTRIES * ARENA_BYTES)};
}

/** Those of files, without the zeros behind a program's variables. Throws `limit` when they have more bytes than the file that they are in. */
function filedMappings(mappings: readonly Mapping[]): Mapping[] {
  const filed = mappings.filter(({source}) => source.size < LARGEST_FILE);
  const bytes = new Map<unknown, number>();
  for (const {source, start, end} of filed) {
    const sum = (bytes.get(source) ?? 0) + end - start;
    bytes.set(source, sum);
    if (sum > source.size) throw new GoheapError('limit', `${source.name} has its bytes at several places of memory`);
  }
  return filed;
}

/** Mappings that follow each other as one. */
function joined(mappings: readonly Range[]): Range[] {
  const result: {start: Address; end: Address}[] = [];
  for (const {start, end} of mappings) {
    const last = result.at(-1);
    if (last?.end === start) last.end = end;
    else result.push({start, end});
  }
  return result;
}
