/**
 * What the roots reach, held against what the collector knows: a reached pointer leads to an allocated slot, what the last cycle
 * found to be garbage is not reached, and most of what it found alive is. Garbage itself may lead anywhere, because its targets may
 * have been freed before it; and what was alive in the last cycle may have died since.
 */
import {getBit} from '../base/bitset.js';
import {type Address, hex, type ObjectIndex} from '../base/units.js';
import {type MarkedSpan, readMarkedSpans} from '../runtime/checks/collector-marks.js';
import type {GoRuntime} from '../runtime/go-runtime.js';
import type {RuntimeSpans} from '../runtime/memory/spans.js';
import type {ObjectIndexTable} from './find-objects.js';
import type {TracedEdges} from './traced-edges.js';

/** Where one pointer in so many leads to a free slot, it is not a few dead words: the pointer bits are misread or damaged. */
const SOUND_SHARE = 1000;

/**
 * `reach` tells, a byte per object, which ones some root leads to (1); it is called only when there is something to compare with.
 * Adds `pointer-to-free`, `garbage-reached` and `marked-unreachable` to the warnings.
 */
export function checkReached(
  go: GoRuntime,
  runtime: RuntimeSpans,
  index: ObjectIndexTable,
  edges: TracedEdges,
  reach: () => Uint8Array,
): void {
  const marked = [...readMarkedSpans(go, runtime)];
  if (edges.danglingOwner.length === 0 && marked.length === 0) return;
  const reached = reach();
  checkDangling(go, edges, reached);
  checkMarks(go, marked, index, reached);
}

function checkDangling({warnings}: GoRuntime, {danglingOwner, target}: TracedEdges, reached: Uint8Array): void {
  let count = 0;
  for (const owner of danglingOwner) count += reached[owner]!;
  if (count === 0) return;
  const problem = 'Pointer words of reachable objects lead to free slots: they are no edges here';
  const many = count * SOUND_SHARE > target.length;
  warnings.add(
    'pointer-to-free',
    many ? `${problem}. So many of them mean that the pointer bits are damaged or misread: edges are missing or wrong.` : `${problem}.`,
    count,
  );
}

function checkMarks(go: GoRuntime, marked: readonly MarkedSpan[], index: ObjectIndexTable, reached: Uint8Array): void {
  const {firstObject, slot, spans} = index;
  const addressOf = (span: number, object: ObjectIndex): Address => spans.start[span]! + slot[object]! * spans.slotSize[span]!;
  const live = {count: 0, unreached: 0, example: 0};
  const garbage = {reached: 0, example: 0};
  for (const {span, marks} of marked) {
    for (let object = firstObject[span]!; object < firstObject[span + 1]!; object++) {
      if (getBit(marks, slot[object]!)) {
        live.count++;
        if (reached[object] === 0 && live.unreached++ === 0) live.example = addressOf(span, object);
      } else if (reached[object] === 1 && garbage.reached++ === 0) garbage.example = addressOf(span, object);
    }
  }
  if (garbage.reached > 0) {
    const what = `Objects that the collector had found to be garbage are reachable here, as the one at ${hex(garbage.example)}`;
    go.warnings.add(
      'garbage-reached',
      `${what}: a dead word of a stack or a register leads to them, or pointers are misread.`,
      garbage.reached,
    );
  }
  // Only when most of the heap has marks do they speak for all of it.
  if (live.unreached * 2 > live.count && live.count * 2 > index.count) {
    const what = `Most objects that the collector had found alive are not reachable here, as the one at ${hex(live.example)}`;
    go.warnings.add('marked-unreachable', `${what}: they died since, or roots or pointers are missing.`, live.unreached);
  }
}
