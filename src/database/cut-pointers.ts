/**
 * Pointers of a database that are meant together: a few as objects, of millions columns. Sorted, they answer whether a pointer is one of them.
 */
import {lowerBound} from '../base/lower-bound.js';

/** A pointer of a node, at an offset of its slot or storage. */
export interface StoredPointer {
  readonly source: number;
  readonly offset: number;
}
/** By source and offset, ascending. */
export interface PointerColumns {
  readonly length: number;
  readonly source: Uint32Array;
  readonly offset: Uint32Array | Float64Array;
}
export type StoredPointers = readonly StoredPointer[] | PointerColumns;

export class CutPointers implements PointerColumns {
  readonly length: number;
  readonly source: Uint32Array;
  readonly offset: Uint32Array | Float64Array;
  // Of the source that was asked for last, and where it was found: many pointers of one node come one after the other.
  #last = -1;
  #from = 0;
  #end = 0;
  #at = 0;

  constructor(pointers: StoredPointers) {
    const {source, offset} = isList(pointers) ? sortedColumns(pointers) : pointers;
    this.length = source.length;
    this.source = source;
    this.offset = offset;
  }

  has(source: number, offset: number): boolean {
    if (source !== this.#last) {
      this.#last = source;
      this.#from = lowerBound(this.source, source);
      this.#end = lowerBound(this.source, source + 1, this.#from);
      this.#at = this.#from;
    }
    const [all, from, end] = [this.offset, this.#from, this.#end];
    if (this.#at < end && all[this.#at]! < offset) this.#at++;
    const isThere = (this.#at === from || all[this.#at - 1]! < offset) && (this.#at === end || all[this.#at]! >= offset);
    if (!isThere) this.#at = lowerBound(all, offset, from, end);
    return this.#at < end && all[this.#at] === offset;
  }
}

/** All of several lists, each once; columns as soon as one of them is such. */
export function unitePointers(lists: readonly StoredPointers[]): StoredPointers {
  if (lists.every(isList)) return [...new Map(lists.flat().map((pointer) => [`${pointer.source} ${pointer.offset}`, pointer])).values()];
  return lists
    .filter(({length}) => length > 0)
    .reduce<PointerColumns>((all, list) => merge(all, new CutPointers(list)), new CutPointers([]));
}

function isList(pointers: StoredPointers): pointers is readonly StoredPointer[] {
  return Array.isArray(pointers);
}

function sortedColumns(pointers: readonly StoredPointer[]): Omit<PointerColumns, 'length'> {
  const sorted = [...pointers].sort((a, b) => a.source - b.source || a.offset - b.offset);
  return {source: Uint32Array.from(sorted, ({source}) => source), offset: Float64Array.from(sorted, ({offset}) => offset)};
}

function merge(a: PointerColumns, b: PointerColumns): PointerColumns {
  if (a.length === 0) return b;
  const length = a.length + b.length;
  const source = new Uint32Array(length);
  const offset = a.offset instanceof Uint32Array && b.offset instanceof Uint32Array ? new Uint32Array(length) : new Float64Array(length);
  let at = 0;
  for (let i = 0, j = 0; i < a.length || j < b.length; at++) {
    const order = i >= a.length ? 1 : j >= b.length ? -1 : a.source[i]! - b.source[j]! || a.offset[i]! - b.offset[j]!;
    source[at] = order <= 0 ? a.source[i]! : b.source[j]!;
    offset[at] = order <= 0 ? a.offset[i]! : b.offset[j]!;
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  return {length: at, source: source.subarray(0, at), offset: offset.subarray(0, at)};
}
