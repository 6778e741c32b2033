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
  readonly pointers: number; // of the step, and root nodes
  readonly targets: Uint32Array; // what these lead to; where `releases` is known the first alone
  readonly releases?: Bytes; // what becomes garbage with each of the pointers alone, together
}

/** A row before what lies below it is added: `bytes` are of those that end there. */
export type HeldTreeStep = Omit<HeldTreeRow, 'parent' | 'count' | 'rank'>;

/** Steps in the order in which objects came to them → rows, above before below. */
export function growTree(steps: readonly HeldTreeStep[], parentOf: (path: number) => number): HeldTreeRow[] {
  const rows = new Map<number, {-readonly [K in keyof HeldTreeRow]: HeldTreeRow[K]}>();
  const add = (step: HeldTreeStep) => void rows.set(step.path, {...step, parent: parentOf(step.path), count: step.ends, rank: rows.size});
  for (const step of steps) add(step);
  for (const {path} of steps)
    for (let above = parentOf(path); above !== NOWHERE; above = parentOf(above))
      if (!rows.has(above)) add({path: above, bytes: 0, ends: 0, pointers: 0, targets: new Uint32Array(0)});
  const sorted = [...rows.values()].sort((a, b) => a.path - b.path);
  for (const row of [...sorted].reverse()) {
    const above = rows.get(row.parent);
    if (above === undefined) continue;
    above.count += row.count;
    above.bytes += row.bytes;
  }
  return sorted.filter(({count}) => count > 0); // where steps repeat, paths leave out what lies between
}

interface OpenRow {
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
    const steps = Array.from(this.#rows, ([path, {targets, ...sums}]) => ({
      path,
      ...sums,
      pointers: targets.length,
      targets: targets.length > MANY ? targets.data.subarray(0, targets.length) : targets.finish(),
    }));
    return growTree(steps, (path) => this.#source.parentOf(path));
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
        bytes: 0,
        ends: 0,
        targets: new Column(Uint32Array, 4),
      }));
      this.#lastPath = path;
    }
    return this.#last!;
  }
}
