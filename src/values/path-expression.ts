/**
 * A chain of pointers → the expression that a Go programmer would write: `main.cache.items["k"].next[3]`. The only place that writes one:
 * the library gives it the graph's rows, commands and the viewer rows of the database.
 *
 * Pointers are followed silently, as Go's selectors do, and so are the insides of maps, interfaces and channels (word-names.ts). Keys stand where the
 * program's bytes are at hand, else `[…]`. What no type covers is said in bytes (`+0x18`), so a text is always complete.
 * An array behind a slice gets its index even when it has one element. Only a chain can tell that: the field of a single pointer, here and
 * in the view edge_fields of formats/sqlite/schema.sql, is that of the memory: it names the insides of maps, and has an index where its holder has several values.
 */
import type {Address, Bytes} from '../base/units.js';
import type {HeapGraph, TypeIndex} from '../graph/heap-graph.js';
import {threadWord} from '../graph/language.js';
import {findPart, type NestedPlace, type Part, selectorOf} from './field-path.js';
import {keyText} from './key-text.js';
import type {Value} from './value.js';
import {ANY as ANY_KEY, nameWord} from './word-names.js';

/** A node as far as the names of its pointers depend on it. */
export interface Holder {
  readonly type: TypeIndex; // of one value; 0 = unknown
  readonly length: number; // values in the object; 1 for variables
  readonly header: Bytes; // in front of the first one
  readonly address?: Address | undefined; // of its slot or storage: keys in it are not known without
}

/** The value of a type at an address. */
export type ValueAt = (type: TypeIndex, address: Address) => Value;

/** The part of a node that holds the pointer at `offset` of its slot or storage. `indexed`: it was reached through a slice. */
export function partOfHolder(graph: Pick<HeapGraph, 'types'>, {type, length, header}: Holder, offset: Bytes, indexed = false): Part {
  return findPart(graph, type, offset - header, length, indexed || length > 1);
}

/** What tells a root node from others. */
export interface RootNaming {
  readonly kind: string;
  readonly name: string; // '' when it has none
  readonly goroutine: number | undefined; // goid
  readonly language?: unknown; // of `meta`
}

/** What a root node is called; with its goroutine where it belongs to one. */
export function nameOfRoot({kind, name, goroutine, language}: RootNaming): string {
  const called = name || kind;
  if (goroutine === undefined) return called;
  const numbered = `${threadWord(language)} ${goroutine}`;
  return kind === 'goroutine' ? numbered : `${numbered} ${called}`;
}

/** Grows with the chain, from its root on. */
export class PathExpression {
  readonly #graph: Pick<HeapGraph, 'types'>;
  #text: string;
  readonly #valueAt: ValueAt | undefined;
  #indexed = false;

  /** `root`: what the first node is called. `valueAt` reads keys. */
  constructor(graph: Pick<HeapGraph, 'types'>, root: string, valueAt?: ValueAt) {
    this.#graph = graph;
    this.#valueAt = valueAt;
    this.#text = root;
  }
  /** The next pointer: at `offset` of `holder`, to which the one before led. */
  follow(holder: Holder, offset: Bytes): void {
    const {types} = this.#graph;
    const {type, length, header} = holder;
    const inside = offset - header;
    if (type === 0 || inside >= types.size[type]! * length) {
      this.#text += selectorOf(partOfHolder(this.#graph, holder, offset).path);
      this.#indexed = false;
      return;
    }
    const {text, leadsToElements, key} = nameWord(types, {type, offset: inside, isElement: this.#indexed || length > 1});
    this.#text += key === undefined ? text : text.replace(ANY_KEY, () => this.#keyAt(holder, key) ?? ANY_KEY);
    this.#indexed = leadsToElements;
  }
  #keyAt({address, header}: Holder, {type, offset}: NestedPlace): string | undefined {
    const text = address === undefined || this.#valueAt === undefined ? undefined : keyText(this.#valueAt(type, address + header + offset));
    return text === undefined ? undefined : `[${text}]`;
  }
  /** Pointers that are left out. */
  skip(): void {
    this.#text += '…';
    this.#indexed = false;
  }
  toString(): string {
    return this.#text;
  }
}
