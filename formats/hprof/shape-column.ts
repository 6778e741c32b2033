/**
 * The first pass over the objects: which shape each has, and whether all its pointers have a place there. An object with a pointer that
 * its type does not know becomes an array of words instead, so that no reference is ever lost.
 */

import type {AnalysisColumns} from '../../src/analyses/analysis-columns.js';
import {ownerOfEdge} from '../../src/analyses/referrers.js';
import {createBitset, getBit, setBit} from '../../src/base/bitset.js';
import {checkpoint, type Work} from '../../src/base/progress.js';
import {NONE, type ObjectIndex} from '../../src/base/units.js';
import type {HeapGraph} from '../../src/graph/heap-graph.js';
import {firstObjectNode, lengthOf, nodeOfObject} from '../../src/graph/objects.js';
import type {PartsShape, ReferencesShape, Shape, ShapeBuilder} from './shapes.js';

export interface ShapeColumn {
  readonly shapes: readonly Shape[];
  readonly of: Uint32Array; // per object: index of its shape; NONE for garbage, unless it is wanted
  readonly hasUnfollowed: Uint8Array; // bit per object: some of its pointers are only listed
}

const OBJECTS_BETWEEN_CHECKPOINTS = 1 << 20;

/** Objects of 8 bytes that retain so many are made visible to every reader, for a byte more; with all of them, sizes would not be true any more. */
const WIDENED_FROM = 4;

/** `all`: garbage too. */
export async function assignShapes(analyzed: AnalysisColumns, builder: ShapeBuilder, all: boolean, work: Work): Promise<ShapeColumn> {
  const {graph, reachable, retainedObjects} = analyzed;
  const {spans, objects} = graph;
  const of = new Uint32Array(objects.count).fill(NONE);
  const hasUnfollowed = listUnfollowed(graph);
  const chooser = new ShapeChooser(graph, builder, retainedObjects);
  let pause = OBJECTS_BETWEEN_CHECKPOINTS;
  for (let span = 0; span < spans.count; span++) {
    const end = objects.firstObject[span + 1]!;
    chooser.enterSpan(span);
    for (let object = objects.firstObject[span]!; object < end; object++) {
      if (all || getBit(reachable, nodeOfObject(graph, object))) of[object] = chooser.choose(object);
    }
    if (end < pause) continue;
    pause = end + OBJECTS_BETWEEN_CHECKPOINTS;
    work.onProgress?.('shapes', end, objects.count);
    await checkpoint(work);
  }
  return {shapes: chooser.finish(), of, hasUnfollowed};
}

function listUnfollowed(graph: HeapGraph): Uint8Array {
  const {objects, edges} = graph;
  const firstObject = firstObjectNode(graph);
  const set = createBitset(objects.count);
  for (const edge of edges.notFollowed) {
    const owner = ownerOfEdge(edges, edge);
    if (owner >= firstObject) setBit(set, owner - firstObject);
  }
  return set;
}

/** A power of two. */
const RECENT = 256;

/** How an object's shape differs from that of others of its type. */
const [WORDS, WIDENED] = [1, 2];

/** Indexes of the shapes of objects with slots of one kind: all of them, and those of the types that were last asked for at hand. */
class KnownShapes {
  readonly all = new Map<number, number>();
  readonly #type = new Uint32Array(RECENT).fill(NONE);
  readonly #index = new Uint32Array(RECENT);

  /** Of single values without flags; undefined when it must be looked up. */
  recent(type: number): number | undefined {
    const at = type % RECENT;
    return this.#type[at] === type ? this.#index[at] : undefined;
  }
  remember(type: number, index: number): void {
    this.#type[type % RECENT] = type;
    this.#index[type % RECENT] = index;
  }
}

class ShapeChooser {
  readonly shapes: Shape[] = [];
  readonly #graph: HeapGraph;
  readonly #builder: ShapeBuilder;
  readonly #retainedObjects: Uint32Array;
  readonly #bySlot = new Map<number, KnownShapes>();
  readonly #counts: number[] = []; // objects of each shape
  #span = 0;
  #canWiden = false;
  #known = new KnownShapes();

  constructor(graph: HeapGraph, builder: ShapeBuilder, retainedObjects: Uint32Array) {
    this.#retainedObjects = retainedObjects;
    this.#graph = graph;
    this.#builder = builder;
  }

  enterSpan(span: number): void {
    const {spans} = this.#graph;
    const key = (spans.slotSize[span]! * 16 + spans.header[span]!) * 2 + spans.scan[span]!;
    const known = this.#bySlot.get(key) ?? new KnownShapes();
    this.#bySlot.set(key, known);
    this.#known = known;
    this.#span = span;
    this.#canWiden = this.#builder.canWiden(spans.slotSize[span]!);
  }

  /** The index of the object's shape. */
  choose(object: ObjectIndex): number {
    const {objects, edges} = this.#graph;
    const type = objects.type[object]!;
    const count = lengthOf(objects, object);
    const node = nodeOfObject(this.#graph, object);
    const widened = this.#canWiden && this.#retainedObjects[node]! >= WIDENED_FROM ? WIDENED : 0;
    const isPlain = count === 1 && widened === 0;
    let index = (isPlain ? this.#known.recent(type) : undefined) ?? this.#find(type, count, widened);
    if (!hasPlaces(this.shapes[index]!, edges.slot, edges.firstEdge[node]!, edges.firstEdge[node + 1]!)) {
      index = this.#find(type, count, WORDS | widened);
    }
    this.#counts[index]!++;
    return index;
  }

  /** Tells each shape how many objects have it. */
  finish(): Shape[] {
    for (const [index, count] of this.#counts.entries()) this.shapes[index]!.objects += count; // some are there twice
    return this.shapes;
  }

  #find(type: number, count: number, flags: number): number {
    const key = (count * this.#graph.types.count + type) * 4 + flags;
    const known = this.#known.all.get(key) ?? this.#build(type, count, flags);
    this.#known.all.set(key, known);
    if (count === 1 && flags === 0) this.#known.remember(type, known);
    return known;
  }

  #build(type: number, count: number, flags: number): number {
    const {spans} = this.#graph;
    const [slot, header] = [spans.slotSize[this.#span]!, spans.header[this.#span]!];
    const [words, widened] = [(flags & WORDS) !== 0, (flags & WIDENED) !== 0];
    this.#counts.push(0);
    return this.shapes.push(this.#builder.build({type, count, slot, header, scan: spans.scan[this.#span] === 1, words, widened})) - 1;
  }
}

/** Whether the shape has a reference for each of the pointers from `first` up to `end`. */
function hasPlaces(shape: Shape, slot: Uint32Array, first: number, end: number): boolean {
  let edge = first;
  if (shape.form === 'instance') while (edge < end && shape.refPosition[slot[edge]!]! >= 0) edge++;
  else if (shape.form === 'references') while (edge < end && isReference(shape, slot[edge]!)) edge++;
  else if (shape.form === 'parts') while (edge < end && isInPart(shape, slot[edge]!)) edge++;
  return edge === end;
}

function isReference(shape: ReferencesShape, word: number): boolean {
  const index = referenceIndex(shape, word);
  return index >= 0 && index < shape.length;
}

function isInPart(shape: PartsShape, word: number): boolean {
  const offset = word * 8 - shape.header;
  const element = Math.floor(offset / shape.stride);
  const rest = offset - element * shape.stride;
  let part = shape.parts.length - 1;
  while (shape.partOffset[part]! > rest) part--;
  if (element * shape.parts.length + part >= shape.length) return false;
  return shape.parts[part]!.refPosition[(rest - shape.partOffset[part]!) / 8]! >= 0;
}

/** Where a word of the slot is in the array; -1 when its type has no pointer there. */
function referenceIndex(shape: ReferencesShape, word: number): number {
  const {wordIndex, perElement, header} = shape;
  const own = word - header / 8;
  if (wordIndex.length === 1) return own * perElement;
  const index = wordIndex[own % wordIndex.length]!;
  return index < 0 ? -1 : Math.floor(own / wordIndex.length) * perElement + index;
}
