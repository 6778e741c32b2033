/**
 * The runtime's spans and those that the walk found → one table by address, as if the runtime had listed them all. Slots that nothing leads to are
 * free in the spans found: what was garbage in them is not known. Pages of stacks become spans that the runtime manages by hand.
 */
import {popcount32} from '../../base/bitset.js';
import {SPAN_EVIDENCE, type SpanTable} from '../../graph/heap-graph.js';
import {spanAt} from '../../graph/objects.js';
import type {StackBounds} from '../../runtime/goroutines/stack-frames.js';
import {PAGE} from '../../runtime/memory/arena-table.js';
import {type RuntimeSpans, SPAN_STATE} from '../../runtime/memory/spans.js';
import type {PointerShapes} from '../catalog/pointer-shape.js';
import type {FoundSpan} from './span-finder.js';

export interface WalkedSpans {
  readonly spans: readonly FoundSpan[];
  /** 32 slots a number, those that were reached: of the spans of the runtime's table, then of those found. */
  readonly reachedOf: (span: number) => Uint32Array;
  readonly stacks: readonly StackBounds[];
}

interface Row extends FoundSpan {
  readonly allocated: Uint32Array;
}

export function mergeSpans(runtime: RuntimeSpans, walked: WalkedSpans, {store}: PointerShapes): RuntimeSpans {
  const {table} = runtime;
  const rows: Row[] = walked.spans.map((span, row) => ({...span, allocated: walked.reachedOf(table.count + row).slice()}));
  rows.push(...stackSpans(walked.stacks, table));
  const known = Array.from({length: table.count}, (_, span) => span);
  const order = [
    ...known.map((span) => ({start: table.start[span]!, span, row: undefined})),
    ...rows.map((row) => ({start: row.start, span: -1, row})),
  ];
  order.sort((a, b) => a.start - b.start);
  const column = <T>(ofKnown: (span: number) => T, ofFound: (row: Row) => T): T[] =>
    order.map(({span, row}) => (row ? ofFound(row) : ofKnown(span)));
  const firstWord = new Uint32Array(order.length + 1);
  const slots = Uint32Array.from(
    column(
      (span) => table.slots[span]!,
      (row) => row.slots,
    ),
  );
  for (let i = 0; i < order.length; i++) firstWord[i + 1] = firstWord[i]! + ((slots[i]! + 31) >>> 5);
  const allocatedWord = new Uint32Array(firstWord[order.length]!);
  const allocated = new Uint32Array(order.length);
  order.forEach(({span, row}, i) => {
    const words = allocatedWord.subarray(firstWord[i]!, firstWord[i + 1]!);
    words.set(row ? row.allocated : runtime.allocatedWord.subarray(runtime.firstWord[span]!, runtime.firstWord[span + 1]!));
    const reached = !row && runtime.lostBits[span] === 1 ? walked.reachedOf(span) : [];
    for (let word = 0; word < reached.length; word++) words[word]! |= reached[word]!;
    allocated[i] = count(words);
  });
  const float = (ofKnown: Uint32Array | Float64Array, ofFound: (row: Row) => number) =>
    Float64Array.from(column((span) => ofKnown[span]!, ofFound));
  const byte = (ofKnown: Uint8Array, ofFound: (row: Row) => number) => Uint8Array.from(column((span) => ofKnown[span]!, ofFound));
  return {
    table: {
      count: order.length,
      start: float(table.start, (row) => row.start),
      length: float(table.length, (row) => row.length),
      slotSize: float(table.slotSize, (row) => row.slotSize),
      state: byte(table.state, (row) => (row.slots === 0 ? SPAN_STATE.manual : SPAN_STATE.inUse)),
      slots,
      allocated,
      tail: float(table.tail, (row) => (row.slots === 0 ? 0 : row.length - row.slots * row.slotSize)),
      scan: byte(table.scan, (row) => row.scan),
      header: byte(table.header, (row) => row.header),
      evidence: byte(table.evidence, () => SPAN_EVIDENCE.indexOf('walk')),
    },
    mspan: float(runtime.mspan, () => 0),
    largeType: float(runtime.largeType, ({largeType}) => store.describe(largeType).runtimeAddress || 0),
    specials: float(runtime.specials, () => 0),
    inlineMarks: byte(runtime.inlineMarks, (row) => row.inlineMarks),
    heapBitmap: runtime.heapBitmap,
    firstWord,
    allocatedWord,
    lostBits: byte(runtime.lostBits, () => 0),
    isWhole: false,
  };
}

function count(bits: Uint32Array): number {
  return bits.reduce((sum, word) => sum + popcount32(word), 0);
}

/** The pages of stacks that lie in no span, each run of them one. */
function stackSpans(stacks: readonly StackBounds[], table: SpanTable): Row[] {
  const rows: Row[] = [];
  const none = {slotSize: 0, slots: 0, scan: 0, header: 0, inlineMarks: 0, largeType: 0, allocated: new Uint32Array(0)};
  let end = 0;
  for (const {lo, hi} of stacks.toSorted((a, b) => a.lo - b.lo)) {
    for (let page = Math.max(end, lo - (lo % PAGE)); page < hi; page += PAGE) {
      end = page + PAGE;
      if (spanAt(table, page) !== undefined) continue;
      const last = rows.at(-1);
      if (last && last.start + last.length === page) rows[rows.length - 1] = {...last, length: last.length + PAGE};
      else rows.push({...none, start: page, length: PAGE});
    }
  }
  return rows;
}
