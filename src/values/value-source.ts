/**
 * Where typed values come from: the graph's types, the dump's bytes and the caller's decoders, with the few reads that all kinds share.
 * Bytes come only from `Contents`; what it does not have is undefined here and "missing" to the caller.
 */
import {viewOf, wordAt} from '../base/bytes.js';
import {GoheapError} from '../base/errors.js';
import {indexOfSorted} from '../base/lower-bound.js';
import {hex} from '../base/units.js';
import type {Address, Bytes, Contents, HeapGraph, NodeIndex, TypeIndex} from '../graph/heap-graph.js';
import {addressOf, headerOf, lengthOf, nodeOfObject, objectAt} from '../graph/objects.js';
import {TypeViews} from './type-view.js';
import type {Decoders, Missing} from './value.js';
import {findLayout, type StructureLayout, type StructureName} from './value-layouts.js';

/** Elements without size need no memory, so nothing else limits what a torn header claims. */
const MOST_EMPTY = 2 ** 32;

/** An object as values see it: its node, its data (behind the header) and the type of these. */
export interface ObjectPlace {
  readonly node: NodeIndex;
  readonly address: Address;
  readonly type: TypeIndex;
  readonly count?: number | undefined; // values of the type; without it, one
}

/** What values need of a graph that has no rows for objects: then `findObject` stands in for these. */
export type ValueGraph = Pick<HeapGraph, 'types' | 'itabs' | 'functions' | 'valueLayouts'>;
export type FindObject = (address: Address) => ObjectPlace | undefined;

/** The object whose slot holds the address. */
export function objectFinder(graph: Pick<HeapGraph, 'spans' | 'objects' | 'roots'>): FindObject {
  return (address) => {
    const object = objectAt(graph, address);
    if (object === undefined) return undefined;
    const type = graph.objects.type[object]!;
    const count = lengthOf(graph.objects, object);
    return {node: nodeOfObject(graph, object), address: addressOf(graph, object) + headerOf(graph, object), type, count};
  };
}

export interface ValueSourceOptions {
  /** Why bytes are not there when they are not. */
  readonly absence: Missing;
  readonly decoders?: Decoders | undefined;
  readonly findObject: FindObject;
}

export class ValueSource {
  readonly graph: ValueGraph;
  readonly types: TypeViews;
  readonly decoders: Decoders;
  /** Why bytes are not there when they are not. */
  readonly absence: Missing;
  /** The object whose slot holds the address. */
  readonly findObject: FindObject;
  readonly #contents: Contents;
  readonly #layouts = new Map<StructureName, unknown>();

  constructor(graph: ValueGraph, contents: Contents, {absence, decoders = {}, findObject}: ValueSourceOptions) {
    this.graph = graph;
    this.types = new TypeViews(graph);
    this.decoders = decoders;
    this.absence = absence;
    this.findObject = findObject;
    this.#contents = contents;
  }

  /** Offsets in a structure of the runtime; undefined when the graph does not have them. */
  layout<Name extends StructureName>(name: Name): StructureLayout<Name> | undefined {
    if (!this.#layouts.has(name)) this.#layouts.set(name, findLayout(this.graph.valueLayouts, name));
    return this.#layouts.get(name) as StructureLayout<Name> | undefined;
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
    return bytes && wordAt(new DataView(bytes.buffer, bytes.byteOffset, 8), 0);
  }

  /** Where a pointer leads that is at the address: one of 4 bytes is a reference of Java, which counts in units of its own (`valueLayouts.reference`). */
  pointer(address: Address, size: Bytes): Address | undefined {
    if (size === 8) return this.word(address);
    const bytes = this.read(address, 4);
    const {base = 0, scale = 1} = this.graph.valueLayouts.reference ?? {};
    const number = bytes && viewOf(bytes).getUint32(0, true);
    return number ? base + number * scale : number;
  }

  byte(address: Address): number | undefined {
    return this.read(address, 1)?.[0];
  }

  /** Addresses of `count` values one behind the other. What claims more than the dump has may be torn: then they end where the dump does. */
  *walk(start: Address, count: number, size: Bytes): Generator<Address> {
    if (size === 0 && count > MOST_EMPTY) throw new GoheapError('limit', `${count} elements are claimed at ${hex(start)}`);
    if (count <= 0) return;
    const trusted = this.covers(start, count * size);
    for (let index = 0; index < count; index++) {
      const address = start + index * size;
      if (!trusted && !this.covers(address, Math.max(size, 1))) return;
      yield address;
    }
  }

  /** A chain of structures, each with the address of the next one at `next`: until it ends, leaves the dump, or leads in a circle. */
  *follow(start: Address, next: Bytes): Generator<Address> {
    let at = start;
    let mark = 0; // where the chain was at the last power of two: in a circle, it comes by again
    for (let step = 1; at !== 0 && at !== mark; step++) {
      const following = this.word(at + next);
      if (following === undefined) return;
      yield at;
      if ((step & (step - 1)) === 0) mark = at;
      at = following;
    }
  }

  /** The function whose code starts at the address. */
  functionName(code: Address): string | undefined {
    const {address, name} = this.graph.functions;
    const row = indexOfSorted(address, code);
    return row < 0 ? undefined : name[row];
  }

  /** The dynamic type behind an interface's first word: a runtime type (any) or an itab (other interfaces). */
  dynamicType(word: Address): TypeIndex | undefined {
    const {address, type} = this.graph.itabs;
    const row = indexOfSorted(address, word);
    return row < 0 ? this.types.atRuntimeAddress(word) : type[row]!;
  }
}
