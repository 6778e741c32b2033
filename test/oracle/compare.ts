/**
 * A goheap database against the heap dump of the same process, written just before the core: objects, pointer slots, root
 * words. The dump is older by a moment, so the program may have allocated and assigned in between; everything that differs
 * is returned as a line of text that says what and where, never just counted, and is explained only when the core itself
 * has at that place what the database says.
 */
import type Database from 'better-sqlite3';
import type {ReadWord} from './core-words.js';
import {type DumpGraph, findObject} from './dump-graph.js';
import type {HeapDump, PointerBlock} from './heap-dump.js';
import {wordAt} from './heap-dump.js';

export interface Comparison {
  readonly compared: number;
  readonly differences: readonly Difference[];
}
export interface Difference {
  readonly text: string;
  /** The word that differs, and where it points according to the database; no word for a difference of another kind. */
  readonly word?: {readonly address: number; readonly found: number | undefined};
}

interface ObjectRow {
  readonly id: number;
  readonly address: number;
  readonly size: number;
  readonly type: string | null;
}
interface EdgeRow {
  readonly source_id: number;
  readonly offset: number;
  readonly target_id: number;
  readonly target_offset: number;
}

/** A database in the form that comparing needs. */
export interface DatabaseSide {
  readonly objects: readonly ObjectRow[];
  readonly byAddress: ReadonlyMap<number, ObjectRow>;
  readonly byId: ReadonlyMap<number, ObjectRow>;
  /** Object id → offset → address pointed to. */
  readonly pointers: ReadonlyMap<number, ReadonlyMap<number, number>>;
}

export function readDatabaseSide(database: Database.Database): DatabaseSide {
  const objects = database
    .prepare('SELECT o.id, o.address, o.size, t.name AS type FROM objects o LEFT JOIN types t ON t.id = o.type_id ORDER BY o.address')
    .all() as ObjectRow[];
  const byId = new Map(objects.map((object) => [object.id, object]));
  const pointers = new Map<number, Map<number, number>>();
  const edges = database.prepare('SELECT source_id, offset, target_id, target_offset FROM edges').all() as EdgeRow[];
  for (const edge of edges) {
    if (!byId.has(edge.source_id)) continue; // a root node's
    let own = pointers.get(edge.source_id);
    if (own === undefined) {
      own = new Map();
      pointers.set(edge.source_id, own);
    }
    own.set(edge.offset, byId.get(edge.target_id)!.address + edge.target_offset);
  }
  return {objects, byId, byAddress: new Map(objects.map((object) => [object.address, object])), pointers};
}

/** Every object of the dump is in the database with the same size. */
export function compareObjects(side: DatabaseSide, dump: HeapDump): Comparison {
  const {address, size} = dump.objects;
  const differences = address.flatMap((at, object) => {
    const found = side.byAddress.get(at);
    if (found === undefined) return [{text: `object ${hex(at)} of ${size[object]} bytes is not in the database`}];
    return found.size === size[object] ? [] : [{text: `object ${hex(at)} has ${found.size} bytes; the runtime says ${size[object]}`}];
  });
  return {compared: address.length, differences};
}

/** Every pointer slot of the dump with a heap target is an edge with that target. */
export function comparePointers(side: DatabaseSide, graph: DumpGraph): Comparison {
  const differences: Difference[] = [];
  let compared = 0;
  for (let object = 0; object < graph.address.length; object++) {
    const owner = side.byAddress.get(graph.address[object]!);
    const own = owner && side.pointers.get(owner.id);
    for (const {offset, target, targetOffset} of graph.edges[object]!) {
      compared++;
      const expected = graph.address[target]! + targetOffset;
      const found = own?.get(offset);
      if (found === expected) continue;
      const text = `${place(owner, graph.address[object]!, offset)}: ${hex(found)} now, ${hex(expected)} in the dump`;
      differences.push({text, word: {address: graph.address[object]! + offset, found}});
    }
  }
  return {compared, differences};
}

/** The database has no edge at a word of a dumped object where the runtime's bitmaps have no pointer. */
export function compareMasks(side: DatabaseSide, dump: HeapDump): Comparison {
  const {address, firstField, fieldOffset} = dump.objects;
  const differences: Difference[] = [];
  let compared = 0;
  for (let object = 0; object < address.length; object++) {
    const owner = side.byAddress.get(address[object]!);
    const own = owner && side.pointers.get(owner.id);
    if (own === undefined) continue;
    const pointerWords = new Set(fieldOffset.slice(firstField[object], firstField[object + 1]));
    for (const offset of own.keys()) {
      compared++;
      if (!pointerWords.has(offset)) differences.push({text: `${place(owner, address[object]!, offset)}: an edge where no pointer is`});
    }
  }
  return {compared, differences};
}

/** Objects that the database has and the dump has not: what was allocated in between. */
export function findNewObjects(side: DatabaseSide, dump: HeapDump): ObjectRow[] {
  const known = new Set(dump.objects.address);
  return side.objects.filter((object) => !known.has(object.address));
}

/** The words of a block with a heap target, as address → address pointed to. */
export function findHeapWords(block: PointerBlock, graph: DumpGraph): Map<number, number> {
  const words = new Map<number, number>();
  for (const offset of block.field) {
    if (offset + 8 > block.contents.length) continue; // arguments of a goroutine's first function lie behind its last frame
    const value = wordAt(block.contents, offset);
    if (findObject(graph, value) !== undefined) words.set(block.address + offset, value);
  }
  return words;
}

/** The differences that time does not explain: the core does not have at that word what the database says. */
export function findUnexplained(side: DatabaseSide, differences: readonly Difference[], readWord: ReadWord): string[] {
  const objects = {address: side.objects.map(({address}) => address), size: side.objects.map(({size}) => size)};
  return differences
    .filter(({word}) => {
      if (word === undefined) return true;
      const now = readWord(word.address);
      return word.found === undefined ? now === undefined || findObject(objects, now) !== undefined : now !== word.found;
    })
    .map(({text}) => text);
}

function place(owner: ObjectRow | undefined, address: number, offset: number): string {
  return `${owner?.type ?? 'object'} ${hex(address)}+${offset}`;
}
function hex(value: number | undefined): string {
  return value === undefined ? 'nothing' : `0x${value.toString(16)}`;
}
