/**
 * A map of package sync → where its keys and elements are. Two representations, told apart by their fields: a tree of hashes whose leaves
 * are chains of entries, and (Go 1.23 and older) two maps of pointers to entries, of which the second has everything once the first is amended.
 * Truth: internal/sync/hashtriemap.go and sync/map.go, Go 1.17 – 1.27. The types of entries come from DWARF. Damaged maps give what can be
 * read of them and always end.
 */
import {type Address, TYPE_KINDS, type TypeIndex} from '../graph/heap-graph.js';
import {fieldNamed, type NestedPlace} from './field-path.js';
import {type MapCell, walkMap} from './map-cells.js';
import type {ValueSource} from './value-source.js';

/** What such a map holds. */
export interface SyncMap {
  readonly key: TypeIndex;
  readonly element: TypeIndex;
  cells(): Iterable<MapCell>;
}

const TREE = 'internal/sync.HashTrieMap[';
const [ARRAY, INTERFACE] = [TYPE_KINDS.indexOf('array'), TYPE_KINDS.indexOf('interface')];

/** By the type's full name: sync.Map, or what newer versions make it of. */
export function isSyncMap(type: string | undefined): boolean {
  return type !== undefined && (type === 'sync.Map' || type.startsWith(TREE));
}

/** Undefined for other types, and where types do not tell what is inside. */
export function findSyncMap(source: ValueSource, type: TypeIndex, address: Address): SyncMap | undefined {
  if (!isSyncMap(source.graph.types.name[type])) return undefined;
  const tree = fieldNamed(source.graph, type, 'm');
  return findTree(source, tree?.type ?? type, address + (tree?.offset ?? 0)) ?? findTwoMaps(source, type, address);
}

function findTree(source: ValueSource, type: TypeIndex, address: Address): SyncMap | undefined {
  const {types} = source.graph;
  const root = fieldNamed(source.graph, type, 'root');
  const inner = root && pointee(source, root.type);
  const children = inner && fieldNamed(source.graph, inner, 'children');
  const leaf = inner && source.types.named(types.name[inner]!.replace('.indirect[', '.entry['))[0];
  const [key, element, overflow] = ['key', 'value', 'overflow'].map((name) => leaf && fieldNamed(source.graph, leaf, name));
  if (!root || !children || !key || !element || !overflow) return undefined;
  const cells = function* (): Generator<MapCell> {
    for (const first of walkLeaves(source, source.word(address + root.offset) ?? 0, children))
      for (const entry of source.follow(first, overflow.offset)) yield [entry + key.offset, entry + element.offset];
  };
  return {key: key.type, element: element.type, cells};
}

/** Every node begins with whether it is a leaf. */
function* walkLeaves(source: ValueSource, root: Address, children: NestedPlace): Generator<Address> {
  const count = source.graph.types.length[children.type]!;
  const open = [root];
  const seen = new Set<Address>([0]); // in a sound tree no node comes twice
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    const isLeaf = source.byte(node);
    if (isLeaf === 1) yield node;
    else if (isLeaf === 0) for (let child = count; child-- > 0; ) open.push(source.word(node + children.offset + child * 8) ?? 0);
  }
}

/** Keys and elements are interfaces; an entry that was deleted has no element. */
function findTwoMaps(source: ValueSource, type: TypeIndex, address: Address): SyncMap | undefined {
  const {types} = source.graph;
  const [read, dirty] = [fieldNamed(source.graph, type, 'read'), fieldNamed(source.graph, type, 'dirty')];
  const key = dirty && types.key[dirty.type]!;
  const entry = dirty && types.element[types.element[dirty.type]!]!;
  const pointer = entry && fieldNamed(source.graph, entry, 'p');
  const first = read && readPointer(source, read.type, address + read.offset);
  if (!dirty || !key || !pointer || !first) return undefined;
  if (first.address === 0) return {key, element: key, cells: () => []}; // never used
  const [amended, map] = ['amended', 'm'].map((name) => fieldNamed(source.graph, first.type, name));
  if (!amended || !map) return undefined;
  const cells = function* (): Generator<MapCell> {
    const at = source.byte(first.address + amended.offset) === 1 ? address + dirty.offset : first.address + map.offset;
    for (const [keyAt, entryAt] of walkMap({source, address: source.word(at) ?? 0, key, element: types.element[dirty.type]!})) {
      const element = source.word((source.word(entryAt) ?? 0) + pointer.offset);
      if (element) yield [keyAt, element];
    }
  };
  return {key, element: key, cells};
}

/** What is behind an atomic.Pointer, or – atomic.Value, before Go 1.20 – in the interface in it; at address 0 when that is nil. */
function readPointer(source: ValueSource, type: TypeIndex, address: Address): {type: TypeIndex; address: Address} | undefined {
  const value = fieldNamed(source.graph, type, 'v');
  if (!value) return undefined;
  const isInterface = source.graph.types.kind[value.type] === INTERFACE;
  const word = source.word(address + value.offset);
  if (word === 0) return {type: 0, address: 0};
  const found = isInterface ? source.dynamicType(word ?? 0) : pointee(source, type);
  const target = isInterface ? source.word(address + value.offset + 8) : word;
  return found && target ? {type: found, address: target} : undefined;
}

/** What an atomic.Pointer points to: it has a field without size that says so. */
function pointee({graph: {types}}: ValueSource, pointer: TypeIndex): TypeIndex | undefined {
  for (let row = types.firstField[pointer]!; row < types.firstField[pointer + 1]!; row++) {
    const type = types.fieldType[row]!;
    if (types.kind[type] === ARRAY && types.length[type] === 0) return types.element[types.element[type]!] || undefined;
  }
  return undefined;
}
