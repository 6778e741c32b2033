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
  readonly rows: readonly Owner[]; // most bytes first
  readonly ownerOf: Uint32Array; // per node: row; NONE for the program, root nodes and garbage
  readonly ownObjects: Float64Array; // per row: objects of the owner's type
  readonly ownBytes: Float64Array; // per row: Bytes of their slots; 0 for variables and functions
  readonly heldObjects: Float64Array; // per row: the unnamed objects that hang on them
  readonly heldBytes: Float64Array; // per row: Bytes
  readonly retained: Float64Array; // per row: Bytes that its objects retain which no object of the same owner dominates
}

/** What owners are computed from. */
interface OwnersInput extends Pick<ToldHeap, 'columns' | 'origins'> {
  readonly preorder: Pick<ToldHeap['preorder'], 'node'>;
}

/** O(nodes + types); 4 bytes a node of results, in `ownerOf`. */
export function computeOwners(
  {columns, preorder, origins}: OwnersInput,
  ownerOf: Uint32Array = new Uint32Array(nodeCount(columns.graph)),
): Owners {
  const {graph} = columns;
  const met = assignOwners(graph, columns, origins, ownerOf.fill(NONE));
  const sums = sumUp(graph, met, ownerOf);
  const bytesOf = (row: number) => sums.ownBytes[row]! + sums.heldBytes[row]!;
  const order = Uint32Array.from(met.keys()).sort((a, b) => bytesOf(b) - bytesOf(a) || compareOwners(met[a]!, met[b]!));
  const rank = new Uint32Array(order.length);
  for (let row = 0; row < order.length; row++) rank[order[row]!] = row;
  for (let node = 0; node < ownerOf.length; node++) if (ownerOf[node] !== NONE) ownerOf[node] = rank[ownerOf[node]!]!;
  const inOrder = (sum: Float64Array) => Float64Array.from(order, (row) => sum[row]!);
  return {
    rows: Array.from(order, (row) => met[row]!),
    ownerOf,
    ownObjects: inOrder(sums.ownObjects),
    ownBytes: inOrder(sums.ownBytes),
    heldObjects: inOrder(sums.heldObjects),
    heldBytes: inOrder(sums.heldBytes),
    retained: sumTopmost(columns, preorder, {groupOf: ownerOf, count: order.length}),
  };
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

/** Rows are numbered as they are met. An object that owns nothing waits until the owner of its holder is known. */
function assignOwners(graph: HeapGraph, {holder}: TellingPaths, origins: RootOrigins, ownerOf: Uint32Array): Owner[] {
  const {objects, roots} = graph;
  const rows: Owner[] = [];
  const owns = listOwnerTypes(graph);
  const rowOfType = new Uint32Array(graph.types.count).fill(NONE);
  const rowOfOrigin = new Column(Uint32Array);
  const waiting = new Column(Uint32Array);
  for (let object = roots.count + 1; object < ownerOf.length; object++) {
    if (holder[object] === NONE) continue;
    let node = object;
    for (; node > roots.count && ownerOf[node] === NONE; node = holder[node]!) {
      waiting.push(node);
      if (owns[objects.type[node - 1 - roots.count]!] === 1) break;
    }
    let owner = ownerOf[node]!;
    if (node <= roots.count) {
      const origin = origins.idOf(node);
      while (rowOfOrigin.length <= origin) rowOfOrigin.push(NONE);
      if (rowOfOrigin.data[origin] === NONE) rowOfOrigin.data[origin] = rows.push(originOwner(origins, origin)) - 1;
      owner = rowOfOrigin.data[origin]!;
    } else if (owner === NONE) {
      const type = objects.type[node - 1 - roots.count]!;
      if (rowOfType[type] === NONE) rowOfType[type] = rows.push(typeOwner(graph, type)) - 1;
      owner = rowOfType[type]!;
    }
    while (waiting.length > 0) ownerOf[waiting.data[--waiting.length]!] = owner;
  }
  return rows;
}

type Sums = Pick<Owners, 'ownObjects' | 'ownBytes' | 'heldObjects' | 'heldBytes'>;

function sumUp({spans, objects, roots}: HeapGraph, rows: readonly Owner[], ownerOf: Uint32Array): Sums {
  const zeros = () => new Float64Array(rows.length);
  const sums = {ownObjects: zeros(), ownBytes: zeros(), heldObjects: zeros(), heldBytes: zeros()};
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
  return sums;
}

function compareOwners(a: Owner, b: Owner): number {
  return a.name !== b.name ? (a.name < b.name ? -1 : 1) : a.kind < b.kind ? -1 : 1;
}
function originOwner(origins: RootOrigins, id: number): Owner {
  const {kind, name, package: path} = origins.at(id);
  return {kind, type: 0, name, package: path};
}
function typeOwner({types}: HeapGraph, type: TypeIndex): Owner {
  return {kind: 'type', type, name: types.name[type]!, package: packageName(types.package[type]!)};
}
