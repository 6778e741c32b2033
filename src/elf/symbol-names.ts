/**
 * The names in a string table, as far as they can be names: linkers let one be the end of another, not all of them. A table that is one long text, or
 * symbols that all lie in one another, would be read over and over.
 */
import {type ByteSource, decodeText, nameAt} from '../base/bytes.js';
import {formatError} from '../base/errors.js';
import type {Bytes} from '../base/units.js';

const MOST_TIMES = 16;

export class SymbolNames {
  readonly #source: ByteSource;
  readonly #table: Uint8Array;
  readonly #offset: Bytes;
  #length = 0; // of all names so far

  /** `offset`: of the table in the file, for messages. */
  constructor(source: ByteSource, table: Uint8Array, offset: Bytes) {
    this.#source = source;
    this.#table = table;
    this.#offset = offset;
  }

  /** Empty where none begins. Throws `bad-format` when the names together are longer than a table of names can be. */
  at(start: number): string {
    const text = start < this.#table.length ? nameAt(this.#table, start) : undefined;
    if (!text) return '';
    this.#length += text.length;
    if (this.#length > MOST_TIMES * this.#table.length)
      throw formatError(this.#source.name, this.#offset, 'the names of the symbols lie in one another');
    return decodeText(text);
  }
}
