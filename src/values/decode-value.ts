/**
 * A typed value → plain data: objects for structs, arrays for slices and arrays, a Map for a map or sync.Map, strings, numbers (BigInt where a number would
 * round), null for nil, undefined for what is missing. A decoder of the caller's, by full type name, comes first. Pointers and interfaces are
 * followed `depth` times; what is not followed is its address as `0x…` text. A channel is {length, capacity, content, senders, receivers},
 * a function its name, or {function, captured} where captured variables are known.
 */
import {viewOf, wordAt} from '../base/bytes.js';
import {GoheapError} from '../base/errors.js';
import {hex} from '../base/units.js';
import {JAVA_STRING, readJavaString} from './java-text.js';
import {isFloat, isInteger, readFloat} from './scalar.js';
import {isSyncMap} from './sync-maps.js';
import type {Decoders, Value} from './value.js';

/** Slices and maps inside each other beyond this lead in a circle. */
const DEEPEST = 64;

export interface DecodeLimits {
  /** Values of any kind in the result. */
  readonly parts: number;
  /** Bytes of one string. */
  readonly text?: number | undefined;
  /** What is too much is left out; else it is an error. */
  readonly cut?: boolean | undefined;
}
/** A heap may hold any amount; plain data of more than this is a mistake, or leads in a circle. */
const LIMITS: DecodeLimits = {parts: 2 ** 20};

/** Throws `limit` when the value has more than `limits.parts` parts, unless they may be cut: `wasCut` then tells. */
export function decodeValue(
  value: Value,
  decoders: Decoders,
  depth: number,
  limits: DecodeLimits = LIMITS,
): {readonly data: unknown; readonly wasCut: boolean} {
  const decoding = new Decoding(decoders, limits);
  const data = decoding.decode(value, depth, 0);
  return {data, wasCut: decoding.wasCut};
}

class Decoding {
  wasCut = false;
  readonly #decoders: Decoders;
  readonly #limits: DecodeLimits;
  #parts = 0;

  constructor(decoders: Decoders, limits: DecodeLimits) {
    this.#decoders = decoders;
    this.#limits = limits;
  }

  decode(value: Value, depth: number, nesting: number): unknown {
    const name = value.type?.name;
    if (name !== undefined && Object.hasOwn(this.#decoders, name)) return this.#decoders[name]!(value);
    const {kind} = value;
    this.#parts++;
    if (isInteger(kind)) return decodeInteger(value);
    if (isFloat(kind)) return value.number();
    switch (kind) {
      case 'nil':
        return null;
      case 'bool':
        return value.boolean();
      case 'string':
        return this.#text(value);
      case 'complex64':
      case 'complex128':
        return decodeComplex(value);
      case 'struct':
        if (name === JAVA_STRING) return this.#javaString(value);
        return isSyncMap(name) && nesting < DEEPEST ? this.#entries(value, depth, nesting + 1) : this.#struct(value, depth, nesting);
      case 'array':
        return this.#elements(value, depth, nesting);
      case 'ptr':
      case 'interface':
        return this.#reference(value, depth, nesting);
      case 'slice':
      case 'map':
      case 'chan':
        return this.#collection(value, depth, nesting);
      case 'func':
        return this.#function(value, depth, nesting);
      case 'unknown':
        return undefined;
      default:
        return decodeAddress(value);
    }
  }

  #text(value: Value): string | undefined {
    const text = value.text(this.#limits.text);
    if (text === undefined || (value.length() ?? 0) <= (this.#limits.text ?? Number.POSITIVE_INFINITY)) return text;
    this.wasCut = true;
    return `${text}…`;
  }

  #javaString(value: Value): string | undefined {
    const read = readJavaString(value, this.#limits.text);
    if (read?.isCut) this.wasCut = true;
    return read && (read.isCut ? `${read.text}…` : read.text);
  }

  #struct(value: Value, depth: number, nesting: number): Record<string, unknown> {
    const data: Record<string, unknown> = {};
    for (const field of value.type?.fields ?? []) {
      if (field.name !== '_') define(data, field.name, this.decode(value.field(field.name), depth, nesting));
    }
    return data;
  }

  #collection(value: Value, depth: number, nesting: number): unknown {
    const nil = value.isNil();
    if (nil !== false) return nil ? null : undefined;
    if (value.missing || nesting >= DEEPEST) return decodeAddress(value);
    if (value.kind === 'slice') return this.#elements(value, depth, nesting + 1);
    if (value.kind === 'map') return this.#entries(value, depth, nesting + 1);
    const content = Array.from(this.#take(value.elements()), (element) => this.decode(element, depth, nesting + 1));
    return {length: value.length(), capacity: value.capacity(), content, ...value.waiters()};
  }

  #entries(value: Value, depth: number, nesting: number): unknown {
    if (value.missing) return undefined;
    const entries = this.#take(value.entries());
    return new Map(Array.from(entries, ([key, element]) => [this.decode(key, depth, nesting), this.decode(element, depth, nesting)]));
  }

  #elements(value: Value, depth: number, nesting: number): unknown {
    if (value.missing) return undefined;
    if (value.type?.element?.kind === 'uint8') {
      const {text = Number.POSITIVE_INFINITY} = this.#limits;
      if ((value.length() ?? 0) > text) this.wasCut = true;
      return value.bytes(text);
    }
    return Array.from(this.#take(value.elements()), (element) => this.decode(element, depth, nesting));
  }

  #function(value: Value, depth: number, nesting: number): unknown {
    const nil = value.isNil();
    if (nil !== false) return nil ? null : undefined;
    const name = value.text() ?? decodeAddress(value);
    const captured: Record<string, unknown> = {};
    if (depth > 0 && nesting < DEEPEST)
      for (const [variable, held] of value.captured()) define(captured, variable, this.decode(held, depth - 1, nesting + 1));
    return Object.keys(captured).length === 0 ? name : {function: name, captured};
  }

  #reference(value: Value, depth: number, nesting: number): unknown {
    const nil = value.isNil();
    if (nil !== false) return nil ? null : undefined;
    if (depth <= 0) return decodeAddress(value);
    return this.decode(value.kind === 'interface' ? value.dynamic() : value.target(), depth - 1, nesting);
  }

  /** As many as the limit leaves room for. */
  *#take<Part>(parts: Iterable<Part>): Generator<Part> {
    for (const part of parts) {
      if (this.#parts >= this.#limits.parts) {
        this.wasCut = true;
        if (this.#limits.cut) return;
        throw new GoheapError('limit', `the value has more than ${this.#limits.parts} parts`, {
          hint: 'Iterate over elements() or entries(), or decode to a smaller depth.',
        });
      }
      yield part;
    }
  }
}

/** An own property, whatever the name: a field may be called __proto__. */
function define(data: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(data, name, {value, enumerable: true, configurable: true, writable: true});
}

function decodeInteger(value: Value): number | bigint | undefined {
  const exact = value.bigint();
  return exact !== undefined && Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
}

/** Its parts; undefined when they cannot be read. */
export function decodeComplex(value: Value): [number, number] | undefined {
  const bytes = value.bytes();
  const half = (bytes?.length ?? 0) / 2;
  return bytes && [readFloat(bytes, 0, half), readFloat(bytes, half, half)];
}

/** Where it leads, as hexadecimal digits; null for nil, undefined when it cannot be read. */
export function decodeAddress(value: Value): string | null | undefined {
  const nil = value.isNil();
  if (nil !== false) return nil ? null : undefined;
  if (value.kind === 'ptr') return hex(value.target().address ?? 0);
  const bytes = value.bytes();
  if (!bytes) return undefined;
  return hex(wordAt(viewOf(bytes), value.kind === 'interface' ? 8 : 0));
}
