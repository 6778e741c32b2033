/**
 * Spans of which the dump lacks the runtime's records → a warning of how many bytes they have, and what was found of them all the same.
 * Truth: runtime/mheap.go (mheap.pagesInUse), Go 1.17 – 1.27.
 */
import {SPAN_EVIDENCE, type SpanTable} from '../graph/heap-graph.js';
import type {GoRuntime} from '../runtime/go-runtime.js';
import {findHeapField, PAGE} from '../runtime/memory/arena-table.js';
import {SPAN_STATE} from '../runtime/memory/spans.js';
import {WORD} from '../runtime/words.js';

/**
 * Adds `spans-missing` to the warnings where the table has less than the runtime counts as in use, or nothing tells how much that is, or where
 * some of it was found without the runtime's records: says how many bytes, and what was found of them.
 */
export function warnOfLostSpans(go: GoRuntime, {count, length, slotSize, state, allocated, evidence}: SpanTable): void {
  let [recorded, objects, bytes] = [0, 0, 0];
  for (let span = 0; span < count; span++) {
    if (state[span] !== SPAN_STATE.inUse) continue;
    if (SPAN_EVIDENCE[evidence[span]!] === 'runtime') recorded += length[span]!;
    else {
      objects += allocated[span]!;
      bytes += allocated[span]! * slotSize[span]!;
    }
  }
  const {image, warnings} = go;
  const counter = findHeapField(go, 'pagesInUse')?.at;
  const inUse = counter !== undefined && image.isMapped(counter, WORD) ? image.word(counter) * PAGE : undefined;
  if (inUse === recorded && objects === 0) return;
  const known = inUse !== undefined && inUse >= recorded && inUse <= image.size;
  const share = known ? `${inUse - recorded} of ${inUse} bytes of spans in use` : 'an unknown part of the spans in use';
  const found = `${objects} objects of ${bytes} bytes were found there along pointers (spans.evidence is walk), the others are missing`;
  const again = 'For all of them dump again, without a limit (ulimit -c unlimited) and with room on the disk';
  warnings.add('spans-missing', `The dump lacks the runtime's records of ${share}: ${found}. Counts are "at least". ${again}.`);
}
