/**
 * The rows of `paths` → which path goes on from which, and what their steps are called.
 */
import {NOWHERE} from '../answers/interned-paths.js';
import type {SqlDatabase} from '../sql/index.js';
import {contradiction} from '../sql/table-reader.js';
import type {PathNames} from './scanned-paths.js';

const PATHS = 'SELECT id, coalesce(parent_id, 0) AS parent, name FROM paths ORDER BY id';

interface PathRow {
  readonly id: number;
  readonly parent: number;
  readonly name: string;
}

export class PathList implements PathNames {
  readonly #parent: Uint32Array; // per id, from 1
  readonly #root: Uint32Array; // likewise: the path that it begins with
  readonly #name: string[] = [''];

  /** Ids are 1, 2, 3 … */
  private constructor(rows: readonly PathRow[]) {
    this.#parent = new Uint32Array(rows.length + 1);
    this.#root = new Uint32Array(rows.length + 1);
    for (const [index, {id, parent, name}] of rows.entries()) {
      if (id !== index + 1 || !(parent < id)) throw contradiction('paths', id, 'its parent does not come before it');
      this.#parent[id] = parent;
      this.#root[id] = parent === NOWHERE ? id : this.#root[parent]!;
      this.#name.push(name);
    }
  }

  static async read(database: SqlDatabase): Promise<PathList> {
    return new PathList(await database.rows<PathRow>(PATHS));
  }

  get count(): number {
    return this.#parent.length - 1;
  }
  parentOf(path: number): number {
    return this.#parent[path]!;
  }
  rootOf(path: number): number {
    return this.#root[path]!;
  }
  /** A root node's; NOWHERE where there is none. */
  find(name: string): number {
    return Math.max(
      NOWHERE,
      this.#name.findIndex((text, path) => text === name && this.#parent[path] === NOWHERE),
    );
  }
  textOf(path: number): string {
    return this.#name[path]!;
  }
  /** Of a local what it is in comes last, behind the step: `c.subs[…] in main.serve`. */
  stepOf(path: number): {readonly parent: number; readonly text: string} {
    const parent = this.#parent[path]!;
    const [text, above] = [this.#name[path]!, this.#name[parent]!];
    const [within = ''] = / in .*$/s.exec(this.#name[this.#root[path]!]!) ?? [];
    const end = text.endsWith(within) ? within.length : 0;
    return {parent, text: text.slice(above.length - (parent === NOWHERE ? 0 : end), text.length - end)};
  }
}
