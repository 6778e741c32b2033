/**
 * Claims that an exact type refuses, counted by pair → why both can be true. A pointer may say less than the allocator's record: it
 * leads to the first part of what lies there, calls it by another type of the same layout (a conversion), or by the runtime's structure that
 * knows no element types. What is none of these is a contradiction, and becomes a warning. docs/types.md has the pairs of all fixtures.
 */
import {createBitset, getBit, setBit} from '../../base/bitset.js';
import type {TypeIndex} from '../../base/units.js';
import type {WarningLog} from '../../base/warnings.js';
import {KIND} from '../../runtime/types/kinds.js';
import type {PointerShapes} from '../catalog/pointer-shape.js';
import {MAX_TYPES} from '../catalog/type-store.js';

/** Longer chains of first parts than any type has. */
const MAX_NESTING = 100;

/** Pointers that claim a type of what has another one for certain. */
export interface Refusal {
  readonly exact: TypeIndex;
  readonly claimed: TypeIndex;
  readonly count: number;
}

/** Counts refused claims, each pointer once. */
export class RefusalCounter {
  readonly #counted: Uint8Array; // bit per edge
  readonly #count = new Map<number, number>(); // by the pair in one number

  constructor(edgeCount: number) {
    this.#counted = createBitset(edgeCount);
  }

  add(edge: number, exact: TypeIndex, claimed: TypeIndex): void {
    if (exact === claimed || getBit(this.#counted, edge)) return;
    setBit(this.#counted, edge);
    const pair = exact * MAX_TYPES + claimed;
    this.#count.set(pair, (this.#count.get(pair) ?? 0) + 1);
  }

  list(): Refusal[] {
    return Array.from(this.#count, ([pair, count]) => ({exact: Math.floor(pair / MAX_TYPES), claimed: pair % MAX_TYPES, count}));
  }
}

export function warnOfContradictions(refusals: readonly Refusal[], shapes: PointerShapes, warnings: WarningLog): void {
  const {store} = shapes;
  for (const {exact, claimed, count} of refusals) {
    if (explainRefusal(shapes, exact, claimed) !== undefined) continue;
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
  if (beginsWith(shapes, exact, claimed)) return 'first part';
  if (beginsWith(shapes, claimed, exact)) return 'elements';
  return shapes.size[exact] === shapes.size[claimed] && haveSamePointers(shapes, exact, claimed) ? 'same layout' : undefined;
}

/** Whether a value of the type begins with one of the other type: its first field, its first element, or that one's, and so on. */
function beginsWith({store}: PointerShapes, whole: TypeIndex, first: TypeIndex): boolean {
  let row = whole;
  for (let i = 0; i < MAX_NESTING && row !== first; i++) {
    const type = store.describe(row);
    if (type.kind === KIND.array && type.length > 0) row = type.element;
    else if (type.fields[0]?.offset === 0) row = type.fields[0].type;
    else return false;
  }
  return row === first;
}

function haveSamePointers(shapes: PointerShapes, a: TypeIndex, b: TypeIndex): boolean {
  const isPointer = (row: TypeIndex, word: number) => shapes.claim.data[shapes.find(row, word)] !== 0;
  for (let word = 0; word < shapes.words[a]!; word++) if (isPointer(a, word) !== isPointer(b, word)) return false;
  return true;
}
