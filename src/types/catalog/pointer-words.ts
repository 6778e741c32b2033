/**
 * How many words of a type's values the collector takes for pointers (cmd/compile/internal/types, reflectdata: one for a
 * pointer, string, slice, map, chan, func; the data word of an interface; none for a pointer to a type marked sys.NotInHeap).
 */
import type {TypeIndex} from '../../base/units.js';
import {KIND} from '../../runtime/types/kinds.js';
import type {FieldDescription, TypeDescription} from './type-description.js';

/** Values nest by containment less deeply than this; a type that seems to is damaged, and contributes nothing. */
const MAX_DEPTH = 200;
const NOT_IN_HEAP = /(?:^|\/)sys\.(?:NotInHeap|nih)$/;

export class PointerWords {
  readonly #describe: (row: TypeIndex) => TypeDescription;
  readonly #count = new Map<TypeIndex, number>();
  readonly #notInHeap = new Map<TypeIndex, boolean>();

  constructor(describe: (row: TypeIndex) => TypeDescription) {
    this.#describe = describe;
  }

  /** Pointer words of one value of the type. */
  count(row: TypeIndex, depth = 0): number {
    let count = this.#count.get(row);
    if (count === undefined) {
      this.#count.set(row, 0); // a type that contains itself is damaged: its inner part counts nothing
      count = depth > MAX_DEPTH ? 0 : this.#compute(this.#describe(row), depth);
      this.#count.set(row, count);
    }
    return count;
  }

  /** Whether the collector scans the one pointer word of a value that is neither an array nor a struct. */
  isPointer(type: TypeDescription): boolean {
    return type.kind === KIND.pointer ? !this.isNotInHeap(type.element) : isScannedWord(type.kind);
  }

  /** Types that the program promised never to allocate on the heap: the collector does not look at pointers to them. */
  isNotInHeap(row: TypeIndex, depth = 0): boolean {
    let result = this.#notInHeap.get(row);
    if (result === undefined) {
      this.#notInHeap.set(row, false);
      const type = this.#describe(row);
      result =
        depth <= MAX_DEPTH &&
        (type.notInHeap ||
          NOT_IN_HEAP.test(type.name) ||
          (type.kind === KIND.array && this.isNotInHeap(type.element, depth + 1)) ||
          type.fields.some((field) => this.isNotInHeap(field.type, depth + 1)));
      this.#notInHeap.set(row, result);
    }
    return result;
  }

  #compute(type: TypeDescription, depth: number): number {
    if (type.kind === KIND.array) return type.length * this.count(type.element, depth + 1);
    if (type.kind !== KIND.struct) return this.isPointer(type) ? 1 : 0;
    let words = 0;
    for (const field of type.fields) if (!this.isHiddenOverflow(type, field)) words += this.count(field.type, depth + 1);
    return words;
  }

  /**
   * The overflow word of a map's bucket whose keys and elements hold no pointers (Go 1.23 and older): DWARF gives it a pointer type, but
   * the runtime allocates such buckets without pointers and keeps their overflow buckets alive by a list.
   */
  isHiddenOverflow(type: TypeDescription, field: FieldDescription): boolean {
    if (field.name !== 'overflow' || !type.name.startsWith('bucket<')) return false;
    return type.fields.every((other) => other === field || this.count(other.type) === 0);
  }
}

function isScannedWord(kind: number): boolean {
  switch (kind) {
    case KIND.chan:
    case KIND.func:
    case KIND.interface:
    case KIND.map:
    case KIND.slice:
    case KIND.string:
    case KIND.unsafePointer:
      return true;
    default:
      return false;
  }
}
