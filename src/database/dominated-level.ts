/**
 * What a node of a database dominates directly → groups of one name and type. What Go has no words for – what a variable points to, the insides of a map – is the node itself to a reader, and what
 * it dominates is on the level. A few children are looked up; of millions the pages of their table and of all objects are gone through: then the table of paths says what they are called, and those
 * beyond the paths that were kept are called by the nearest one.
 */
import {createBitset, getBit, setBit} from '../base/bitset.js';
import {checkpoint, type Work} from '../base/progress.js';
import {remember} from '../base/remember.js';
import type {SqlDatabase} from '../sql/index.js';
import type {KeyRange} from '../sql/page-scan.js';
import {scanColumns} from '../sql/scan-columns.js';
import {coverNodes} from './cover-ranges.js';
import type {StoredNames} from './stored-names.js';

export interface LevelGroup {
  readonly kind: string;
  readonly name: string;
  readonly type: number;
  readonly nodes: number[]; // all of them, or none where there are too many to be of use
  count: number;
  example: number; // the one that retains most
  most: number; // what it retains
  retained: number;
  objects: number; // in their subtrees
}
export interface DominatedLevel {
  readonly name: string; // the node's own
  readonly itself: ReadonlySet<number>; // the node, and what Go has no words for between it and the groups
  readonly slots: number; // of the latter
  readonly groups: LevelGroup[]; // as `computeHolders` makes them, the largest first
}

/** More children are not looked up one by one. */
export const MOST_CHILDREN = 100_000;
/** Nodes of a group that are listed. */
const MOST_NODES = 1_000_000;
/** More than there are types: a path and a type make one number. */
const TYPES = 2 ** 21;

const COUNT = `SELECT total((SELECT max(rank) FROM dominated WHERE dominator_id = i.value)) AS children FROM json_each(:ids) i`;
/** What holds the nodes that some nodes dominate directly; root nodes hold themselves. */
const HOLDERS = `SELECT DISTINCT coalesce(o.holder_id, d.node_id) AS id
  FROM json_each(:ids) i CROSS JOIN dominated d ON d.dominator_id = i.value LEFT JOIN objects o ON o.id = d.node_id`;
const COLUMNS = `coalesce(r.kind, 'object') AS kind, coalesce(o.type_id, r.type_id, 0) AS type,
    coalesce(o.retained, r.retained, 0) AS retained, coalesce(o.retained_objects, r.retained_objects, 0) AS objects,
    coalesce(o.size, 0) AS size, coalesce(o.holder_id, 0) AS holder, coalesce(o.holder_offset, 0) AS offset`;
/** What some nodes dominate directly. `holder` is 0 for root nodes. */
const CHILDREN = `SELECT d.node_id AS id, ${COLUMNS}
  FROM json_each(:ids) i CROSS JOIN dominated d ON d.dominator_id = i.value LEFT JOIN objects o ON o.id = d.node_id LEFT JOIN roots r ON r.id = d.node_id
  ORDER BY i.key, d.rank`;
const NODES = `SELECT i.value AS id, ${COLUMNS} FROM json_each(:ids) i LEFT JOIN objects o ON o.id = i.value LEFT JOIN roots r ON r.id = i.value ORDER BY i.key`;
const PATH_NAMED = 'SELECT id FROM paths WHERE name = :name';
const PATH_NAMES = 'SELECT id, name FROM paths WHERE id IN (SELECT value FROM json_each(:ids))';
const HIGHEST = 'SELECT (SELECT max(id) FROM objects) AS objects, (SELECT max(id) FROM roots) AS roots';

interface Child {
  readonly id: number;
  readonly kind: string;
  readonly type: number;
  readonly retained: number;
  readonly objects: number;
  readonly size: number; // of an object's slot
  readonly holder: number;
  readonly offset: number;
}

/** Rejects with `signal.reason` when aborted. */
export async function readDominatedLevel(
  database: SqlDatabase,
  names: StoredNames,
  id: number,
  work: Work,
  mostChildren = MOST_CHILDREN,
): Promise<DominatedLevel> {
  const reader = new LevelReader(database, names, id, work);
  for (let parents = [id]; parents.length > 0; ) {
    const ids = JSON.stringify(parents);
    const [count] = await database.rows<{children: number}>(COUNT, {ids});
    parents = (count!.children > mostChildren ? await reader.scan(parents) : undefined) ?? (await reader.lookUp(ids));
  }
  return reader.finish();
}

class LevelReader {
  readonly #database: SqlDatabase;
  readonly #names: StoredNames;
  readonly #id: number;
  readonly #work: Work;
  readonly #itself: Set<number>;
  readonly #groups = new Map<string, LevelGroup>();
  readonly #textOf = new Map<number, string>(); // of paths
  #name = '';
  #slots = 0;

  constructor(database: SqlDatabase, names: StoredNames, id: number, work: Work) {
    this.#database = database;
    this.#names = names;
    this.#id = id;
    this.#work = work;
    this.#itself = new Set([id]);
  }

  /** Gives those whose children belong to the level, too. */
  async lookUp(ids: string): Promise<number[]> {
    await this.#readNames((await this.#database.rows<{id: number}>(HOLDERS, {ids})).map((holder) => holder.id));
    const parents: number[] = [];
    for await (const child of this.#database.each<Child>(CHILDREN, {ids})) if (this.#add(child)) parents.push(child.id);
    return parents;
  }

  /** The same; undefined where that has to be looked up. */
  async scan(parents: readonly number[]): Promise<number[] | undefined> {
    await this.#readNames([]);
    const own = await this.#database.rows<{id: number}>(PATH_NAMED, {name: this.#name});
    if (own.length !== 1) return undefined;
    const [highest] = await this.#database.rows<{objects: number; roots: number}>(HIGHEST);
    const isChild = createBitset(Math.max(highest!.objects, highest!.roots) + 1);
    const alone: number[] = []; // children whose names are looked up: what may be the node itself, and what has no path
    const ranges = [...parents].sort((a, b) => a - b).map((parent): KeyRange => [parent, parent]);
    for (const {count, columns} of scanColumns(this.#database.path, 'dominated', ['dominator_id', 'node_id'], ranges)) {
      for (let row = 0; row < count; row++) {
        const node = columns[1]![row]!;
        if (node > highest!.roots) setBit(isChild, node);
        else alone.push(node);
      }
      await checkpoint(this.#work);
    }
    await this.#scanObjects(isChild, own[0]!.id, alone);
    const children = await this.#database.rows<Child>(NODES, {ids: JSON.stringify(alone)});
    await this.#readNames(children.map(({id, holder}) => holder || id));
    children.sort((a, b) => b.retained - a.retained || a.id - b.id); // as in `dominated`
    return children.filter((child) => this.#add(child)).map(({id}) => id);
  }

  /** `alone`: where nodes are put that are in no group. */
  async #scanObjects(isChild: Uint8Array, ownPath: number, alone: number[]): Promise<void> {
    const groups = new Map<number, LevelGroup>();
    let lastKey = -1;
    let last: LevelGroup | undefined;
    const wanted = ['id', 'size', 'type_id', 'path_id', 'dominated_bytes', 'retained_objects'];
    for (const {count, columns} of scanColumns(this.#database.path, 'objects', wanted, coverNodes(isChild))) {
      const [ids, sizes, types, paths, dominated, objects] = columns;
      for (let row = 0; row < count; row++) {
        const id = ids![row]!;
        if (!getBit(isChild, id)) continue;
        const path = paths![row]!;
        if (path === ownPath || Number.isNaN(path)) {
          alone.push(id);
          continue;
        }
        const type = types![row]!;
        const key = path * TYPES + type;
        if (key !== lastKey) {
          last = remember(groups, key, () => emptyGroup('object', '', type, id));
          lastKey = key;
        }
        addTo(last!, id, sizes![row]! + dominated![row]!, objects![row]!);
      }
      this.#work.onProgress?.('read objects', ids![count - 1]!, isChild.length * 8);
      await checkpoint(this.#work);
    }
    const pathIds = [...new Set([...groups.keys()].map((key) => Math.floor(key / TYPES)))];
    const rows = await this.#database.rows<{id: number; name: string}>(PATH_NAMES, {ids: JSON.stringify(pathIds)});
    const nameOf = new Map(rows.map(({id, name}) => [id, name]));
    for (const [key, group] of groups) this.#take({...group, name: nameOf.get(Math.floor(key / TYPES))!});
  }

  finish(): DominatedLevel {
    const groups = [...this.#groups.values()].sort((a, b) => b.retained - a.retained || a.example - b.example);
    return {name: this.#name, itself: this.#itself, slots: this.#slots, groups};
  }

  async #readNames(ids: readonly number[]): Promise<void> {
    await this.#names.read([this.#id, ...ids]);
    this.#name = this.#nameOf(this.#names.of(this.#id));
  }
  #nameOf(path: number): string {
    return remember(this.#textOf, path, () => this.#names.textOf(path));
  }

  /** Whether it is the node itself to a reader. */
  #add({id, kind, type, retained, objects, size, holder, offset}: Child): boolean {
    if (this.#itself.has(holder) && this.#names.isSilent(holder, offset)) {
      this.#itself.add(id);
      this.#slots += size;
      return true;
    }
    if (retained > 0) {
      const name = this.#nameOf(holder === 0 ? this.#names.ofRoot(id, type) : this.#names.behind(holder, offset, type));
      addTo(this.#groupOf(kind, name, type, id), id, retained, objects);
    }
    return false;
  }
  #groupOf(kind: string, name: string, type: number, example: number): LevelGroup {
    return remember(this.#groups, `${name} ${type} ${kind === 'object'}`, () => emptyGroup(kind, name, type, example));
  }
  #take(group: LevelGroup): void {
    const known = this.#groupOf(group.kind, group.name, group.type, group.example);
    if (group.most > known.most || (group.most === known.most && group.example < known.example)) known.example = group.example;
    known.most = Math.max(known.most, group.most);
    known.count += group.count;
    known.retained += group.retained;
    known.objects += group.objects;
    if (known.nodes.length + group.nodes.length > MOST_NODES || group.nodes.length < group.count) known.nodes.length = 0;
    else known.nodes.push(...group.nodes);
  }
}

function emptyGroup(kind: string, name: string, type: number, example: number): LevelGroup {
  return {kind, name, type, nodes: [], count: 0, example, most: 0, retained: 0, objects: 0};
}

function addTo(group: LevelGroup, id: number, retained: number, objects: number): void {
  if (group.nodes.length === group.count && group.count < MOST_NODES) group.nodes.push(id);
  else group.nodes.length = 0;
  group.count++;
  group.retained += retained;
  group.objects += objects;
  if (retained <= group.most) return;
  group.example = id;
  group.most = retained;
}
