/**
 * What the runtime says about its spans in two places must agree: a span with its size class, its pages with the arenas' tables,
 * all of them with the allocator's totals. A contradiction is a warning: the runtime was in the middle of a change, or the memory
 * is damaged. Truth: runtime/mheap.go (initSpan, freeSpanLocked, pageIndexOf), Go 1.17 – 1.27. Allocation bits: spans.ts.
 */
import {type Address, type Bytes, hex} from '../../base/units.js';
import type {GoRuntime} from '../go-runtime.js';
import {ARENA_BYTES, ARENA_PAGES, ArenaTable, PAGE} from '../memory/arena-table.js';
import {SIZE_CLASSES} from '../memory/size-classes.js';
import {type RuntimeSpans, SPAN_STATE, slotsThatFit} from '../memory/spans.js';
import {readWords} from '../words.js';

const EITHER = 'it was being changed when the dump was taken, or the memory is damaged';

/** Adds `span-shape`, `span-overlap`, `span-pages` and `heap-total` to the warnings. */
export function checkSpans(go: GoRuntime, runtime: RuntimeSpans): void {
  checkShapes(go, runtime);
  checkPages(go, runtime);
  if (runtime.isWhole) checkTotals(go, runtime);
}

/** Each span with its own size class, and with the next span. */
function checkShapes(go: GoRuntime, runtime: RuntimeSpans): void {
  const {start, length, state, count} = runtime.table;
  const shapes = new ShapeCheck(go, runtime);
  for (let span = 0; span < count; span++) {
    if (span > 0 && start[span - 1]! + length[span - 1]! > start[span]!) {
      const where = `The spans at ${hex(start[span - 1]!)} and ${hex(start[span]!)} overlap`;
      go.warnings.add('span-overlap', `${where} (${EITHER}): objects of one of them are wrong.`);
    }
    if (state[span] !== SPAN_STATE.inUse || runtime.mspan[span] === 0) continue;
    const problem = shapes.findProblem(span);
    if (problem !== undefined)
      go.warnings.add('span-shape', `The span at ${hex(start[span]!)} ${problem} (${EITHER}): its objects may be missing or wrong.`);
  }
}

class ShapeCheck {
  readonly #go: GoRuntime;
  readonly #runtime: RuntimeSpans;
  readonly #offset: {readonly spanclass: Bytes; readonly limit: Bytes; readonly userArena: Bytes | undefined};

  constructor(go: GoRuntime, runtime: RuntimeSpans) {
    this.#go = go;
    this.#runtime = runtime;
    const mspan = go.layouts.get('runtime.mspan');
    this.#offset = {
      spanclass: mspan.offsetOf('spanclass'),
      limit: mspan.offsetOf('limit'),
      userArena: mspan.findOffset('isUserArenaChunk'),
    };
  }

  /** What is wrong with a span in use. */
  findProblem(span: number): string | undefined {
    const {image} = this.#go;
    const {start, length, slotSize, slots, tail} = this.#runtime.table;
    const at = this.#runtime.mspan[span]!;
    const {userArena} = this.#offset;
    if (userArena !== undefined && image.u8(at + userArena) !== 0) return undefined; // a chunk shrinks while it is filled
    if (start[span]! % PAGE !== 0 || length[span]! === 0) return 'does not consist of pages';
    const sizeClass = image.u8(at + this.#offset.spanclass) >>> 1;
    const size = sizeClass === 0 ? length[span]! : SIZE_CLASSES[sizeClass];
    if (slotSize[span] !== size) return `has slots of ${slotSize[span]} bytes, its class says ${size ?? 'nothing'}`;
    const capacity = sizeClass === 0 ? 1 : this.#capacity(span);
    if (slots[span] !== capacity) return `has ${slots[span]} slots where ${capacity} fit`;
    const limit = image.word(at + this.#offset.limit) - start[span]!;
    // A large object's is the end of the request. Of others it is that of the slots, or up to the end of the pages (Go 1.22, and meanwhile).
    if (limit > (sizeClass === 0 ? 0 : length[span]! - tail[span]! - 1) && limit <= length[span]!) return undefined;
    return `ends ${limit} bytes behind its start, not at ${length[span]! - tail[span]!}`;
  }

  /** Slots of a span of small objects: what its pointer and mark bits leave. */
  #capacity(span: number): number {
    const {length, slotSize, scan, header} = this.#runtime.table;
    const hasBits = this.#runtime.heapBitmap === undefined && scan[span] === 1 && header[span] === 0;
    return slotsThatFit(length[span]!, slotSize[span]!, this.#runtime.inlineMarks[span] === 1, hasBits);
  }
}

/** Every page of a span in use leads to that span in its arena's table, and the first page's bit says so. */
function checkPages(go: GoRuntime, runtime: RuntimeSpans): void {
  const {image, warnings} = go;
  const {start, length, state, count} = runtime.table;
  const layout = go.layouts.get('runtime.heapArena');
  const [spans, pageInUse] = [layout.offsetOf('spans'), layout.offsetOf('pageInUse')];
  const arenas = new ArenaTable(go);
  let known: {readonly number: number; readonly mspans: Float64Array; readonly inUse: Uint8Array} | undefined;
  const enter = (address: Address) => {
    const number = Math.floor(address / ARENA_BYTES);
    if (known?.number === number) return known;
    const arena = arenas.find(address);
    const readable = arena !== 0 && image.isMapped(arena + spans, ARENA_PAGES * 8) && image.isMapped(arena + pageInUse, ARENA_PAGES / 8);
    const mspans = readable ? readWords(image, arena + spans, ARENA_PAGES) : new Float64Array(0);
    known = {number, mspans, inUse: readable ? image.bytes(arena + pageInUse, ARENA_PAGES / 8).slice() : new Uint8Array(0)};
    return known;
  };
  for (let span = 0; span < count; span++) {
    if (state[span] !== SPAN_STATE.inUse || runtime.mspan[span] === 0) continue;
    const first = Math.floor(start[span]! / PAGE) % ARENA_PAGES;
    const {inUse, mspans} = enter(start[span]!);
    let sound = inUse.length > 0 && ((inUse[first >>> 3]! >>> (first & 7)) & 1) === 1;
    for (let at = start[span]!; sound && at < start[span]! + length[span]!; at += PAGE)
      sound = enter(at).mspans[Math.floor(at / PAGE) % ARENA_PAGES] === runtime.mspan[span];
    if (sound || (mspans.length === 0 && (arenas.find(start[span]!) !== 0 || !arenas.has(start[span]!)))) continue; // not in the dump: another warning says so
    warnings.add(
      'span-pages',
      `The table of the arena does not have the span at ${hex(start[span]!)} where it is (${EITHER}): its objects may be wrong.`,
    );
  }
}

/** The spans in use add up to what the allocator counts. */
function checkTotals(go: GoRuntime, {table}: RuntimeSpans): void {
  let bytes = 0;
  for (let span = 0; span < table.count; span++) if (table.state[span] === SPAN_STATE.inUse) bytes += table.length[span]!;
  const compare = (variable: string, struct: string, field: string, unit: Bytes) => {
    const address = go.findAddress(variable);
    const offset = go.layouts.find(struct)?.findOffset(field);
    if (address === undefined || offset === undefined || !go.image.isMapped(address + offset, 8)) return false;
    const counted = go.image.word(address + offset) * unit;
    if (counted === bytes) return false;
    const message = `The heap's spans have ${bytes} bytes, the runtime counts ${counted} (${field})`;
    go.warnings.add(
      'heap-total',
      `${message}: a span was being allocated or freed when the dump was taken, or spans are missing or damaged.`,
    );
    return true;
  };
  if (!compare('runtime.mheap_', 'runtime.mheap', 'pagesInUse', PAGE))
    compare('runtime.gcController', 'runtime.gcControllerState', 'heapInUse', 1);
}
