/**
 * The collector's mark bits, where they tell something about the heap as it was dumped: between two cycles, of spans that are not
 * swept yet. They say what the last cycle found alive; nothing can have been allocated in such a span since, so what it did not
 * mark is garbage. Of swept spans the bits are cleared, and during a cycle they are incomplete.
 * Truth: runtime/mheap.go (sweepgen), mgcsweep.go (sweep), mgcmark_greenteagc.go (spanInlineMarkBits), Go 1.17 – 1.27.
 */
import type {GoRuntime} from '../go-runtime.js';
import {heapField} from '../memory/arena-table.js';
import {INLINE_MARK_BYTES, type RuntimeSpans} from '../memory/spans.js';

/** Within these: 63 bytes of scan bits, one of ownership, 63 of marks, one of the class. */
const INLINE_MARKS_AT = 64;
const GC_OFF = 0;

export interface MarkedSpan {
  readonly span: number;
  readonly marks: Uint8Array; // bit per slot
}

/** The spans whose mark bits are meaningful and in the dump. */
export function* readMarkedSpans(go: GoRuntime, runtime: RuntimeSpans): Generator<MarkedSpan> {
  const {image} = go;
  if (runtime.mspan.every((at) => at === 0)) return; // a heap dump
  const phase = go.findAddress('runtime.gcphase');
  if (phase === undefined || !image.isMapped(phase, 4) || image.u32(phase) !== GC_OFF) return;
  const mspan = go.layouts.get('runtime.mspan');
  const [sweepgen, gcmarkBits] = [mspan.offsetOf('sweepgen'), mspan.offsetOf('gcmarkBits')];
  const current = image.u32(heapField(go, 'sweepgen'));
  const {start, length, slots, count} = runtime.table;
  for (let span = 0; span < count; span++) {
    const at = runtime.mspan[span]!;
    if (at === 0) continue; // the dump lacks it
    const generation = (image.u32(at + sweepgen) - current) | 0;
    if (slots[span] === 0 || (generation !== -2 && generation !== 1)) continue; // 1: an allocator cached it before the cycle's end
    const bytes = (slots[span]! + 7) >>> 3;
    const bits = image.find(image.word(at + gcmarkBits), bytes);
    if (!bits) continue;
    const marks = bits.slice();
    if (runtime.inlineMarks[span] === 1) {
      const inline = image.find(start[span]! + length[span]! - INLINE_MARK_BYTES + INLINE_MARKS_AT, bytes);
      if (!inline) continue;
      for (let byte = 0; byte < bytes; byte++) marks[byte]! |= inline[byte]!;
    }
    yield {span, marks};
  }
}
