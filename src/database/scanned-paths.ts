/**
 * A database → the telling paths of all its objects, as numbers by node, by going through the pages of objects and pointers once: for questions about
 * millions of objects, of which to look up each takes minutes. The same paths as of stored-names.ts, without a limit to their length. Columns are 10 bytes a node; a path
 * is found when it is asked for, and what holds something keeps the number of its place (answers/path-places.ts).
 */

import type {Origin} from '../analyses/root-origins.js';
import {InternedPaths, NOWHERE} from '../answers/interned-paths.js';
import {PathPlaces} from '../answers/path-places.js';
import {PlaceSteps} from '../answers/place-steps.js';
import {isNameless, namelessStep, rootStep, WordSteps} from '../answers/word-steps.js';
import {createBitset, getBit, setBit} from '../base/bitset.js';
import {checkpoint, type Work} from '../base/progress.js';
import {remember} from '../base/remember.js';
import {NONE} from '../base/units.js';
import type {TypeTable} from '../graph/heap-graph.js';
import type {SqlDatabase} from '../sql/index.js';
import {scanColumns} from '../sql/scan-columns.js';
import {contradiction} from '../sql/table-reader.js';
import type {StoredPointer} from './cut-pointers.js';
import {COUNTS} from './marked-cuts.js';
import {NarrowColumn} from './narrow-column.js';
import type {OtherPaths} from './other-paths.js';
import {readOrigins} from './stored-names.js';

/** Paths that there are as numbers, as `InternedPaths` has them. */
export interface PathNames {
  textOf(path: number): string;
  stepOf(path: number): {readonly parent: number; readonly text: string};
}

/** Unit of slots: all pointers begin at multiples of it. */
const SLOT_BYTES = 4;
const ROOT_TYPES = 'SELECT id, coalesce(type_id, 0) AS type FROM roots';

export class ScannedPaths {
  readonly #database: SqlDatabase;
  readonly #types: TypeTable;
  readonly #roots: number; // the highest id of one
  readonly #paths = new InternedPaths();
  readonly #places = new PathPlaces();
  readonly #steps: PlaceSteps;
  readonly #shapes = new Shapes();
  readonly #holder: Uint32Array; // per node; NONE: nothing reaches it, or not without what is left out
  readonly #slot: Uint32Array; // per node, in its holder
  readonly #shape: NarrowColumn; // per node, a shape's number; where `isPlaced` a place's
  readonly #isPlaced: Uint8Array; // bit per node
  readonly #origins = new Map<number, Origin>();
  readonly #rootType = new Map<number, number>();

  private constructor(database: SqlDatabase, types: TypeTable, {roots, nodes}: {roots: number; nodes: number}) {
    this.#database = database;
    this.#types = types;
    this.#roots = roots;
    this.#steps = new PlaceSteps(this.#places, this.#paths, new WordSteps(types, this.#paths), SLOT_BYTES);
    this.#holder = new Uint32Array(nodes).fill(NONE);
    this.#slot = new Uint32Array(nodes);
    this.#shape = new NarrowColumn(new Uint32Array(nodes));
    this.#isPlaced = createBitset(nodes);
  }

  /** `others`: by which other pointers objects are held. Rejects with `signal.reason` when aborted. */
  static async read(database: SqlDatabase, types: TypeTable, others: OtherPaths, work: Work): Promise<ScannedPaths> {
    const [counts] = await database.rows<{roots: number; nodes: number}>(COUNTS);
    const paths = new ScannedPaths(database, types, counts!);
    for (const {id, type} of await database.rows<{id: number; type: number}>(ROOT_TYPES)) paths.#rootType.set(id, type);
    await paths.#readObjects(work);
    await paths.#readEdges(others, others.rehang(paths.#holder), work);
    return paths;
  }

  /** Must come before questions about these nodes: the root nodes that their paths begin at are read. */
  async begin(nodes: ArrayLike<number>, work: Work): Promise<void> {
    const holder = this.#holder;
    const isSeen = createBitset(holder.length);
    const roots: number[] = [];
    for (let at = 0; at < nodes.length; at++) {
      let node = nodes[at]!;
      for (; node < holder.length && !getBit(isSeen, node); node = node <= this.#roots ? NONE : holder[node]!) {
        setBit(isSeen, node);
        if (node <= this.#roots) roots.push(node);
      }
      if ((at & 0xfffff) === 0) await checkpoint(work);
    }
    for (const [id, origin] of await readOrigins(this.#database, roots)) this.#origins.set(id, origin);
  }

  isReachable(node: number): boolean {
    return this.#holder[node] !== NONE;
  }
  /** Generalized; NOWHERE where the database does not lead to a root node. */
  pathOf(node: number): number {
    if (getBit(this.#isPlaced, node)) return this.#places.path.data[this.#shape.at(node)]!;
    if (node <= this.#roots) return this.#ofRoot(node);
    const holder = this.#holder[node]!;
    return this.#place(holder) ? this.#follow(holder, node) : NOWHERE;
  }
  /** The node before it on its path; undefined for root nodes. */
  holderOf(node: number): number | undefined {
    const holder = node <= this.#roots ? NONE : this.#holder[node]!;
    return holder === NONE ? undefined : holder;
  }
  /** The pointer by which it is held. */
  pointerTo(node: number): StoredPointer {
    return {source: this.#holder[node]!, offset: this.#slot[node]! * SLOT_BYTES};
  }
  /** As `InternedPaths` has it. */
  parentOf(path: number): number {
    return this.#paths.parentOf(path);
  }
  /** Of all paths so far, without the columns. */
  get names(): PathNames {
    const paths = this.#paths;
    return {
      textOf: (path) => paths.textOf(path),
      stepOf: (path) => ({parent: paths.parentOf(path), text: paths.stepOf(path)}),
    };
  }

  async #readObjects(work: Work): Promise<void> {
    const [holder, slot, shape] = [this.#holder, this.#slot, this.#shape];
    const columns = ['id', 'type_id', 'holder_id', 'holder_offset', 'length', 'header'];
    for (const {count, columns: read} of scanColumns(this.#database.path, 'objects', columns)) {
      const [ids, types, holders, offsets, lengths, headers] = read;
      for (let row = 0; row < count; row++) {
        if (Number.isNaN(holders![row]!)) continue;
        const id = ids![row]!;
        holder[id] = holders![row]!;
        slot[id] = offsets![row]! / SLOT_BYTES;
        shape.set(id, this.#shapes.of(types![row]!, headers![row]!, lengths![row]! > 1 ? 1 : 0));
      }
      work.onProgress?.('read objects', ids![count - 1]!, holder.length);
      await checkpoint(work);
    }
  }

  /** Where in the objects' data pointers lead that hold them; of those that others hold (`isRehung`: bit per node), by which pointer. */
  async #readEdges(others: OtherPaths, isRehung: Uint8Array | undefined, work: Work): Promise<void> {
    const [holder, slot, shape] = [this.#holder, this.#slot, this.#shape];
    const columns = ['source_id', 'offset', 'target_id', 'target_offset', 'followed'];
    for (const {count, columns: read} of scanColumns(this.#database.path, 'edges', columns)) {
      const [sources, offsets, targets, entered, followed] = read;
      for (let row = 0; row < count; row++) {
        const target = targets![row]!;
        if (isRehung !== undefined && getBit(isRehung, target)) {
          if (holder[target] !== sources![row] || followed![row] !== 1 || others.isCut(sources![row]!, offsets![row]!)) continue;
          slot[target] = offsets![row]! / SLOT_BYTES;
          isRehung[target >>> 3]! &= ~(1 << (target & 7));
        } else if (entered![row] === 0 || holder[target] !== sources![row] || slot[target] !== offsets![row]! / SLOT_BYTES) continue;
        shape.set(target, this.#shapes.enteredAt(shape.at(target), entered![row]!));
      }
      work.onProgress?.('read edges', sources![count - 1]!, holder.length);
      await checkpoint(work);
    }
  }

  #ofRoot(root: number): number {
    const origin = this.#origins.get(root);
    if (origin === undefined) return NOWHERE;
    return this.#paths.extend(NOWHERE, rootStep(this.#paths, origin, this.#types.name[this.#rootType.get(root)!]!));
  }

  /** Gives the node its place, and all that hold it; false where they do not begin at a root node. */
  #place(node: number): boolean {
    if (getBit(this.#isPlaced, node)) return true;
    const holder = this.#holder;
    const chain: number[] = [];
    let known = node;
    for (; known > this.#roots && !getBit(this.#isPlaced, known); known = holder[known]!) {
      if (known >= holder.length) return false;
      if (chain.push(known) > holder.length) throw contradiction('objects', node, 'its holders go round in a circle');
    }
    if (!getBit(this.#isPlaced, known)) {
      const path = this.#ofRoot(known);
      if (path === NOWHERE) return false;
      this.#enter(known, this.#places.at(path, this.#rootType.get(known)!, 0, 0, 0));
    }
    for (let at = chain.length - 1; at >= 0; at--) {
      const below = chain[at]!;
      const path = this.#follow(holder[below]!, below);
      const {type, header, length, entered} = this.#shapes.at(this.#shape.at(below));
      const isRow = length === 1 ? 1 : this.#steps.leadsToElements;
      this.#enter(below, this.#places.at(path, type, header, isRow, isRow === 1 ? 0 : entered));
    }
    return true;
  }
  #enter(node: number, place: number): void {
    this.#shape.set(node, place);
    setBit(this.#isPlaced, node);
  }

  /** The path to an object by its pointer of a node that has a place. */
  #follow(holder: number, node: number): number {
    const place = this.#shape.at(holder);
    const {path, type} = this.#places;
    if (holder > this.#roots || type.data[place] !== 0) return this.#steps.follow(place, this.#slot[node]!);
    this.#steps.leadsToElements = 0;
    if (!isNameless(this.#origins.get(holder)!)) return path.data[place]!; // words of frames, registers and queues: where they lie says nothing
    const shape = this.#shape.at(node);
    const own = getBit(this.#isPlaced, node) ? type.data[shape]! : this.#shapes.at(shape).type;
    return this.#paths.extend(NOWHERE, namelessStep(this.#paths, this.#types.name[own]!, true));
  }
}

interface Shape {
  readonly type: number;
  readonly header: number; // Bytes
  readonly length: 0 | 1; // 1: of several elements
  readonly entered: number; // bytes of the data at which a pointer leads there
}

/** What the words of objects are called after, as numbers: of millions of objects there are some hundred. */
class Shapes {
  readonly #list: Shape[] = [];
  readonly #byKey = new Map<number, number>();
  readonly #entered = new Map<number, number>();
  #lastKey = -1;
  #last = 0;

  of(type: number, header: number, length: 0 | 1): number {
    const key = (type * 2 ** 16 + header) * 2 + length;
    if (key === this.#lastKey) return this.#last;
    this.#lastKey = key;
    this.#last = remember(this.#byKey, key, () => this.#list.push({type, header, length, entered: 0}) - 1);
    return this.#last;
  }
  /** The same of an object whose slot is entered at some bytes. */
  enteredAt(shape: number, targetOffset: number): number {
    const {type, header, length} = this.#list[shape]!;
    const entered = targetOffset - header;
    if (length === 1 || entered <= 0) return shape;
    return remember(this.#entered, shape * 2 ** 32 + entered, () => this.#list.push({type, header, length, entered}) - 1);
  }
  at(shape: number): Shape {
    return this.#list[shape]!;
  }
}
