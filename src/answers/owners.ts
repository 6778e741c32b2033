/**
 * Every object → its owner: the nearest node on its telling path, itself included, whose type is a named struct of a package that is not
 * transparent (package-names.ts); where there is none, the variable or the function that the path begins at. Most bytes of a Go heap are
 * `uint8`, map groups and backing arrays: the owner says whose they are. The bytes of all owners add up to the reachable bytes.
 */
import {isTransparentPackage, packageName} from '../analyses/package-names.js';
import type {OriginKind, RootOrigins} from '../analyses/root-origins.js';
import type {TellingPaths} from '../analyses/telling-paths.js';
import {sumTopmost} from '../analyses/topmost.js';
import {Column} from '../base/columns.js';
import {NONE} from '../base/units.js';
import {type HeapGraph, TYPE_KINDS, type TypeIndex} from '../graph/heap-graph.js';
import {nodeCount} from '../graph/objects.js';
import type {ToldHeap} from './told-heap.js';

export interface Owner {
  readonly kind: 'type' | OriginKind;
  readonly type: TypeIndex; // 0 for variables and functions
  readonly name: string;
  readonly package: string; // import path; '' when unknown
}

export interface Owners {
  readonly rows: readonly Owner[];
  readonly ownerOf: Uint32Array; // per node: row; NONE for the program, root nodes and garbage
  readonly ownObjects: Float64Array; // per row: objects of the owner's type
  readonly ownBytes: Float64Array; // per row: Bytes of their slots; 0 for variables and functions
  readonly heldObjects: Float64Array; // per row: the unnamed objects that hang on them
  readonly heldBytes: Float64Array; // per row: Bytes
  readonly retained: Float64Array; // per row: Bytes that its objects retain which no object of the same owner dominates
}

/** O(nodes + types); 4 bytes a node of results. */
export function computeOwners({columns, paths, preorder, origins}: Omit<ToldHeap, 'names'>): Owners {
  const {graph} = columns;
  const {rows, ownerOf} = assignOwners(graph, paths, origins);
  const zeros = () => new Float64Array(rows.length);
  const sums = {ownObjects: zeros(), ownBytes: zeros(), heldObjects: zeros(), heldBytes: zeros()};
  const {spans, objects, roots} = graph;
  for (let span = 0; span < spans.count; span++) {
    const size = spans.slotSize[span]!;
    const end = objects.firstObject[span + 1]!;
    for (let object = objects.firstObject[span]!; object < end; object++) {
      const owner = ownerOf[object + 1 + roots.count]!;
      if (owner === NONE) continue;
      const {type} = rows[owner]!;
      const isOwn = type !== 0 && type === objects.type[object];
      (isOwn ? sums.ownObjects : sums.heldObjects)[owner]! += 1;
      (isOwn ? sums.ownBytes : sums.heldBytes)[owner]! += size;
    }
  }
  return {rows, ownerOf, ...sums, retained: sumTopmost(columns, preorder, ownerOf, rows.length)};
}

/** Bit-free and quick to ask: 1 for the types that own. */
export function listOwnerTypes({types}: Pick<HeapGraph, 'types'>): Uint8Array {
  const owns = new Uint8Array(types.count);
  for (let type = 1; type < types.count; type++) {
    const path = types.package[type]!;
    const isNamedStruct = path !== '' && TYPE_KINDS[types.kind[type]!] === 'struct';
    if (isNamedStruct && !isTransparentPackage(packageName(path))) owns[type] = 1;
  }
  return owns;
}

/** In path order: the holder of an object has its owner already. Rows are numbered as they are met. */
function assignOwners(graph: HeapGraph, {order, count, holder}: TellingPaths, origins: RootOrigins): {rows: Owner[]; ownerOf: Uint32Array} {
  const {objects, roots} = graph;
  const rows: Owner[] = [];
  const owns = listOwnerTypes(graph);
  const rowOfType = new Uint32Array(graph.types.count).fill(NONE);
  const rowOfOrigin = new Column(Uint32Array);
  const ownerOf = new Uint32Array(nodeCount(graph)).fill(NONE);
  for (let index = 0; index < count; index++) {
    const node = order[index]!;
    if (node <= roots.count) continue;
    const type = objects.type[node - 1 - roots.count]!;
    const above = holder[node]!;
    if (owns[type] === 1) {
      if (rowOfType[type] === NONE) rowOfType[type] = rows.push(typeOwner(graph, type)) - 1;
      ownerOf[node] = rowOfType[type]!;
    } else if (above > roots.count) ownerOf[node] = ownerOf[above]!;
    else {
      const origin = origins.idOf(above);
      while (rowOfOrigin.length <= origin) rowOfOrigin.push(NONE);
      if (rowOfOrigin.data[origin] === NONE) rowOfOrigin.data[origin] = rows.push(originOwner(origins, origin)) - 1;
      ownerOf[node] = rowOfOrigin.data[origin]!;
    }
  }
  return {rows, ownerOf};
}

function originOwner(origins: RootOrigins, id: number): Owner {
  const {kind, name, package: path} = origins.at(id);
  return {kind, type: 0, name, package: path};
}
function typeOwner({types}: HeapGraph, type: TypeIndex): Owner {
  return {kind: 'type', type, name: types.name[type]!, package: packageName(types.package[type]!)};
}
