/**
 * Waste object by object → rows by kind, generalized path, type and owner. What has one path and type in a million objects is one row; no object
 * is made for each.
 */
import type {GeneralizedPaths} from '../answers/generalized-paths.js';
import {remember} from '../base/remember.js';
import {type Bytes, NONE, type NodeIndex} from '../base/units.js';
import type {TypeIndex} from '../graph/heap-graph.js';
import {WASTE_KINDS, type WasteKind} from './waste-kinds.js';

export interface WasteRow {
  readonly kind: WasteKind;
  readonly path: string; // generalized; `48-byte slots` for what goes by size of the slot; '' for padding, and for rows that were not kept
  readonly type: TypeIndex; // of the arrays' elements, of the map, of the struct; 0 where rows go by size, or have no type
  readonly owner: number; // row of `Owners`; NONE where rows go by size or by type
  readonly bytes: Bytes;
  readonly count: number; // objects; copies; slots; spans
  readonly reslices: number; // of them arrays that may be kept for a small part, as `a[:64]` of a large one
  readonly example: NodeIndex; // that which wastes most; NONE where it is no object
}

/** A row while it is added up. */
interface Sums {
  readonly kind: WasteKind;
  readonly path: string;
  readonly type: TypeIndex;
  readonly owner: number;
  bytes: Bytes;
  count: number;
  reslices: number;
  example: NodeIndex;
  most: Bytes; // of the example
}

/** By kind: what the key of a row is made of besides. */
interface KindRows {
  readonly rows: Map<number, Sums>;
  lastKey: number; // neighbours in an array have the same
  last: Sums | undefined;
}

export class WasteTally {
  readonly #names: GeneralizedPaths;
  readonly #ownerOf: Uint32Array;
  readonly #typeCount: number;
  readonly #ownerCount: number;
  readonly #byKind = new Map<WasteKind, KindRows>();
  readonly #others: WasteRow[] = [];

  /** `ownerOf`: per node, a row below `ownerCount` or NONE. */
  constructor(names: GeneralizedPaths, ownerOf: Uint32Array, counts: {readonly types: number; readonly owners: number}) {
    this.#names = names;
    this.#ownerOf = ownerOf;
    this.#typeCount = counts.types;
    this.#ownerCount = counts.owners + 1;
  }

  /** Of a reachable object; `type` is that of the row. */
  add(kind: WasteKind, node: NodeIndex, type: TypeIndex, bytes: Bytes, {count = 1, isReslice = false} = {}): void {
    const sums = this.#sumsOf(kind, node, type);
    sums.bytes += bytes;
    sums.count += count;
    if (isReslice) sums.reslices++;
    if (bytes <= sums.most) return;
    sums.most = bytes;
    sums.example = node;
  }

  /** A row that is known as a whole. */
  addRow(row: WasteRow): void {
    this.#others.push(row);
  }

  /** Most bytes first. Equal paths that lead through different fields are one row. */
  finish(): WasteRow[] {
    const rows = new Map<string, Sums>();
    for (const {rows: ofKind} of this.#byKind.values()) {
      for (const sums of ofKind.values()) {
        const other = remember(rows, `${sums.kind} ${sums.type} ${sums.owner} ${sums.path}`, () => sums);
        if (other !== sums) merge(other, sums);
      }
    }
    return [...Array.from(rows.values(), ({most: _, ...row}) => row), ...this.#others].map(inWholeBytes).sort(byBytes);
  }

  #sumsOf(kind: WasteKind, node: NodeIndex, type: TypeIndex): Sums {
    const ofKind = remember(this.#byKind, kind, (): KindRows => ({rows: new Map(), lastKey: Number.NaN, last: undefined}));
    const path = this.#names.idOf(node);
    const owner = this.#ownerOf[node]!;
    const key = (path * this.#typeCount + type) * this.#ownerCount + (owner === NONE ? this.#ownerCount - 1 : owner);
    if (key !== ofKind.lastKey || ofKind.last === undefined) {
      ofKind.last = remember(ofKind.rows, key, () => {
        const text = this.#names.textOf(path);
        return {kind, path: text, type, owner, bytes: 0, count: 0, reslices: 0, example: node, most: -1};
      });
      ofKind.lastKey = key;
    }
    return ofKind.last;
  }
}

function merge(into: Sums, other: Sums): void {
  into.bytes += other.bytes;
  into.count += other.count;
  into.reslices += other.reslices;
  if (other.most <= into.most) return;
  into.most = other.most;
  into.example = other.example;
}

/** A part of a slot that several values share is a fraction. */
function inWholeBytes(row: WasteRow): WasteRow {
  return {...row, bytes: Math.round(row.bytes)};
}

function byBytes(a: WasteRow, b: WasteRow): number {
  return b.bytes - a.bytes || WASTE_KINDS.indexOf(a.kind) - WASTE_KINDS.indexOf(b.kind) || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
}
