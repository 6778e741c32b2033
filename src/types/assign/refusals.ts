/**
 * Claims that an exact type refuses, counted by pair → why both can be true. A pointer may say less than the allocator's record: it
 * leads to the first part of what lies there (`flag.StringVar(&cfg.Name)`), calls it by another type of the same layout (a conversion), or by the
 * runtime's structure that knows no element types. What is none of these is a contradiction, and becomes a warning – not so where the pointer
 * lies in garbage, whose target may have been freed and allocated anew. docs/types.md has the pairs of all fixtures.
 */
import {createBitset, getBit, setBit} from '../../base/bitset.js';
import {Column} from '../../base/columns.js';
import type {TypeIndex} from '../../base/units.js';
import type {WarningLog} from '../../base/warnings.js';
import {KIND} from '../../runtime/types/kinds.js';
import type {PointerShapes} from '../catalog/pointer-shape.js';
import {MAX_TYPES} from '../catalog/type-store.js';
import {findLiveEdges} from '../evidence/live-edges.js';
import type {TracedHeap} from '../evidence/traced-heap.js';

/** Longer chains of first parts than any type has. */
const MAX_NESTING = 100;

/** Pointers that claim a type of what has another one for certain. */
export interface Refusal {
  readonly exact: TypeIndex;
  readonly claimed: TypeIndex;
  readonly count: number;
  readonly contradicting: Uint32Array; // the edges, ascending; none where both may be true
}
interface Pair {
  count: number;
  readonly contradicting: Column<Uint32Array> | undefined;
}

/** Counts refused claims, each pointer once. */
export class RefusalCounter {
  readonly #counted: Uint8Array; // bit per edge
  readonly #pairs = new Map<number, Pair>(); // by the pair in one number
  readonly #shapes: PointerShapes;

  constructor(edgeCount: number, shapes: PointerShapes) {
    this.#counted = createBitset(edgeCount);
    this.#shapes = shapes;
  }

  add(edge: number, exact: TypeIndex, claimed: TypeIndex): void {
    if (exact === claimed || getBit(this.#counted, edge)) return;
    setBit(this.#counted, edge);
    const key = exact * MAX_TYPES + claimed;
    let pair = this.#pairs.get(key);
    if (!pair) {
      const isExplained = explainRefusal(this.#shapes, exact, claimed) !== undefined;
      pair = {count: 0, contradicting: isExplained ? undefined : new Column(Uint32Array)};
      this.#pairs.set(key, pair);
    }
    pair.count++;
    pair.contradicting?.push(edge);
  }

  list(): Refusal[] {
    return Array.from(this.#pairs, ([key, {count, contradicting}]) => ({
      exact: Math.floor(key / MAX_TYPES),
      claimed: key % MAX_TYPES,
      count,
      contradicting: contradicting?.finish().sort() ?? new Uint32Array(0),
    }));
  }
}

export function warnOfContradictions(refusals: readonly Refusal[], {store}: PointerShapes, heap: TracedHeap, warnings: WarningLog): void {
  const contradictions = refusals.filter(({contradicting}) => contradicting.length > 0);
  if (contradictions.length === 0) return;
  const isLive = findLiveEdges(heap);
  for (const {exact, claimed, contradicting} of contradictions) {
    const count = contradicting.reduce((sum, edge) => sum + (isLive(edge) ? 1 : 0), 0);
    if (count === 0) continue;
    const names = `${store.nameOf(claimed)}, but the allocator made ${store.nameOf(exact)}`;
    warnings.add('type-contradiction', `${count} pointers say of what they point to that it is ${names}: the allocator is believed.`);
  }
}

/** Undefined when one of the two must be wrong. */
export function explainRefusal(
  shapes: PointerShapes,
  exact: TypeIndex,
  claimed: TypeIndex,
): 'first part' | 'same layout' | 'elements' | undefined {
  if (isAlike(shapes, exact, claimed)) return 'same layout';
  if (beginsWith(shapes, exact, claimed)) return 'first part';
  return beginsWith(shapes, claimed, exact) ? 'elements' : undefined;
}

/** Whether a value of the type begins with one of the other type or of its layout: its first field, its first element, or that one's, and so on. */
function beginsWith(shapes: PointerShapes, whole: TypeIndex, first: TypeIndex): boolean {
  let row = whole;
  for (let i = 0; i < MAX_NESTING; i++) {
    if (isAlike(shapes, row, first)) return true;
    const type = shapes.store.describe(row);
    if (type.kind === KIND.array && type.length > 0) row = type.element;
    else if (type.fields[0]?.offset === 0) row = type.fields[0].type;
    else return false;
  }
  return false;
}

/** One type, or two of one layout: a named one and the one that it was made from (flag.stringValue, string). */
function isAlike(shapes: PointerShapes, a: TypeIndex, b: TypeIndex): boolean {
  if (a === b) return true;
  shapes.prepare(a);
  shapes.prepare(b);
  return shapes.size[a] === shapes.size[b] && shapes.haveSamePointers(a, b);
}
