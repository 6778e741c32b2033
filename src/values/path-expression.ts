/**
 * A chain of pointers → the expression that a Go programmer would write: `main.cache.items[3].next`. The only place that writes one:
 * the library gives it the graph's rows, commands and the viewer rows of the database.
 *
 * Pointers are followed silently, as Go's selectors do. What no type covers is said in bytes (`+0x18`), so a text is always complete.
 * An array behind a slice gets its index even when it has one element. Only a chain can tell that: the field of a single pointer, here and
 * in the view edge_fields of formats/sqlite/schema.sql, has an index where its holder has several values.
 */
import type {Bytes} from '../base/units.js';
import {type HeapGraph, TYPE_KINDS, type TypeIndex} from '../graph/heap-graph.js';
import {findPart, type Part, selectorOf} from './field-path.js';

const SLICE = TYPE_KINDS.indexOf('slice');

/** A node as far as the names of its pointers depend on it. */
export interface Holder {
  readonly type: TypeIndex; // of one value; 0 = unknown
  readonly length: number; // values in the object; 1 for variables
  readonly header: Bytes; // in front of the first one
}

/** The part of a node that holds the pointer at `offset` of its slot or storage. `indexed`: it was reached through a slice. */
export function partOfHolder(graph: Pick<HeapGraph, 'types'>, {type, length, header}: Holder, offset: Bytes, indexed = false): Part {
  return findPart(graph, type, offset - header, length, indexed || length > 1);
}

/** What tells a root node from others. */
export interface RootNaming {
  readonly kind: string;
  readonly name: string; // '' when it has none
  readonly goroutine: number | undefined; // goid
}

/** What a root node is called; with its goroutine where it belongs to one. */
export function nameOfRoot({kind, name, goroutine}: RootNaming): string {
  const called = name || kind;
  if (goroutine === undefined) return called;
  return kind === 'goroutine' ? `goroutine ${goroutine}` : `goroutine ${goroutine} ${called}`;
}

/** Grows with the chain, from its root on. */
export class PathExpression {
  readonly #graph: Pick<HeapGraph, 'types'>;
  #text: string;
  #indexed = false;

  /** `root`: what the first node is called. */
  constructor(graph: Pick<HeapGraph, 'types'>, root: string) {
    this.#graph = graph;
    this.#text = root;
  }
  /** The next pointer: at `offset` of `holder`, to which the one before led. */
  follow(holder: Holder, offset: Bytes): void {
    const part = partOfHolder(this.#graph, holder, offset, this.#indexed);
    this.#text += selectorOf(part.path);
    this.#indexed = this.#graph.types.kind[part.type] === SLICE;
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
