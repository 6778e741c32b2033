/**
 * Arrays of bytes → what for: the headers that point to them say whether they are text, the array of a byte slice, or both, as when a string was made
 * without a copy. One pass over the pointers of what has such headers; 1 byte an object.
 */
import type {NodeIndex} from '../base/units.js';
import {type Bytes, type HeapGraph, TYPE_KINDS, type TypeIndex, type TypeTable} from '../graph/heap-graph.js';
import {PointerParts} from './pointer-parts.js';

/** By the value of a column; the first is for arrays of bytes that no such header points to. */
export const BYTE_USES = ['other', 'string', 'slice', 'both'] as const;

const UINT8 = TYPE_KINDS.indexOf('uint8');
const ARRAY = TYPE_KINDS.indexOf('array');
const SLICE = TYPE_KINDS.indexOf('slice');
const STRING = TYPE_KINDS.indexOf('string');
const STRING_BIT = 1;
const SLICE_BIT = 2;

/** Per type: 1 for bytes and arrays of them. */
export function listByteTypes({count, kind, element}: TypeTable): Uint8Array {
  return Uint8Array.from({length: count}, (_, type) =>
    kind[type] === UINT8 || (kind[type] === ARRAY && kind[element[type]!] === UINT8) ? 1 : 0,
  );
}

/** Per object: position in BYTE_USES; 0 for what is no array of bytes as well. */
export function computeByteUses(graph: HeapGraph): Uint8Array {
  const {roots, objects, spans, types, edges} = graph;
  const parts = new PointerParts(types);
  const isBytes = listByteTypes(types);
  const bits = listUseBits(types);
  const uses = new Uint8Array(objects.count);
  if (!bits.some((bit) => bit !== 0)) return uses; // as of Java
  const mark = (node: NodeIndex, type: TypeIndex, header: Bytes) => {
    const words = parts.of(type);
    if (words === undefined) return;
    for (let edge = edges.firstEdge[node]!; edge < edges.firstEdge[node + 1]!; edge++) {
      const object = edges.target[edge]! - 1 - roots.count;
      if (isBytes[objects.type[object]!] === 1) uses[object]! |= bits[words[(edges.slot[edge]! - header / 8) % words.length]!]!;
    }
  };
  for (let root = 0; root < roots.count; root++) mark(root + 1, roots.type[root]!, 0);
  for (let span = 0; span < spans.count; span++) {
    const end = objects.firstObject[span + 1]!;
    if (spans.scan[span] !== 1) continue;
    for (let object = objects.firstObject[span]!; object < end; object++)
      mark(object + 1 + roots.count, objects.type[object]!, spans.header[span]!);
  }
  return uses;
}

/** Per type: what its first word says of the bytes it points to. */
function listUseBits({count, kind, element}: TypeTable): Uint8Array {
  return Uint8Array.from({length: count}, (_, type) => {
    if (kind[type] === STRING) return STRING_BIT;
    return kind[type] === SLICE && kind[element[type]!] === UINT8 ? SLICE_BIT : 0;
  });
}
