/**
 * Where typed values come from: the graph's types, the dump's bytes and the caller's decoders, with the few reads that all kinds share.
 * Bytes come only from `Contents`; what it does not have is undefined here and "missing" to the caller.
 */
import type {Address, Bytes, Contents, HeapGraph, NodeIndex, TypeIndex} from '../graph/heap-graph.js';
import {nodeOfObject, objectAt} from '../graph/objects.js';
import {TypeViews} from './type-view.js';
import type {Decoders, Missing} from './value.js';

/** What values need of a graph. Without objects, what a pointer leads to has no node. */
export type ValueGraph = Pick<HeapGraph, 'types' | 'itabs'> & Partial<Pick<HeapGraph, 'spans' | 'objects' | 'roots'>>;

export class ValueSource {
  readonly graph: ValueGraph;
  readonly types: TypeViews;
  readonly decoders: Decoders;
  /** Why bytes are not there when they are not. */
  readonly absence: Missing;
  readonly #contents: Contents;

  constructor(graph: ValueGraph, contents: Contents, absence: Missing, decoders: Decoders = {}) {
    this.graph = graph;
    this.types = new TypeViews(graph);
    this.decoders = decoders;
    this.absence = absence;
    this.#contents = contents;
  }

  read(address: Address, length: Bytes): Uint8Array | undefined {
    return address > 0 && Number.isSafeInteger(address + length) ? this.#contents.bytes(address, length) : undefined;
  }

  /** Whether the ends of the range are there; the middle of a range of many pages may still be missing. */
  covers(address: Address, length: Bytes): boolean {
    if (length === 0) return true;
    if (length <= 4096) return this.read(address, length) !== undefined;
    return this.read(address, 1) !== undefined && this.read(address + length - 1, 1) !== undefined;
  }

  /** An unsigned 64-bit word; rounded above 2**53, which no address or length of a sound dump reaches. */
  word(address: Address): number | undefined {
    const bytes = this.read(address, 8);
    if (!bytes) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
    return view.getUint32(4, true) * 4294967296 + view.getUint32(0, true);
  }

  nodeAt(address: Address): NodeIndex | undefined {
    const {spans, objects, roots} = this.graph;
    if (!spans || !objects || !roots) return undefined;
    const object = objectAt({spans, objects}, address);
    return object === undefined ? undefined : nodeOfObject({roots}, object);
  }

  /** The dynamic type behind an interface's first word: a runtime type (any) or an itab (other interfaces). */
  dynamicType(word: Address): TypeIndex | undefined {
    const {address, type} = this.graph.itabs;
    let low = 0;
    let high = address.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (address[middle]! < word) low = middle + 1;
      else high = middle;
    }
    return address[low] === word ? type[low]! : this.types.atRuntimeAddress(word);
  }
}
