/**
 * The values of a database's nodes, opened when the first is asked for: that may take the dump, which most questions can do without.
 */
import {isGoheapError} from '../base/errors.js';
import type {TypeIndex, TypeTable} from '../graph/heap-graph.js';
import type {ValueAt} from '../values/path-expression.js';
import {holdsCells} from '../values/word-names.js';
import {type DumpPlace, openStoredValues, type StoredValues} from './stored-values.js';

export class LateValues {
  readonly #database: string;
  readonly #dump: DumpPlace | undefined;
  #values: Promise<StoredValues> | undefined;

  constructor(database: string, dump: DumpPlace | undefined) {
    this.#database = database;
    this.#dump = dump;
  }

  /** Rejects as `openStoredValues` does. */
  open(): Promise<StoredValues> {
    this.#values ??= openStoredValues(this.#database, this.#dump);
    return this.#values;
  }
  /** What reads the keys of paths through nodes of these types; undefined where such paths have none, or nobody can read them: paths do without. */
  async forKeys(types: TypeTable, nodes: readonly TypeIndex[]): Promise<ValueAt | undefined> {
    if (!nodes.some((type) => holdsCells(types, type))) return undefined;
    try {
      const values = await this.open();
      return (type, address) => values.value({type, address});
    } catch (error) {
      if (isGoheapError(error)) return undefined;
      throw error;
    }
  }
  async [Symbol.asyncDispose](): Promise<void> {
    const values = await this.#values?.catch(() => undefined); // who asked for them knows
    values?.close();
  }
}
