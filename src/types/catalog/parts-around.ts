/**
 * An offset in a value of a type → the parts that lie around it, from the whole to the smallest, each with its name in Go's words. Of rows of
 * the store; `values/field-path.ts` does the same for the frozen table.
 */
import type {Bytes, TypeIndex} from '../../base/units.js';
import {KIND} from '../../runtime/types/kinds.js';
import type {TypeStore} from './type-store.js';

/** Values nest by containment less deeply than this. */
const DEEPEST = 64;

export interface PartAround {
  readonly type: TypeIndex;
  readonly offset: Bytes; // in the part
  readonly selector: string; // what follows the name of the whole value: `.table[3].next`
}

export function* partsAround(store: TypeStore, whole: TypeIndex, from: Bytes): Generator<PartAround> {
  let part: PartAround = {type: whole, offset: from, selector: ''};
  for (let depth = 0; depth < DEEPEST; depth++) {
    const {kind, size, element, fields} = store.describe(part.type);
    if (part.offset >= size) return;
    yield part;
    if (kind === KIND.array) {
      const stride = store.describe(element).size;
      if (stride === 0) return;
      const index = Math.floor(part.offset / stride);
      part = {type: element, offset: part.offset - index * stride, selector: `${part.selector}[${index}]`};
    } else if (kind === KIND.struct) {
      const {offset} = part;
      const field = fields.findLast(
        (candidate) => candidate.offset <= offset && offset < candidate.offset + store.describe(candidate.type).size,
      );
      if (!field) return;
      part = {type: field.type, offset: offset - field.offset, selector: `${part.selector}.${field.name}`};
    } else return;
  }
}
