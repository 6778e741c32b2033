/**
 * What follows from a type's structure by the rules of Go's compiler (cmd/compile/internal/types/size.go): its alignment, and whether an
 * interface holds a value of it directly. Reads the type table alone.
 */
import type {Bytes, HeapGraph, TypeIndex} from '../graph/heap-graph.js';
import {kindName} from './type-view.js';

type Types = Pick<HeapGraph, 'types'>;

/** Kinds whose value is one pointer. */
const POINTERS = new Set(['ptr', 'unsafe.Pointer', 'map', 'chan', 'func']);
/** Deeper nesting than any Go program has: the table is damaged. */
const DEEPEST = 100;

/** A power of two up to 8. */
export function alignmentOf(graph: Types, type: TypeIndex, depth = 0): Bytes {
  const {types} = graph;
  if (depth > DEEPEST) return 1;
  switch (kindName(graph, type)) {
    case 'array':
      return alignmentOf(graph, types.element[type]!, depth + 1);
    case 'struct': {
      let alignment = 1;
      for (let row = types.firstField[type]!; row < types.firstField[type + 1]!; row++)
        alignment = Math.max(alignment, alignmentOf(graph, types.fieldType[row]!, depth + 1));
      return alignment;
    }
    case 'complex64':
      return 4;
    case 'unknown':
      return 1;
    default:
      return Math.min(types.size[type]!, 8); // scalars and what consists of words
  }
}

/** Whether an interface holds the value itself instead of a pointer to it. */
export function isPointerShaped(graph: Types, start: TypeIndex): boolean {
  const {types} = graph;
  for (let type = start, depth = 0; types.size[type] === 8 && depth < DEEPEST; depth++) {
    const kind = kindName(graph, type);
    if (POINTERS.has(kind)) return true;
    if (kind === 'array' && types.length[type] === 1) type = types.element[type]!;
    else if (kind === 'struct' && types.firstField[type + 1]! - types.firstField[type]! === 1)
      type = types.fieldType[types.firstField[type]!]!;
    else return false;
  }
  return false;
}
