/**
 * Strings by number: columns hold the number, each text is stored once. Number 0 is the empty string.
 */
import type {StringIndex} from './units.js';

export class StringTable {
  readonly #numbers = new Map<string, StringIndex>([['', 0]]);
  readonly #texts: string[] = [''];

  intern(text: string): StringIndex {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#texts.length;
      this.#numbers.set(text, number);
      this.#texts.push(text);
    }
    return number;
  }
  /** The texts by number, as they are now. */
  list(): readonly string[] {
    return this.#texts;
  }
}
