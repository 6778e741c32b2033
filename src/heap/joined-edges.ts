/**
 * The edges of runs of spans, as threads traced them → those of all objects. Each thread writes its own into columns that all share, as soon as it is
 * known how many edges come before; what else there is of a run is joined here, in the order of the runs. Where the columns are too short,
 * the edges of a run come with it.
 */
import {Column} from '../base/columns.js';
import {sharedColumn} from '../base/shared-columns.js';
import {NONE} from '../base/units.js';
import {checkEdgeCount, MAX_DANGLING, ROOM_FOR_ROOTS} from './edge-columns.js';
import type {ObjectIndexTable} from './find-objects.js';
import {type BitmapParts, PointerBitmaps} from './pointer-bitmaps.js';
import type {TracedEdges} from './traced-edges.js';

/** Edges an object that there is room for. */
const USUAL = 2;

/** What threads write to. */
export interface SharedEdges {
  readonly first: Uint32Array; // per object, plus one
  readonly slot: Uint32Array;
  readonly target: Uint32Array;
  readonly end: Uint32Array; // per run: edges up to its last one
  readonly isCounted: Int32Array; // per run: 1 = `end` tells
}

/** Of a run, with columns that a message can carry. */
export interface RunEdges extends Omit<TracedEdges, 'bitmaps' | 'first'> {
  readonly bitmaps: BitmapParts;
}

export class JoinedEdges {
  readonly shared: SharedEdges;
  readonly #slot: Column<Uint32Array>;
  readonly #target: Column<Uint32Array>;
  readonly #bitmaps: PointerBitmaps;
  readonly #interiorEdge = new Column(Uint32Array);
  readonly #interiorOffset = new Column(Float64Array);
  readonly #interfaceEdge = new Column(Uint32Array);
  readonly #interfaceType = new Column(Float64Array);
  readonly #headerObject = new Column(Uint32Array);
  readonly #headerType = new Column(Float64Array);
  readonly #danglingOwner = new Column(Uint32Array);
  #runs = 0;

  constructor(index: ObjectIndexTable, runs: number) {
    const capacity = ROOM_FOR_ROOTS + USUAL * index.count;
    this.#slot = new Column(Uint32Array, capacity, {shared: true});
    this.#target = new Column(Uint32Array, capacity, {shared: true});
    this.#bitmaps = new PointerBitmaps(index);
    this.shared = {
      first: sharedColumn(Uint32Array, index.count + 1),
      slot: this.#slot.data,
      target: this.#target.data,
      end: sharedColumn(Uint32Array, runs),
      isCounted: sharedColumn(Int32Array, runs),
    };
    this.#slot.length = ROOM_FOR_ROOTS;
    this.#target.length = ROOM_FOR_ROOTS;
  }

  /** Of the next run. */
  append(run: RunEdges): void {
    const before = this.#slot.length - ROOM_FOR_ROOTS;
    const end = this.shared.end[this.#runs++]!;
    checkEdgeCount(end);
    const count = end - before;
    for (const [column, own] of [[this.#slot, run.slot] as const, [this.#target, run.target] as const]) {
      if (own.length > 0)
        column.append(own); // no thread writes to the columns any more: later runs lie behind their end as well
      else column.length += count;
    }
    this.#bitmaps.adopt(run.bitmaps);
    this.#interiorEdge.append(shifted(run.interiorEdge, before));
    this.#interiorOffset.append(run.interiorOffset);
    this.#interfaceEdge.append(shifted(run.interfaceEdge, before));
    this.#interfaceType.append(run.interfaceType);
    this.#headerObject.append(run.headerObject);
    this.#headerType.append(run.headerType);
    this.#danglingOwner.append(run.danglingOwner.subarray(0, MAX_DANGLING - this.#danglingOwner.length));
  }

  finish(): TracedEdges {
    const end = this.#slot.length;
    const {first} = this.shared;
    first[first.length - 1] = end - ROOM_FOR_ROOTS;
    return {
      first,
      slot: this.#slot.data.subarray(ROOM_FOR_ROOTS, end),
      target: this.#target.data.subarray(ROOM_FOR_ROOTS, end),
      bitmaps: this.#bitmaps,
      interiorEdge: this.#interiorEdge.finish(),
      interiorOffset: this.#interiorOffset.finish(),
      interfaceEdge: this.#interfaceEdge.finish(),
      interfaceType: this.#interfaceType.finish(),
      headerObject: this.#headerObject.finish(),
      headerType: this.#headerType.finish(),
      danglingOwner: this.#danglingOwner.finish(),
    };
  }
}

/**
 * For the thread that traced the run: writes its edges to their place once the threads of the runs before have counted theirs. `firstObject`: the
 * run's. What is left to be carried: both columns where they are too long for their place, else none.
 */
export function shareEdges(
  {first, slot, target, end, isCounted}: SharedEdges,
  run: number,
  firstObject: number,
  own: Pick<TracedEdges, 'first' | 'slot' | 'target'>,
): Pick<TracedEdges, 'slot' | 'target'> {
  if (run > 0) while (Atomics.load(isCounted, run - 1) === 0) Atomics.wait(isCounted, run - 1, 0);
  const before = run === 0 ? 0 : end[run - 1]!;
  end[run] = Math.min(before + own.slot.length, NONE); // which is too many
  Atomics.store(isCounted, run, 1);
  Atomics.notify(isCounted, run);
  for (let object = 0; object < own.first.length - 1; object++) first[firstObject + object] = before + own.first[object]!;
  if (ROOM_FOR_ROOTS + end[run]! > slot.length) return {slot: own.slot.slice(), target: own.target.slice()};
  slot.set(own.slot, ROOM_FOR_ROOTS + before);
  target.set(own.target, ROOM_FOR_ROOTS + before);
  return {slot: new Uint32Array(0), target: new Uint32Array(0)};
}

/** In place: the column is not used again. */
function shifted(edges: Uint32Array, by: number): Uint32Array {
  for (let row = 0; row < edges.length; row++) edges[row]! += by;
  return edges;
}
