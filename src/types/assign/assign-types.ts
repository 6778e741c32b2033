/**
 * Traced heap + types of the program → the type, the number of elements and the evidence of every object, the type of
 * every root variable, and the type table. `propagate` has the rule, `count-elements` the numbers.
 * Not done here: the elements of a channel that lie behind its own structure, in one object with it.
 */
import {freeColumn} from '../../base/free-column.js';
import type {Work} from '../../base/progress.js';
import {sharedColumn} from '../../base/shared-columns.js';
import type {TypeTable} from '../../graph/heap-graph.js';
import {PointerShapes} from '../catalog/pointer-shape.js';
import {EMPTY_DESCRIPTION} from '../catalog/type-description.js';
import type {TypeSource} from '../catalog/type-source.js';
import {TypeStore} from '../catalog/type-store.js';
import {ClaimFit} from '../evidence/claim-fit.js';
import {ObjectSlots} from '../evidence/object-slots.js';
import type {TracedHeap} from '../evidence/traced-heap.js';
import {countElements} from './count-elements.js';
import type {Propagated} from './object-types.js';
import {propagate} from './propagate.js';
import {warnOfContradictions} from './refusals.js';
import {findRootTypes} from './root-types.js';
import {nameTinyBlocks} from './tiny-blocks.js';

export interface AssignedTypes {
  readonly type: Uint16Array | Uint32Array; // per object: TypeIndex; 0 = unknown; the row `noscan` for those without pointers, which has kind unknown too
  readonly length: Uint16Array; // per object: elements; 0 for unknown types
  readonly longLength: ReadonlyMap<number, number>; // as ObjectTable's, which has the rest of `length`
  readonly evidence: Uint8Array; // per object: EVIDENCE
  readonly rootType: Uint32Array; // per root: TypeIndex; 0 = unknown
  readonly types: TypeTable;
  /** The row of a runtime type, by its address in the process; 0 = not in the table. */
  rowOfAddress(address: number): number;
  /** The row of the type of a package-level variable, by its DWARF entry. */
  rowOfDie(offset: number): number;
}

/** What the table shall have whether objects use it or not. */
export interface NeededTypes {
  /** The table of those that were needed before: rows of root nodes are its. */
  readonly shapes?: PointerShapes;
  /** Addresses of runtime types: those of itabs. */
  readonly runtimeTypes?: Iterable<number>;
  /** DWARF entries of types: those of package-level variables. */
  readonly typeDies?: Iterable<number>;
}

export async function assignTypes(
  source: TypeSource,
  heap: TracedHeap,
  {shapes = new PointerShapes(new TypeStore(source)), runtimeTypes = [], typeDies = []}: NeededTypes,
  work?: Work,
): Promise<AssignedTypes> {
  const {store} = shapes;
  const rootType = findRootTypes(heap, store);
  for (const type of rootType) shapes.prepare(type);
  for (const address of runtimeTypes) store.rowOfAddress(address);
  work?.onProgress?.('types', 0, heap.objectCount);
  const slots = new ObjectSlots(heap);
  const fit = new ClaimFit(heap, shapes, slots, source.format);
  const {found, refusals} = await propagate({heap, shapes, slots, fit, rootType, source}, work);
  const input = {image: source.image, heap, shapes, slots, found, rootType};
  await countElements(input, work);
  nameTinyBlocks(input);
  warnOfContradictions(refusals, shapes, heap, source.warnings);
  nameNoscan(heap, store, found);
  for (const die of typeDies) store.rowOfDie(die);
  const types = store.freeze();
  const {length, longLength, evidence} = found;
  const rows = {rowOfAddress: (address: number) => store.findRow(address), rowOfDie: (offset: number) => store.rowOfDie(offset)};
  return {type: finished(found.type, types.count), length, longLength, evidence, rootType, types, ...rows};
}

/** In memory that threads share, and in half of it where all rows fit; `type` is gone then. */
function finished(type: Uint32Array, rows: number): Uint16Array | Uint32Array {
  const column = sharedColumn<Uint16Array | Uint32Array>(rows > 2 ** 16 ? Uint32Array : Uint16Array, type.length);
  column.set(type);
  freeColumn(type);
  return column;
}

/** What holds no pointers and has no type that anybody told stays nameless but for that: a row of its own, of kind unknown. */
function nameNoscan({spans, firstObject}: TracedHeap, store: TypeStore, {type}: Propagated): void {
  let noscan = 0;
  for (let span = 0; span < spans.count; span++) {
    if (spans.scan[span] === 1) continue;
    for (let object = firstObject[span]!; object < firstObject[span + 1]!; object++) {
      if (type[object] !== 0) continue;
      if (noscan === 0) noscan = store.define({...EMPTY_DESCRIPTION, name: 'noscan'});
      type[object] = noscan;
    }
  }
}
