/**
 * All paths as one tree: a node is a path of frames from a root down, with the objects whose path it is. Equal paths are one
 * node, so a heap of millions of objects becomes some thousands.
 *
 * Recursion is folded so that lists and trees do not become as many paths as they have levels: a frame that is on the path already
 * is passed over, unless it is the path's last. Which frames a path has stays the same, and so does what pprof sums up for
 * each (`cum` counts a frame once a sample); what its last frame is stays too, and so does `flat`.
 */
import {Column} from '../../src/base/columns.js';
import type {Bytes} from '../../src/base/units.js';
import {NONE} from '../../src/base/units.js';
import {PairTable} from './pair-table.js';

/** The path without a frame. */
export const TOP = 0;
/** From here on a step is no frame but the type of the objects, which is a label in the file: TYPE_FRAME plus its TypeIndex. Nothing continues it. */
export const TYPE_FRAME = 0x40000000;

export class PathTree {
  readonly parent = new Column(Uint32Array); // path without its last frame; always a smaller number
  readonly frame = new Column(Uint32Array); // its last frame
  readonly objects = new Column(Uint32Array);
  readonly bytes = new Column(Float64Array); // Bytes of these objects
  readonly #base = new Column(Uint32Array); // what continues this path: itself, or its parent when its last frame is a repetition
  readonly #children = new PairTable();
  readonly #limit: number;
  readonly #restFrame: number;

  /** From `limit` paths on, whatever is new goes to a path that ends in `restFrame`: one below each path that is there. */
  constructor(limit: number, restFrame: number) {
    this.#limit = limit;
    this.#restFrame = restFrame;
    this.#add(NONE, NONE, false);
  }
  get count(): number {
    return this.parent.length;
  }

  /** The path that `path` becomes with one more frame. */
  child(path: number, frame: number): number {
    const base = this.#base.data[path]!;
    if (this.frame.data[base] === frame) return base;
    const known = this.#children.find(base, frame);
    if (known !== NONE) return known;
    return this.count < this.#limit ? this.#newChild(base, frame) : this.rest(base);
  }

  /** The path below `path` for what has no path of its own. */
  rest(path: number): number {
    const base = this.#base.data[path]!;
    if (this.frame.data[base] === this.#restFrame) return base;
    const known = this.#children.find(base, this.#restFrame);
    return known !== NONE ? known : this.#newChild(base, this.#restFrame);
  }

  addObjects(path: number, objects: number, bytes: Bytes): void {
    this.objects.data[path]! += objects;
    this.bytes.data[path]! += bytes;
  }

  /** From the last frame to the root's. */
  framesOf(path: number): number[] {
    const frames: number[] = [];
    for (let at = path; at !== TOP; at = this.parent.data[at]!) frames.push(this.frame.data[at]!);
    return frames;
  }

  #newChild(base: number, frame: number): number {
    let at = base;
    while (at !== TOP && this.frame.data[at] !== frame) at = this.parent.data[at]!;
    const path = this.#add(base, frame, at !== TOP);
    this.#children.set(base, frame, path);
    return path;
  }

  #add(parent: number, frame: number, isRepetition: boolean): number {
    const path = this.count;
    this.parent.push(parent);
    this.frame.push(frame);
    this.objects.push(0);
    this.bytes.push(0);
    this.#base.push(isRepetition ? parent : path);
    return path;
  }
}
