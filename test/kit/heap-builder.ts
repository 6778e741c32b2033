/**
 * A small traced heap by hand: types, objects, roots and pointers, each in one call. Memory is real bytes behind a real memory
 * image, so that slices and strings have their lengths where Go keeps them. Objects of one slot size share a span.
 */
import {MemorySource} from '../../src/base/bytes.js';
import {WarningLog} from '../../src/base/warnings.js';
import {EVIDENCE, type SpanTable} from '../../src/graph/heap-graph.js';
import {lengthOf} from '../../src/graph/objects.js';
import {MemoryImage} from '../../src/image/memory-image.js';
import {KIND} from '../../src/runtime/types/kinds.js';
import {countElements} from '../../src/types/assign/count-elements.js';
import {propagate} from '../../src/types/assign/propagate.js';
import {warnOfContradictions} from '../../src/types/assign/refusals.js';
import {nameTinyBlocks} from '../../src/types/assign/tiny-blocks.js';
import {PointerShapes} from '../../src/types/catalog/pointer-shape.js';
import {EMPTY_DESCRIPTION} from '../../src/types/catalog/type-description.js';
import {TypeStore} from '../../src/types/catalog/type-store.js';
import {ClaimFit} from '../../src/types/evidence/claim-fit.js';
import {ObjectSlots} from '../../src/types/evidence/object-slots.js';
import type {TracedHeap} from '../../src/types/evidence/traced-heap.js';

const BASE = 0xc000000000;
const PAGE = 8192;
/** Huge objects are made of address space only. */
const LARGEST_IMAGE = 2 ** 24;
const GLOBAL = 2; // ROOT_KINDS

interface ObjectSpec {
  readonly name: string;
  readonly slot: number;
  readonly scan: boolean;
  readonly bits: string; // one digit a word, from word 0 on
  readonly header: number; // type that the allocator recorded; 0 = none
}
interface Pointer {
  readonly word: number; // of the data
  readonly to: string;
  readonly offset: number; // Bytes into the target's data
  readonly dynamic: number; // type whose address precedes it; 0 = none
}
interface RootSpec {
  readonly name: string;
  readonly type: number;
  readonly words: Map<number, number>;
}

/** What the types stage said of one object. */
export interface Typed {
  readonly type: string;
  readonly length: number;
  readonly evidence: string;
}

export class HeapBuilder {
  readonly store = new TypeStore();
  readonly int = this.store.define({...EMPTY_DESCRIPTION, kind: KIND.int, size: 8, name: 'int', runtimeAddress: 0x100});
  readonly string = this.store.define({...EMPTY_DESCRIPTION, kind: KIND.string, size: 16, name: 'string', runtimeAddress: 0x108});
  readonly any = this.store.define({...EMPTY_DESCRIPTION, kind: KIND.interface, size: 16, name: 'any', runtimeAddress: 0x110});
  readonly opaque = this.store.define({
    ...EMPTY_DESCRIPTION,
    kind: KIND.unsafePointer,
    size: 8,
    name: 'unsafe.Pointer',
    runtimeAddress: 0x118,
  });
  readonly byte = this.store.byteRow();
  #nextAddress = 0x120;
  readonly #objects: ObjectSpec[] = [];
  readonly #roots: RootSpec[] = [];
  readonly #pointers = new Map<string, Pointer[]>();
  readonly #values = new Map<string, Map<number, number>>();

  /** Fields are laid out one after the other, each at a multiple of 8 or of its size. */
  struct(name: string, fields: readonly (readonly [name: string, type: number])[]): number {
    let end = 0;
    const described = fields.map(([fieldName, type]) => {
      const size = this.store.describe(type).size;
      const alignment = Math.min(8, size || 1);
      const offset = Math.ceil(end / alignment) * alignment;
      end = offset + size;
      return {name: fieldName, offset, type, embedded: false};
    });
    const [, importPath = ''] = /^([\w./]+)\.[^.]+$/.exec(name.replace(/[ [].*/, '')) ?? [];
    return this.#define({kind: KIND.struct, name, package: importPath, size: Math.ceil(end / 8) * 8, fields: described});
  }
  /** A named type that is made from another one without parts. */
  basic(name: string, type: number): number {
    const {kind, size} = this.store.describe(type);
    return this.#define({kind, name, size});
  }
  /** A struct that may mention itself: `fields` gets its pointer type. */
  node(name: string, fields: (pointer: number) => readonly (readonly [string, number])[]): number {
    const row = this.store.count; // the struct's row, once it is made right behind the pointer's
    const pointer = this.pointer(row + 1);
    return this.struct(name, fields(pointer));
  }
  pointer(element: number): number {
    return this.#define({kind: KIND.pointer, size: 8, element});
  }
  slice(element: number): number {
    return this.#define({kind: KIND.slice, size: 24, element});
  }
  array(element: number, length: number): number {
    return this.#define({kind: KIND.array, size: this.store.describe(element).size * length, element, length});
  }

  object(name: string, slot: number, options: {noscan?: boolean; bits?: string; header?: number} = {}): void {
    this.#objects.push({name, slot, scan: options.noscan !== true, bits: options.bits ?? '', header: options.header ?? 0});
  }
  root(name: string, type: number): void {
    this.#roots.push({name, type, words: new Map()});
  }
  /** `from` is an object or a root; `number` is written into the words behind the pointer, as slices and strings have them. */
  point(from: string, word: number, to: string, options: {offset?: number; dynamic?: number; numbers?: readonly number[]} = {}): void {
    const list = this.#pointers.get(from) ?? [];
    list.push({word, to, offset: options.offset ?? 0, dynamic: options.dynamic ?? 0});
    this.#pointers.set(from, list);
    for (const [i, number] of (options.numbers ?? []).entries()) this.write(from, word + 1 + i, number);
  }
  write(to: string, word: number, value: number): void {
    const words = this.#values.get(to) ?? new Map<number, number>();
    words.set(word, value);
    this.#values.set(to, words);
  }

  /** Runs the stage; the result by object name. */
  async assign(): Promise<Record<string, Typed>> {
    return (await this.#run()).typed;
  }

  /** What the stage says of pointers that contradict exact types. */
  async contradictions(): Promise<string[]> {
    const {refusals, shapes, heap} = await this.#run();
    const warnings = new WarningLog();
    warnOfContradictions(refusals, shapes, heap, warnings);
    return warnings.list().map(({message}) => message);
  }

  async #run() {
    const order = [...this.#objects].sort((a, b) => classOf(a).localeCompare(classOf(b)));
    const layout = layOut(order);
    const {heap, image} = this.#trace(order, layout);
    const shapes = new PointerShapes(this.store);
    const rootType = Uint32Array.from(this.#roots, (root) => root.type);
    for (const type of rootType) shapes.prepare(type);
    const slots = new ObjectSlots(heap);
    const fit = new ClaimFit(heap, shapes, slots);
    const {found, refusals} = await propagate({heap, shapes, slots, fit, rootType});
    const input = {image, heap, shapes, slots, found, rootType};
    await countElements(input);
    nameTinyBlocks(input);
    const typed = (_: ObjectSpec, i: number): Typed => ({
      type: this.store.nameOf(found.type[i]!),
      length: lengthOf(found, i),
      evidence: EVIDENCE[found.evidence[i]!]!,
    });
    return {refusals, shapes, heap, typed: Object.fromEntries(order.map((object, i) => [object.name, typed(object, i)]))};
  }

  #define(parts: Partial<typeof EMPTY_DESCRIPTION>): number {
    this.#nextAddress += 8;
    return this.store.define({...EMPTY_DESCRIPTION, ...parts, runtimeAddress: this.#nextAddress});
  }

  #trace(order: readonly ObjectSpec[], layout: Layout): {heap: TracedHeap; image: MemoryImage} {
    const index = new Map(order.map((object, i) => [object.name, i]));
    const edges = this.#edges(order, index, layout);
    const headers = order.flatMap((object, i) =>
      object.header === 0 ? [] : [[i, this.store.describe(object.header).runtimeAddress] as const],
    );
    const heap: TracedHeap = {
      spans: layout.spans,
      objectCount: order.length,
      firstObject: layout.firstObject,
      slot: layout.slot,
      edges: edges.table,
      roots: {
        count: this.#roots.length,
        type: new Uint32Array(this.#roots.length),
        kind: new Uint8Array(this.#roots.length).fill(GLOBAL),
        address: Float64Array.from(this.#roots, (_, i) => rootAddress(i)),
        size: new Float64Array(this.#roots.length).fill(Number.POSITIVE_INFINITY),
      },
      headerObject: Uint32Array.from(headers, ([object]) => object),
      headerType: Float64Array.from(headers, ([, type]) => type),
      interfaceEdge: Uint32Array.from(edges.dynamic, ([edge]) => edge),
      interfaceType: Float64Array.from(edges.dynamic, ([, type]) => type),
      rootTypeDie: new Float64Array(this.#roots.length).fill(Number.NaN),
      rootTypeName: new Map(),
      rootTypeAddress: new Map(),
      typedPointers: [],
      frameWords: {object: new Uint32Array(0), types: new Uint32Array(0), slotTypes: []},
      hasPointerBits: (span) => layout.spans.slotSize[span]! <= 512,
      pointerBits: (object, _, into) => {
        const digits = order[object]!.bits;
        into.fill(0);
        for (let word = 0; word < digits.length; word++) if (digits[word] === '1') into[word >>> 5]! |= 1 << (word & 31);
        return true;
      },
    };
    return {heap, image: this.#image(order, layout)};
  }

  /** Roots' pointers first, then the objects', each by word: as the tracer numbers them. */
  #edges(order: readonly ObjectSpec[], index: ReadonlyMap<string, number>, layout: Layout) {
    const firstEdge = [0, 0];
    const [slot, target, interiorEdge, interiorOffset]: [number[], number[], number[], number[]] = [[], [], [], []];
    const dynamic: [number, number][] = [];
    const owners = [
      ...this.#roots.map((root) => ({name: root.name, header: 0})),
      ...order.map((object) => ({name: object.name, header: headerOf(object)})),
    ];
    for (const owner of owners) {
      for (const pointer of [...(this.#pointers.get(owner.name) ?? [])].sort((a, b) => a.word - b.word)) {
        const to = index.get(pointer.to)!;
        if (pointer.offset !== 0) {
          interiorEdge.push(slot.length);
          interiorOffset.push(pointer.offset + headerOf(order[to]!));
        }
        if (pointer.dynamic !== 0) dynamic.push([slot.length, this.store.describe(pointer.dynamic).runtimeAddress]);
        slot.push(pointer.word + owner.header / 8);
        target.push(1 + this.#roots.length + to);
      }
      firstEdge.push(slot.length);
    }
    const table = {
      count: slot.length,
      firstEdge: Uint32Array.from(firstEdge),
      slot: Uint32Array.from(slot),
      target: Uint32Array.from(target),
      notFollowed: new Uint32Array(0),
      interiorEdge: Uint32Array.from(interiorEdge),
      interiorOffset: Float64Array.from(interiorOffset),
      wordBytes: 8 as const,
    };
    return {table, dynamic, layout};
  }

  #image(order: readonly ObjectSpec[], layout: Layout): MemoryImage {
    const size = Math.min(layout.end - BASE + PAGE, LARGEST_IMAGE);
    const data = new Uint8Array(size);
    const view = new DataView(data.buffer);
    const write = (name: string, address: number) => {
      for (const [word, value] of this.#values.get(name) ?? []) view.setBigUint64(address - BASE + word * 8, BigInt(value), true);
    };
    for (const [i, root] of this.#roots.entries()) write(root.name, rootAddress(i));
    for (const [i, object] of order.entries()) write(object.name, layout.address[i]! + headerOf(object));
    return new MemoryImage('amd64', 0, {
      mappings: [{start: BASE, end: BASE + size, source: new MemorySource('heap', data), offset: 0}],
      missing: [],
    });
  }
}

interface Layout {
  readonly spans: SpanTable;
  readonly firstObject: Uint32Array;
  readonly slot: Uint16Array;
  readonly address: readonly number[]; // per object: of its slot
  readonly end: number;
}

/** Variables lie in the page before the heap's first span. */
const rootAddress = (root: number): number => BASE + 256 * root;
const headerOf = (object: ObjectSpec): number => (object.scan && object.slot > 512 && object.slot <= 32768 ? 8 : 0);
const classOf = (object: ObjectSpec): string => `${object.slot.toString().padStart(9, '0')} ${object.scan}`;

function layOut(order: readonly ObjectSpec[]): Layout {
  const rows: {start: number; length: number; spec: ObjectSpec; count: number}[] = [];
  const slot: number[] = [];
  const address: number[] = [];
  let end = BASE + PAGE;
  for (const object of order) {
    let row = rows.at(-1);
    if (!row || classOf(row.spec) !== classOf(object) || (row.count + 1) * object.slot > row.length) {
      row = {start: end, length: Math.ceil(object.slot / PAGE) * PAGE, spec: object, count: 0};
      rows.push(row);
      end += row.length;
    }
    slot.push(row.count);
    address.push(row.start + row.count++ * object.slot);
  }
  const firstObject = [0];
  for (const row of rows) firstObject.push(firstObject.at(-1)! + row.count);
  const spans: SpanTable = {
    count: rows.length,
    start: Float64Array.from(rows, (row) => row.start),
    length: Float64Array.from(rows, (row) => row.length),
    slotSize: Float64Array.from(rows, (row) => row.spec.slot),
    state: new Uint8Array(rows.length).fill(1),
    slots: Uint32Array.from(rows, (row) => Math.floor(row.length / row.spec.slot)),
    allocated: Uint32Array.from(rows, (row) => row.count),
    tail: new Float64Array(rows.length),
    scan: Uint8Array.from(rows, (row) => (row.spec.scan ? 1 : 0)),
    header: Uint8Array.from(rows, (row) => headerOf(row.spec)),
    evidence: new Uint8Array(rows.length),
  };
  return {spans, firstObject: Uint32Array.from(firstObject), slot: Uint16Array.from(slot), address, end};
}
