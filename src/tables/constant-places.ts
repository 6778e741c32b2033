/**
 * A value's bytes → the constants it leads to by its type: the text of strings, the values in interfaces, and the code pointer of functions.
 * Whether these lie outside the heap is for the caller to say. Pointers and slices are not followed.
 */
import {viewOf, wordAt} from '../base/bytes.js';
import type {Address, Bytes, TypeIndex} from '../base/units.js';
import {type HeapGraph, TYPE_KINDS} from '../graph/heap-graph.js';
import {TypeParts} from '../values/type-parts.js';
import {isPointerShaped} from '../values/type-shape.js';

const STRING = TYPE_KINDS.indexOf('string');
const FUNC = TYPE_KINDS.indexOf('func');

export interface Constant {
  readonly address: Address;
  readonly length: Bytes;
  readonly type: TypeIndex; // of a value that may lead to further constants; 0 otherwise
}

export class ConstantPlaces {
  readonly #graph: Pick<HeapGraph, 'types' | 'itabs'>;
  readonly #parts: TypeParts;
  readonly #dynamicType: ReadonlyMap<Address, TypeIndex>;

  constructor(graph: Pick<HeapGraph, 'types' | 'itabs'>) {
    this.#graph = graph;
    this.#parts = new TypeParts(graph.types, ['string', 'func', 'interface']);
    const known = new Map<Address, TypeIndex>();
    graph.types.runtimeAddress.forEach((address, type) => void (Number.isNaN(address) || known.set(address, type)));
    graph.itabs.address.forEach((address, row) => void known.set(address, graph.itabs.type[row]!));
    this.#dynamicType = known;
  }

  /** Whether a value of the type may lead to any. */
  has(type: TypeIndex): boolean {
    return this.#parts.of(type).length > 0;
  }

  /** `bytes`: one value of the type. */
  read(type: TypeIndex, bytes: Uint8Array): Constant[] {
    const {kind, size} = this.#graph.types;
    const view = viewOf(bytes);
    const word = (offset: Bytes) => wordAt(view, offset);
    const found: Constant[] = [];
    const add = (address: Address, length: Bytes, of: TypeIndex) => {
      if (address !== 0 && length > 0) found.push({address, length, type: of});
    };
    for (const part of this.#parts.of(type)) {
      if (kind[part.type] === FUNC) add(word(part.offset), 8, 0);
      else if (kind[part.type] === STRING) add(word(part.offset), word(part.offset + 8), 0);
      else {
        const dynamic = this.#dynamicType.get(word(part.offset)) ?? 0;
        // A pointer in an interface leads to no constant but the code of a function.
        if (!isPointerShaped(this.#graph, dynamic) || kind[dynamic] === FUNC) add(word(part.offset + 8), size[dynamic]!, dynamic);
      }
    }
    return found;
  }
}
