/**
 * The structures behind maps and channels, where only runtime types tell of them: the runtime's own types Map, table, hmap, hchan and sudog
 * have no type for what they hold, so each map and channel type gets versions of them that do – named as the linker names them in DWARF.
 * Truth: cmd/link/internal/ld/dwarf.go (synthesizemaptypes, synthesizechantypes), Go 1.17 – 1.27.
 */
import type {TypeIndex} from '../../base/units.js';
import {KIND} from '../../runtime/types/kinds.js';
import {EMPTY_DESCRIPTION, type TypeDescription} from './type-description.js';

/** Cells of a bucket; keys and elements beyond this size lie behind pointers. */
const CELLS = 8;
const INLINE = 128;

/** What is needed of the store of types. */
export interface StructureStore {
  /** Row of a named runtime type; undefined when the program has none. */
  findNamed(name: string): TypeIndex | undefined;
  rowOfAddress(address: number): TypeIndex;
  describe(row: TypeIndex): TypeDescription;
  nameOf(row: TypeIndex): string;
  /** Row of uint8. */
  byteRow(): TypeIndex;
  /** A new row that is described when somebody asks. */
  defer(make: () => TypeDescription): TypeIndex;
}

/** The row of the structure that values of this map or channel type point to; 0 when the program lacks the runtime's own. */
export function structureBehind(store: StructureStore, type: TypeDescription): TypeIndex {
  if (type.kind === KIND.chan) return channelBehind(store, type);
  const groups = store.findNamed('internal/runtime/maps.Map');
  const table = store.findNamed('internal/runtime/maps.table');
  if (groups !== undefined && table !== undefined) return mapOfGroups(store, type, groups, table);
  const buckets = store.findNamed('runtime.hmap');
  return buckets === undefined ? 0 : mapOfBuckets(store, type, buckets);
}

function mapOfGroups(store: StructureStore, type: TypeDescription, map: TypeIndex, table: TypeIndex): TypeIndex {
  const name = (generic: string) => `${generic}<${store.nameOf(type.key)},${store.nameOf(type.element)}>`;
  const group = pointerTo(store, store.rowOfAddress(type.inside));
  const groupsRow = store.describe(table).fields.find((field) => field.name === 'groups')?.type ?? 0;
  const groups = store.defer(() => specialize(store, groupsRow, name('groupReference'), {data: group}));
  const typedTable = store.defer(() => specialize(store, table, name('table'), {groups}));
  const directory = pointerTo(store, pointerTo(store, typedTable));
  return store.defer(() => specialize(store, map, name('map'), {dirPtr: directory}));
}

function mapOfBuckets(store: StructureStore, type: TypeDescription, map: TypeIndex): TypeIndex {
  const name = (generic: string) => `${generic}<${store.nameOf(type.key)},${store.nameOf(type.element)}>`;
  const inside = store.rowOfAddress(type.inside);
  const bucket: TypeIndex = store.defer(() => {
    // Without pointers in keys and elements the bucket's last word is an integer: then the map has a list of its overflow buckets.
    if (store.describe(inside).kind === KIND.unknown) return bucketOf(store, type, name('bucket'), bucket);
    const overflow = store.describe(inside).fields.find((field) => field.name === 'overflow')?.type ?? 0;
    const isPointer = store.describe(overflow).kind === KIND.unsafePointer;
    return renameFields(specialize(store, inside, name('bucket'), isPointer ? {overflow: pointerTo(store, bucket)} : {}));
  });
  const buckets = pointerTo(store, bucket);
  return store.defer(() => specialize(store, map, name('hash'), {buckets, oldbuckets: buckets}));
}

/** What reflect's own types of buckets leave out: they have a size and pointer bits only. */
function bucketOf(store: StructureStore, {key, element, inside}: TypeDescription, name: string, bucket: TypeIndex): TypeDescription {
  const cellOf = (row: TypeIndex) => (store.describe(row).size > INLINE ? pointerTo(store, row) : row);
  const cells = (row: TypeIndex) =>
    store.defer(() => ({...EMPTY_DESCRIPTION, kind: KIND.array, size: CELLS * store.describe(row).size, element: row, length: CELLS}));
  const parts = [
    ['tophash', cells(store.byteRow())],
    ['keys', cells(cellOf(key))],
    ['values', cells(cellOf(element))],
    ['overflow', pointerTo(store, bucket)],
  ] as const;
  let size = 0;
  const fields = parts.map(([field, row]) => {
    const offset = size;
    size += store.describe(row).size;
    return {name: field, offset, type: row, embedded: false};
  });
  const {size: claimed} = store.describe(store.rowOfAddress(inside));
  return {...EMPTY_DESCRIPTION, kind: KIND.struct, name, size: claimed, fields: size === claimed ? fields : []};
}

function channelBehind(store: StructureStore, type: TypeDescription): TypeIndex {
  const channel = store.findNamed('runtime.hchan');
  const waiter = store.findNamed('runtime.sudog');
  if (channel === undefined || waiter === undefined) return 0;
  const name = (generic: string) => `${generic}<${store.nameOf(type.element)}>`;
  const element = pointerTo(store, type.element);
  const queueRow = store.describe(channel).fields.find((field) => field.name === 'recvq')?.type ?? 0;
  const typedWaiter = pointerTo(
    store,
    store.defer(() => specialize(store, waiter, name('sudog'), {elem: element})),
  );
  const queue = store.defer(() => specialize(store, queueRow, name('waitq'), {first: typedWaiter, last: typedWaiter}));
  return store.defer(() => specialize(store, channel, name('hchan'), {recvq: queue, sendq: queue}));
}

/** The struct with other types for some of its fields, under a name of its own. */
function specialize(store: StructureStore, row: TypeIndex, name: string, types: Readonly<Record<string, TypeIndex>>): TypeDescription {
  const type = store.describe(row);
  const fields = type.fields.map((field) => ({...field, type: types[field.name] ?? field.type}));
  return {...type, fields, name, package: '', runtimeAddress: Number.NaN};
}

/** The runtime's bucket types and DWARF's call the same fields by different names. */
function renameFields(bucket: TypeDescription): TypeDescription {
  const names: Readonly<Record<string, string>> = {topbits: 'tophash', elems: 'values'};
  return {...bucket, fields: bucket.fields.map((field) => ({...field, name: names[field.name] ?? field.name}))};
}

function pointerTo(store: StructureStore, element: TypeIndex): TypeIndex {
  return store.defer(() => ({...EMPTY_DESCRIPTION, kind: KIND.pointer, size: 8, element}));
}
