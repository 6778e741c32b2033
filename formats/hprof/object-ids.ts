/**
 * Objects → ids of 4 or 8 bytes. Compact ids are goheap's node ids, so that `goheap object HEAP 4711` and `objects.id` name the same thing;
 * wide ids are addresses of slots, and parts of an object have ids inside it: their own address plus one, which no object has.
 * Classes and what goheap adds take ids that no object has.
 */
import type {Address, NodeIndex, ObjectIndex} from '../../src/base/units.js';
import type {HeapGraph} from '../../src/graph/heap-graph.js';
import {firstObjectNode, nodeCount} from '../../src/graph/objects.js';
import {turn} from './instance-record.js';
import type {RecordWriter} from './record-writer.js';

/** One entry in `#spanNear` for so many objects. */
const NEAR = 64;
/** Below every Go heap, above what a reader may take for nil. */
const FIRST_ADDED = 0x10000;

export class ObjectIds {
  readonly size: 4 | 8;
  /** Between ids that `add` gives. */
  readonly step: 1 | 8;
  readonly #graph: HeapGraph;
  readonly #firstNode: NodeIndex;
  readonly #spanNear: Uint32Array; // the span of every 64th object
  readonly #headerMask: number; // of the addresses' low bits that tell pointers behind a header of 8 bytes: they equal those of 8
  #added: number;

  constructor(graph: HeapGraph, size: 4 | 8) {
    this.size = size;
    this.step = size === 4 ? 1 : 8;
    this.#graph = graph;
    this.#firstNode = firstObjectNode(graph);
    this.#added = size === 4 ? nodeCount(graph) : FIRST_ADDED;
    this.#headerMask = alignmentOfHeaders(graph) - 1;
    this.#spanNear = size === 4 ? new Uint32Array(0) : listSpans(graph);
  }

  /** An id for something that the heap does not have, or the first of `count` in a row. */
  add(count = 1): number {
    const id = this.#added;
    this.#added += count * this.step;
    return id;
  }
  ofNode(node: NodeIndex): number {
    return this.size === 4 ? node : this.#addressOf(node - this.#firstNode);
  }
  /** The same for an object whose slot's address is at hand. */
  at(address: Address, node: NodeIndex): number {
    return this.size === 4 ? node : address;
  }
  /** Writes the id of an object to whose data's start a pointer leads, which is at `at` in the dump: mostly it is the id, and nothing has to be looked up. */
  putPointer(writer: RecordWriter, position: number, node: NodeIndex, bytes: DataView, at: number): void {
    const header = this.#headerMask & 8;
    if (this.size === 4 || (bytes.getUint32(at, true) & this.#headerMask) === header) writer.idAt(position, this.ofNode(node));
    else turn(bytes, at, writer.view, position, 8);
  }

  #addressOf(object: ObjectIndex): Address {
    const {spans, objects} = this.#graph;
    let span = this.#spanNear[Math.floor(object / NEAR)]!;
    while (objects.firstObject[span + 1]! <= object) span++;
    return spans.start[span]! + objects.slot[object]! * spans.slotSize[span]!;
  }
}

function listSpans({spans, objects}: HeapGraph): Uint32Array {
  const near = new Uint32Array(Math.ceil(objects.count / NEAR));
  let span = 0;
  for (let entry = 0; entry < near.length; entry++) {
    while (span + 1 < spans.count && objects.firstObject[span + 1]! <= entry * NEAR) span++;
    near[entry] = span;
  }
  return near;
}

/** The power of two at whose multiples all slots with a header start. */
function alignmentOfHeaders({spans}: HeapGraph): number {
  let bits = 0;
  for (let span = 0; span < spans.count; span++)
    if (spans.header[span]! > 0) bits |= (spans.start[span]! % 2 ** 31) | spans.slotSize[span]!;
  return bits & -bits;
}
