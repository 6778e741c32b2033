/**
 * A database → the telling paths of all its objects, as the rows of `paths` that conversion made: for questions about millions of objects. Only the pages of objects are gone
 * through; columns are 8 bytes a node, or 6 where there are few paths. Where not all paths were kept, or objects are held by others than the database says, scanned-paths.ts
 * finds them anew.
 */
import {isNamelessData} from '../analyses/package-names.js';
import {NOWHERE} from '../answers/interned-paths.js';
import {MOST_PATHS} from '../answers/merged-paths.js';
import {freeColumn} from '../base/free-column.js';
import {checkpoint, type Work} from '../base/progress.js';
import {NONE} from '../base/units.js';
import type {SqlDatabase} from '../sql/index.js';
import {scanColumns} from '../sql/scan-columns.js';
import {COUNTS} from './marked-cuts.js';
import {NarrowColumn} from './narrow-column.js';
import {PathList} from './path-list.js';
import type {PathNames} from './scanned-paths.js';

/** Root nodes without a type, which may have no name. */
const NAMELESS = 'SELECT id, coalesce(name, kind) AS name FROM roots WHERE goroutine_id IS NULL AND coalesce(type_id, 0) = 0';
/** What they are called by themselves. */
const DATA = '‹global›';

export class StoredPaths {
  readonly names: PathNames;
  readonly #paths: PathList;
  readonly #roots: number; // the highest id of one
  readonly #holder: Uint32Array; // per node; NONE: nothing reaches it
  readonly #dominator: Uint32Array; // likewise
  readonly #path: NarrowColumn; // per node
  readonly #pathOfRoot: Uint32Array; // of those that hold something

  private constructor(paths: PathList, {roots, nodes}: {roots: number; nodes: number}) {
    this.names = paths;
    this.#paths = paths;
    this.#roots = roots;
    this.#holder = new Uint32Array(nodes).fill(NONE);
    this.#dominator = new Uint32Array(nodes).fill(NONE);
    this.#path = new NarrowColumn(new Uint32Array(nodes));
    this.#pathOfRoot = new Uint32Array(roots + 1).fill(NOWHERE);
  }

  /** Undefined where `most` paths were kept, and there were perhaps more. Rejects with `signal.reason` when aborted. */
  static async read(database: SqlDatabase, work: Work, most = MOST_PATHS): Promise<StoredPaths | undefined> {
    const list = await PathList.read(database);
    if (list.count >= most) return undefined;
    const [counts] = await database.rows<{roots: number; nodes: number}>(COUNTS);
    const paths = new StoredPaths(list, counts!);
    const nameless = await database.rows<{id: number; name: string}>(NAMELESS);
    await paths.#readObjects(database.path, new Set(nameless.filter(({name}) => isNamelessData(name)).map(({id}) => id)), work);
    return paths;
  }

  isReachable(node: number): boolean {
    return this.#holder[node] !== NONE;
  }
  /** Generalized; NOWHERE where the database does not say it. */
  pathOf(node: number): number {
    return node <= this.#roots ? this.#pathOfRoot[node]! : this.#path.at(node);
  }
  /** The node before it on its path; undefined for root nodes. */
  holderOf(node: number): number | undefined {
    const holder = node <= this.#roots ? NONE : this.#holder[node]!;
    return holder === NONE ? undefined : holder;
  }
  parentOf(path: number): number {
    return this.#paths.parentOf(path);
  }
  /** Per node, NONE for what is no reachable object. After that only `names` answers. */
  takeDominators(): Uint32Array {
    for (const column of [this.#holder, this.#path.column]) freeColumn(column);
    return this.#dominator;
  }

  async #readObjects(file: string, nameless: ReadonlySet<number>, work: Work): Promise<void> {
    const [holder, dominator, path] = [this.#holder, this.#dominator, this.#path];
    const known = this.#paths.count;
    for (const {count, columns} of scanColumns(file, 'objects', ['id', 'holder_id', 'other_dominator_id', 'path_id'])) {
      const [ids, holders, others, paths] = columns;
      for (let row = 0; row < count; row++) {
        const [id, above] = [ids![row]!, holders![row]!];
        if (Number.isNaN(above)) continue;
        holder[id] = above;
        dominator[id] = Number.isNaN(others![row]!) ? above : others![row]!;
        if (!(paths![row]! <= known)) continue;
        path.set(id, paths![row]!);
        if (above <= this.#roots && !nameless.has(above)) this.#pathOfRoot[above] = this.#paths.rootOf(paths![row]!);
      }
      work.onProgress?.('read objects', ids![count - 1]!, holder.length);
      await checkpoint(work);
    }
    const data = this.#paths.find(DATA);
    for (const root of nameless) this.#pathOfRoot[root] = data;
  }
}
