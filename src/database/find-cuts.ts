/**
 * EDGE of --cut and OBJECT, TYPE or PATH of --drop as a user writes them → the pointers and the nodes that are to go.
 */
import {GoheapError, isGoheapError} from '../base/errors.js';
import type {Work} from '../base/progress.js';
import type {SqlDatabase} from '../sql/index.js';
import {askForTypes} from '../sql/read-types.js';
import {type StoredPointer, unitePointers} from './cut-pointers.js';
import {liveOfTypes} from './find-live.js';
import {findEdge, findNode} from './find-node.js';
import {findFieldPointers, findPointers} from './find-pointers.js';
import {findTypes} from './find-types.js';
import {eachNodeOnce, type StoredCuts, uniteNodes} from './marked-cuts.js';
import {findByName} from './queries/node-lookup.js';
import {runQuery} from './queries/run-query.js';

const POINTERS_OF = 'SELECT source_id AS source, offset FROM edges WHERE source_id = :id AND followed = 1';
/** An address, a node id, a goroutine or thread. */
const NUMBERED = /^(?:0x[0-9a-f]+|\d+|(?:goroutine|thread) \d+)$/i;

/** Throws `usage` for what is not found; rejects with `signal.reason` when aborted. */
export async function findCuts(
  database: SqlDatabase,
  cut: readonly string[],
  drop: readonly string[],
  work: Work = {},
): Promise<StoredCuts> {
  const finder = new CutFinder(database, work);
  const parts: Partial<StoredCuts>[] = [];
  for (const text of cut) parts.push(await finder.findCut(text.trim()));
  for (const text of drop) parts.push(await finder.findDrop(text.trim()));
  return {
    pointers: unitePointers(parts.map(({pointers = []}) => pointers)),
    nodes: uniteNodes(parts.map(({nodes = []}) => nodes)),
  };
}

class CutFinder {
  readonly #database: SqlDatabase;
  readonly #work: Work;
  #types: ReturnType<typeof askForTypes> | undefined;

  constructor(database: SqlDatabase, work: Work) {
    this.#database = database;
    this.#work = work;
  }

  /** OBJECT+OFFSET, a path: that pointer; Type.field: that of all values; OBJECT: all of its pointers. */
  async findCut(text: string): Promise<Partial<StoredCuts>> {
    if (!(await this.#isWhole(text))) {
      const {pointers} = await this.#follow(text);
      if (pointers.length > 0) return {pointers};
      const ofType = await findFieldPointers(this.#database, await this.#types!, text, this.#work);
      if (ofType.length > 0) return {pointers: ofType};
    }
    const {source, offset} = await findEdge(this.#database, text);
    const all = await this.#database.rows<StoredPointer>(POINTERS_OF, {id: source});
    const pointers = offset === undefined ? all : all.filter((pointer) => pointer.offset === offset);
    if (pointers.length === 0) throw noPointer(text, all);
    return {pointers};
  }

  async findDrop(text: string): Promise<Partial<StoredCuts>> {
    if (!(await this.#isWhole(text))) {
      const {pointers, targets, areInside} = await this.#follow(text);
      if (pointers.length > 0) return areInside ? {pointers} : {nodes: eachNodeOnce(targets)};
      const types = await this.#typesOf(text);
      if (types.length > 0) return {nodes: await liveOfTypes(this.#database, types)};
    }
    return {nodes: [await findNode(this.#database, text)]};
  }

  /** Whether it is a node's own name, and no path. */
  async #isWhole(text: string): Promise<boolean> {
    return NUMBERED.test(text) || (await runQuery(this.#database, findByName, {name: text})).length > 0;
  }
  async #follow(text: string): ReturnType<typeof findPointers> {
    this.#types ??= askForTypes(this.#database);
    return findPointers(this.#database, await this.#types, text, this.#work);
  }
  async #typesOf(text: string): Promise<number[]> {
    try {
      return (await findTypes(this.#database, text)).map(({type_id}) => type_id!);
    } catch (error) {
      if (isGoheapError(error) && !/no type/.test(error.message)) throw error; // several types are called so
      return [];
    }
  }
}

function noPointer(text: string, pointers: readonly StoredPointer[]): GoheapError {
  const offsets = pointers.map(({offset}) => offset).slice(0, 10);
  const hint =
    offsets.length > 0 ? `Its pointers are at ${offsets.join(', ')}${pointers.length > 10 ? ', …' : ''}.` : 'It has no pointers.';
  return new GoheapError('usage', `${text}: no pointer there`, {hint});
}
