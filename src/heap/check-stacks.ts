/**
 * Every goroutine's stack lies in a span that the runtime manages by hand (runtime/stack.go, stackalloc). One that does not shows
 * that the span was lost on the way: its memory is then accounted for as something else.
 */
import {hex} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';
import type {GoroutineTable, SpanTable} from '../graph/heap-graph.js';
import {spanAt} from '../graph/objects.js';
import {SPAN_STATE} from '../runtime/memory/spans.js';

/** Adds `stack-without-span` to the warnings, once a goroutine. */
export function checkStacks(spans: SpanTable, goroutines: GoroutineTable, warnings: WarningLog): void {
  for (let row = 0; row < goroutines.count; row++) {
    if (goroutines.stackBytes[row] === 0) continue;
    const start = goroutines.stackStart[row]!;
    const span = spanAt(spans, start);
    if (span !== undefined && spans.state[span] === SPAN_STATE.manual) continue;
    const where = `The stack of goroutine ${goroutines.id[row]} at ${hex(start)}`;
    warnings.add('stack-without-span', `${where} lies in no span of the runtime: the span table is damaged or incomplete.`);
  }
}
