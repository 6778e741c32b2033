/**
 * Many objects → the tree that their telling paths are together: a row for each generalized path that one of them goes through, with how many do.
 * So a million sessions of a map are one row below their store, and those that something else holds another. A row also knows the pointers
 * that make its step, of those that the objects' own paths take. Where paths come from – a graph, a database – is the source's matter.
 */
import {getBit, setBit} from '../base/bitset.js';
import {Column} from '../base/columns.js';
import {remember} from '../base/remember.js';
import type {Bytes, NodeIndex} from '../base/units.js';
import {NOWHERE} from './interned-paths.js';

export interface PathSource {
  /** Generalized; NOWHERE when it is not known. */
  pathOf(node: NodeIndex): number;
  /** The node before it on its path; undefined for root nodes. */
  holderOf(node: NodeIndex): NodeIndex | undefined;
  parentOf(path: number): number;
}
export interface HeldTreeRow {
  readonly path: number;
  readonly parent: number;
  readonly count: number; // objects whose path is this one or goes through it
  readonly bytes: Bytes; // their slots
  readonly ends: number; // of them, those whose path it is
  readonly rank: number; // in the order in which the tree came to its rows
  readonly targets: Uint32Array; // what the pointers of the step lead to, and root nodes
}

interface OpenRow {
  readonly rank: number;
  count: number;
  bytes: Bytes;
  ends: number;
  readonly targets: Column<Uint32Array>;
}

/** Targets of a step. */
const MANY = 1 << 20;

export class HeldTree {
  readonly #source: PathSource;
  readonly #rows = new Map<number, OpenRow>();
  #lastPath = NOWHERE;
  #last: OpenRow | undefined;
  #seen = new Uint8Array(1024); // bit per node: those, and all that holds them

  constructor(source: PathSource) {
    this.#source = source;
  }

  /** Each object once. False when its path is not known. */
  add(node: NodeIndex, bytes: Bytes): boolean {
    const path = this.#source.pathOf(node);
    if (path === NOWHERE) return false;
    const row = this.#row(path);
    row.count++;
    row.bytes += bytes;
    row.ends++;
    for (let below: NodeIndex | undefined = node; below !== undefined && !getBit(this.#seen, below); below = this.#source.holderOf(below)) {
      this.#see(below);
      this.#addStep(below);
    }
    return true;
  }

  /** Above before below. */
  finish(): HeldTreeRow[] {
    for (const path of [...this.#rows.keys()])
      for (let above = this.#source.parentOf(path); above !== NOWHERE; above = this.#source.parentOf(above)) this.#row(above);
    const paths = [...this.#rows.keys()].sort((a, b) => a - b);
    for (const path of [...paths].reverse()) {
      const above = this.#rows.get(this.#source.parentOf(path));
      if (above === undefined) continue;
      above.count += this.#rows.get(path)!.count;
      above.bytes += this.#rows.get(path)!.bytes;
    }
    const counted = paths.filter((path) => this.#rows.get(path)!.count > 0); // where steps repeat, paths leave out what lies between
    return counted.map((path) => {
      const {targets, ...sums} = this.#rows.get(path)!;
      return {
        path,
        parent: this.#source.parentOf(path),
        ...sums,
        targets: targets.length > MANY ? targets.data.subarray(0, targets.length) : targets.finish(),
      };
    });
  }

  #see(node: NodeIndex): void {
    if (node >>> 3 >= this.#seen.length) {
      const larger = new Uint8Array(Math.max(2 * this.#seen.length, (node >>> 3) + 1));
      larger.set(this.#seen);
      this.#seen = larger;
    }
    setBit(this.#seen, node);
  }
  #addStep(node: NodeIndex): void {
    const path = this.#source.pathOf(node);
    if (path === NOWHERE) return; // of a root node that nothing is called after
    const holder = this.#source.holderOf(node);
    if (holder !== undefined && this.#source.pathOf(holder) === path) return;
    const {targets} = this.#row(path);
    if (targets.length === MANY) targets.reserve(8 * this.#seen.length); // room that is not needed takes no memory, what is copied does
    targets.push(node);
  }
  /** Neighbours ask for the same. */
  #row(path: number): OpenRow {
    if (path !== this.#lastPath) {
      this.#last = remember(this.#rows, path, () => ({
        rank: this.#rows.size,
        count: 0,
        bytes: 0,
        ends: 0,
        targets: new Column(Uint32Array, 4),
      }));
      this.#lastPath = path;
    }
    return this.#last!;
  }
}
