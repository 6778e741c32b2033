/**
 * The runtime's own memory outside the heap → address ranges by use, found by walking its structures. Truth: runtime/malloc.go
 * (persistentalloc), mfixalloc.go, mheap.go, mspanset.go, mprof.go, mfinal.go, mcleanup.go, Go 1.17 – 1.27.
 * Ranges nest: of two uses of one byte the earlier in RUNTIME_USES counts. What is reachable only through variables that are not
 * known (in stripped programs) is left out; so are old copies of tables that grew, which the runtime leaks.
 */
import {isGoheapError} from '../../base/errors.js';
import type {Address, Bytes} from '../../base/units.js';
import type {Range} from '../../image/memory-image.js';
import type {GoRuntime} from '../go-runtime.js';
import {followLinks, readWords} from '../words.js';
import {ARENA_ENTRIES, arenaEntries, findHeapField, heapField} from './arena-table.js';
import {readProcessors} from './page-allocator.js';
import {readBuckets} from './profile-buckets.js';
import {specialFields} from './specials.js';

/** Most precise first. The comments name what runtime.MemStats counts them in. */
export const RUNTIME_USES = [
  'span structs', // MSpanInuse
  'free span structs', // MSpanSys
  'caches of Ps', // MCacheInuse
  'free caches of Ps', // MCacheSys
  'profiling buckets', // BuckHashSys, and so are the next
  'pointer masks of globals',
  'mark and allocation bits', // GCSys, and so are the next
  'arena tables',
  'page allocator',
  'sets of spans',
  'queues of the collector',
  'persistent allocations', // OtherSys
  'arena index', // in none: mostly untouched
] as const;
export type RuntimeUse = (typeof RUNTIME_USES)[number];
export interface RuntimeRange extends Range {
  readonly use: RuntimeUse;
}

/** persistentalloc and gcBits take memory from the system in chunks of these sizes; fixalloc from persistentalloc. */
const PERSISTENT_CHUNK: Bytes = 256 * 1024;
/** Before Go 1.18; since then a fixalloc says itself what it takes. */
const FIXALLOC_CHUNK: Bytes = 16 * 1024;
const FINALIZER_BLOCK: Bytes = 4096;
const CLEANUP_BLOCK: Bytes = 512;
const WORK_BUFFER: Bytes = 8192;
const SPAN_CLASSES = 136;

/** A part that cannot be read is a warning; its memory then counts as something less precise. */
export function* readRuntimeRanges(go: GoRuntime): Generator<RuntimeRange> {
  for (const read of [
    spanStructs,
    processorCaches,
    profiling,
    globalMasks,
    markBits,
    arenaTables,
    spanSets,
    weakHandles,
    queues,
    persistent,
  ]) {
    try {
      yield* read(go);
    } catch (error) {
      if (!isGoheapError(error)) throw error;
      go.warnings.add('memory-accounts', `Part of the runtime's own memory is not told apart (${error.message}).`);
    }
  }
}

const at = (use: RuntimeUse, start: Address, length: Bytes): RuntimeRange => ({use, start, end: start + length});

/** Every mspan ever made; those that are free again are in the allocator's list. */
function* spanStructs(go: GoRuntime): Generator<RuntimeRange> {
  const spans = heapField(go, 'allspans');
  const size = go.layouts.get('runtime.mspan').size;
  const list = go.image.word(spans);
  const free = new Set(freeOf(go, 'spanalloc'));
  for (const span of readWords(go.image, list, go.image.word(spans + 8))) {
    yield at(free.has(span) ? 'free span structs' : 'span structs', span, size);
  }
  yield* currentChunk(go, 'spanalloc', 'free span structs');
  yield at('persistent allocations', list, go.image.word(spans + 16) * 8);
}

/** The free list of one of the heap's fixallocs. */
function* freeOf(go: GoRuntime, allocator: string): Generator<Address> {
  const field = findHeapField(go, allocator);
  const layout = go.layouts.find('runtime.fixalloc');
  if (field && layout) yield* followLinks(go.image, go.image.word(field.at + layout.offsetOf('list')), 0);
}

/** The chunk that a fixalloc is cutting up. Full ones are not listed anywhere. */
function* currentChunk(go: GoRuntime, allocator: string, use: RuntimeUse): Generator<RuntimeRange> {
  const field = findHeapField(go, allocator);
  const layout = go.layouts.find('runtime.fixalloc');
  if (!field || !layout) return;
  const end = go.image.word(field.at + layout.offsetOf('chunk')) + go.image.u32(field.at + layout.offsetOf('nchunk'));
  const nalloc = layout.findOffset('nalloc');
  const length = nalloc === undefined ? FIXALLOC_CHUNK : go.image.u32(field.at + nalloc);
  if (end > length) yield at(use, end - length, length);
}

/** Without the list of Ps, which of the caches are free is not known. */
function* processorCaches(go: GoRuntime): Generator<RuntimeRange> {
  const layout = go.layouts.find('runtime.mcache');
  const offset = go.layouts.find('runtime.p')?.findOffset('mcache');
  const processors = readProcessors(go);
  if (layout && offset !== undefined) {
    for (const p of processors) {
      const cache = go.image.word(p + offset);
      if (cache !== 0) yield at('caches of Ps', cache, layout.size);
    }
  }
  yield* currentChunk(go, 'cachealloc', processors.length === 0 ? 'caches of Ps' : 'free caches of Ps');
}

function* profiling(go: GoRuntime): Generator<RuntimeRange> {
  const table = go.findAddress('runtime.buckhash');
  const start = table === undefined ? 0 : go.image.word(table);
  if (start !== 0) yield at('profiling buckets', start, (go.constant('runtime.buckHashSize') ?? 179999) * 8);
  for (const list of ['mbuckets', 'bbuckets', 'xbuckets'] as const) {
    for (const {address, size} of readBuckets(go, list)) yield at('profiling buckets', address, size);
  }
}

/** The linker's compressed masks of data and bss, unpacked when the program started. */
function* globalMasks(go: GoRuntime): Generator<RuntimeRange> {
  for (const module of go.modules)
    for (const {maskAddress, maskBits} of module.sections) yield at('pointer masks of globals', maskAddress, ((maskBits + 7) >>> 3) + 1);
}

/** The variable is a struct of a lock and four lists. */
function* markBits(go: GoRuntime): Generator<RuntimeRange> {
  const arenas = go.findAddress('runtime.gcBitsArenas');
  const layout = go.layouts.find('runtime.gcBitsArena');
  const lock = go.layouts.find('runtime.mutex')?.size;
  if (arenas === undefined || !layout || lock === undefined) return;
  for (let list = 0; list < 4; list++) {
    const first = go.image.word(arenas + lock + list * 8);
    for (const arena of followLinks(go.image, first, layout.offsetOf('next'))) yield at('mark and allocation bits', arena, layout.size);
  }
}

/** The heapArena structs, the index that leads to them, and the lists of their numbers. */
function* arenaTables(go: GoRuntime): Generator<RuntimeRange> {
  const size = go.layouts.get('runtime.heapArena').size;
  const index = arenaEntries(go);
  yield at('arena index', index, ARENA_ENTRIES * 8);
  for (const field of ['allArenas', 'heapArenas', 'userArenaArenas']) {
    const slice = findHeapField(go, field);
    if (!slice) continue;
    const list = go.image.word(slice.at);
    yield at('arena tables', list, go.image.word(slice.at + 16) * 8);
    for (const number of readWords(go.image, list, go.image.word(slice.at + 8))) {
      if (number < ARENA_ENTRIES) yield at('arena tables', go.image.word(index + number * 8), size);
    }
  }
}

/** mheap.central[…].mcentral.partial and full, each two sets of a spine that points to blocks; and the pool of free blocks. */
function* spanSets(go: GoRuntime): Generator<RuntimeRange> {
  const central = findHeapField(go, 'central');
  const mcentral = go.layouts.find('runtime.mcentral');
  const set = go.layouts.find('runtime.spanSet');
  const block = go.layouts.find('runtime.spanSetBlock');
  if (!central || !mcentral || !set || !block) return;
  for (let list = 0; list < SPAN_CLASSES * 4; list++) {
    const element = central.at + Math.floor(list / 4) * (central.size / SPAN_CLASSES);
    const address = element + mcentral.offsetOf((list & 2) === 0 ? 'partial' : 'full') + (list & 1) * set.size;
    const spine = go.image.word(address + set.offsetOf('spine'));
    if (spine === 0) continue;
    yield at('sets of spans', spine, go.image.word(address + set.offsetOf('spineCap')) * 8);
    for (const start of readWords(go.image, spine, go.image.word(address + set.offsetOf('spineLen')))) {
      if (start !== 0) yield at('sets of spans', start, block.size);
    }
  }
  const pool = go.findAddress('runtime.spanSetBlockPool');
  const taken = new Set<Address>();
  for (let node = pool === undefined ? 0 : unpackTagged(go, pool); node !== 0 && !taken.has(node); node = unpackTagged(go, node)) {
    taken.add(node);
    yield at('sets of spans', node, block.size);
  }
}

/** The pointer in a word of a lock-free list: its upper bits, above a counter (runtime.taggedPointer, before Go 1.20 lfstackUnpack). */
function unpackTagged(go: GoRuntime, address: Address): Address {
  const shift = 64 - (go.constant('runtime.addrBits') ?? go.constant('runtime.defaultAddrBits') ?? 48);
  const alignment = 2 ** (go.constant('runtime.tagAlignBits') ?? 3);
  const pointer = go.image.u32(address + 4) * 2 ** (32 - shift) + Math.floor(go.image.u32(address) / 2 ** shift);
  return Math.floor(pointer / alignment) * alignment;
}

/** Weak handles are the collector's; other specials count as persistent allocations. */
function* weakHandles(go: GoRuntime): Generator<RuntimeRange> {
  const handle = go.layouts.find('runtime.specialWeakHandle');
  const number = go.constant('runtime._KindSpecialWeakHandle');
  if (!handle || number === undefined) return;
  const {kind, next} = specialFields(go);
  const specials = go.layouts.get('runtime.mspan').offsetOf('specials');
  const spans = heapField(go, 'allspans');
  for (const span of readWords(go.image, go.image.word(spans), go.image.word(spans + 8))) {
    for (const address of followLinks(go.image, go.image.word(span + specials), next)) {
      if (go.image.u8(address + kind) === number) yield at('queues of the collector', address, handle.size);
    }
  }
  yield* currentChunk(go, 'specialWeakHandleAlloc', 'queues of the collector');
}

/** Blocks of finalizers and cleanups, and what Green Tea queues spans in. */
function* queues(go: GoRuntime): Generator<RuntimeRange> {
  const finalizers = go.findAddress('runtime.allfin');
  const block = go.layouts.find('runtime.finBlock', 'runtime.finblock');
  if (finalizers !== undefined && block) {
    const size = go.constant('runtime._FinBlockSize', 'runtime.finBlockSize') ?? FINALIZER_BLOCK;
    for (const start of followLinks(go.image, go.image.word(finalizers), block.offsetOf('alllink')))
      yield at('queues of the collector', start, size);
  }
  const cleanups = go.findAddress('runtime.gcCleanups');
  const all = go.layouts.find('runtime.cleanupQueue')?.findOffset('all');
  const link = go.layouts.find('runtime.cleanupBlockHeader')?.findOffset('alllink');
  if (cleanups !== undefined && all !== undefined && link !== undefined) {
    for (const start of followLinks(go.image, go.image.word(cleanups + all), link))
      yield at('queues of the collector', start, CLEANUP_BLOCK);
  }
  yield* spanQueues(go);
  const work = go.layouts.find('runtime.p')?.findOffset('gcw');
  const buffer = go.layouts.find('runtime.gcWork')?.findOffset('ptrBuf');
  if (work === undefined || buffer === undefined) return;
  for (const p of readProcessors(go)) {
    const start = go.image.word(p + work + buffer);
    if (start !== 0) yield at('queues of the collector', start, WORK_BUFFER);
  }
}

/** The rings through which Green Tea's workers hand spans to each other: `work.spanSPMCs` is a lock and the list of them. */
function* spanQueues(go: GoRuntime): Generator<RuntimeRange> {
  yield* currentChunk(go, 'spanSPMCAlloc', 'queues of the collector');
  const work = go.findAddress('runtime.work');
  const list = go.layouts.find('runtime.workType')?.findOffset('spanSPMCs');
  const lock = go.layouts.find('runtime.mutex')?.size;
  const queue = go.layouts.find('runtime.spanSPMC');
  const next = go.layouts.find('runtime.listNodeManual')?.findOffset('next');
  if (work === undefined || list === undefined || lock === undefined || !queue || next === undefined) return;
  for (const ring of followLinks(go.image, go.image.word(work + list + lock), queue.offsetOf('allnode') + next, queue.size)) {
    const slots = go.image.u32(ring + queue.offsetOf('cap'));
    yield at('queues of the collector', go.image.word(ring + queue.offsetOf('ring')), slots * 8);
  }
}

/** The chunks of persistentalloc: what else is in them (itabs, specials, poll descriptors) is not told apart. */
function* persistent(go: GoRuntime): Generator<RuntimeRange> {
  const chunks = go.findAddress('runtime.persistentChunks');
  if (chunks === undefined) return;
  for (const chunk of followLinks(go.image, go.image.word(chunks), 0)) yield at('persistent allocations', chunk, PERSISTENT_CHUNK);
}

/** Start addresses of the spans that hold the collector's work buffers (MemStats counts them in GCSys); undefined when not known. */
export function readWorkBufferSpans(go: GoRuntime): ReadonlySet<Address> | undefined {
  const work = go.findAddress('runtime.work');
  const lists = go.layouts.find('runtime.workType')?.findOffset('wbufSpans');
  const lock = go.layouts.find('runtime.mutex')?.size;
  const span = go.layouts.get('runtime.mspan');
  if (work === undefined || lists === undefined || lock === undefined) return undefined;
  const starts = new Set<Address>();
  for (const list of [0, 16]) {
    const first = go.image.word(work + lists + lock + list); // mSpanList{first, last}: of free ones, of busy ones
    for (const at of followLinks(go.image, first, span.offsetOf('next'))) starts.add(go.image.word(at + span.offsetOf('startAddr')));
  }
  return starts;
}
