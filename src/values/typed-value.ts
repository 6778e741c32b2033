/**
 * A location of the dump with a type: answers what docs/library.md lets one ask a `Value` by reading `Contents` on each question.
 * How Go lays values out: a string is {data, len}, a slice {data, len, cap}, an interface {type or itab, data} where data is the value
 * itself for pointer-shaped types (go/src/runtime/runtime2.go and internal/abi, alike in 1.17 – 1.27).
 * What maps and channels consist of is in map-cells.ts and channel-parts.ts.
 */
import {decodeText} from '../base/bytes.js';
import {GoheapError} from '../base/errors.js';
import {type Bytes, hex} from '../base/units.js';
import {TYPE_KINDS, type TypeIndex} from '../graph/heap-graph.js';
import {countBuffered, findWaiters, walkBuffer} from './channel-parts.js';
import {findFunctionName, walkCaptured} from './closure-parts.js';
import {decodeValue} from './decode-value.js';
import type {NodeId, ValueAddress} from './identity.js';
import {isJavaArray} from './java-text.js';
import {countCells, countEntries, knowsMaps, type MapPlace, walkMap} from './map-cells.js';
import {exactNumber, isFloat, isInteger, readFloat, readInteger} from './scalar.js';
import {findSyncMap, isSyncMap, type SyncMap} from './sync-maps.js';
import {isPointerShaped} from './type-shape.js';
import {kindName, type Type} from './type-view.js';
import type {Missing, Value, Waiters} from './value.js';
import type {ValueSource} from './value-source.js';

/** One value of `type`, or `count` of them one behind the other (what an allocation of several holds). */
export interface Location {
  readonly type: TypeIndex;
  readonly count?: number | undefined;
  readonly address: number | undefined; // undefined: the variable has no memory of its own
  readonly missing?: Missing | undefined; // known before anything is read
  readonly isStructure?: true | undefined; // of a map: the address is that of what map values point to
  readonly nil?: true | undefined; // what an empty interface holds: nothing, and that is known
}

/** Whose first word is a pointer, so that nil is a question. */
const NILABLE = new Set(['ptr', 'unsafe.Pointer', 'map', 'chan', 'func', 'slice', 'interface']);
/** What has elements one behind the other. */
const SEQUENCES = new Set(['array', 'slice', 'chan']);
const UNKNOWN = TYPE_KINDS.indexOf('unknown');
/** No string of a Go program is longer in practice; a length beyond it is a torn header. */
const LONGEST_TEXT: Bytes = 2 ** 31;

export class TypedValue implements Value {
  readonly #source: ValueSource;
  readonly #location: Location;

  constructor(source: ValueSource, location: Location) {
    this.#source = source;
    this.#location = location;
  }

  get kind(): string {
    if (this.#location.nil) return 'nil';
    return this.#count === undefined ? kindName(this.#source.graph, this.#location.type) : 'array';
  }
  get type(): Type | undefined {
    const element = this.#source.types.at(this.#location.type);
    const count = this.#count;
    if (!element || count === undefined) return element;
    return {
      name: isJavaArray(element.name) ? element.name : `[${count}]${element.name}`,
      kind: 'array',
      size: count * element.size,
      fields: [],
      element,
    };
  }
  get address(): ValueAddress | undefined {
    return this.#location.address as ValueAddress | undefined;
  }
  get missing(): Missing | undefined {
    const {address, missing, nil} = this.#location;
    if (missing || nil) return missing;
    if (this.#isUntyped) return 'untyped';
    if (address === undefined) return 'optimized-out';
    if (!this.#source.covers(address, this.#size)) return this.#source.absence;
    if (this.kind === 'map' || this.kind === 'chan') return this.#structureMissing();
    if (isSyncMap(this.type?.name)) return this.#syncMap ? undefined : 'untyped';
    if (this.kind !== 'string') return undefined;
    const length = this.#word(8)!; // the header is there: it was asked for just above
    return length === 0 || this.#source.covers(this.#word(0)!, length) ? undefined : this.#source.absence;
  }

  isNil(): boolean | undefined {
    if (this.#location.nil) return true;
    if (this.#unknown) return undefined;
    if (this.#location.isStructure) return false;
    if (!NILABLE.has(this.kind)) throw this.#wrong('isNil', 'a pointer, slice, map, channel, function or interface');
    const word = this.#pointer();
    return word === undefined ? undefined : word === 0;
  }
  boolean(): boolean | undefined {
    const value = this.#followed();
    if (value.#unknown) return undefined;
    if (value.kind !== 'bool') throw this.#wrong('boolean', 'a bool');
    const bytes = value.#storage();
    return bytes && bytes[0] !== 0;
  }
  number(): number | undefined {
    const value = this.#followed();
    if (value.#unknown) return undefined;
    if (!isFloat(value.kind)) return integer(value.#integer('number'));
    const bytes = value.#storage();
    return bytes && readFloat(bytes);
  }
  bigint(): bigint | undefined {
    const value = this.#followed();
    return value.#unknown ? undefined : value.#integer('bigint');
  }
  text(limit?: Bytes): string | undefined {
    const value = this.#followed();
    if (value.#unknown) return undefined;
    if (value.kind === 'func') return findFunctionName(value.#source, value.#word(0) ?? 0);
    const span = value.#byteRange();
    if (span === undefined) throw this.#wrong('text', 'a string, or bytes');
    const bytes = span && value.#take(span, limit);
    if (!bytes) return undefined;
    // Cut short, it may end inside a character: a streaming decoder leaves that one out.
    return span !== null && bytes.length < span.length ? new TextDecoder().decode(bytes, {stream: true}) : decodeText(bytes);
  }
  bytes(limit?: Bytes): Uint8Array | undefined {
    if (this.#unknown || this.#location.address === undefined) return undefined;
    const span = this.#byteRange() ?? {address: this.#location.address, length: this.#size};
    const bytes = span && this.#take(span, limit);
    return bytes ? new Uint8Array(bytes) : undefined; // slice() of a Buffer would not copy
  }
  length(): number | undefined {
    const value = this.#followed();
    if (value.#unknown) return undefined;
    const {kind} = value;
    if (kind === 'array') return value.#elementCount;
    if (kind === 'string' || kind === 'slice') return value.#word(8);
    if (kind === 'map') return value.isNil() ? 0 : value.#map && countEntries(value.#map);
    if (kind === 'chan') return value.#buffered?.live;
    throw this.#wrong('length', 'a string, slice, array, map or channel');
  }
  capacity(): number | undefined {
    const value = this.#followed();
    if (value.#unknown) return undefined;
    if (value.kind === 'array') return value.#elementCount;
    if (value.kind === 'slice') return value.#word(16);
    if (value.kind === 'map') return value.isNil() ? 0 : value.#map && countCells(value.#map);
    if (value.kind === 'chan') return value.#buffered?.capacity;
    throw this.#wrong('capacity', 'a slice, array, map or channel');
  }

  field(name: string): Value {
    const value = this.#followed();
    if (value.#unknown) return this.#missingValue(value.missing);
    const {graph} = this.#source;
    if (value.kind !== 'struct') throw this.#wrong(`field('${name}')`, 'a struct, or a pointer to one');
    const {firstField, fieldName, fieldOffset, fieldType} = graph.types;
    const type = value.#location.type;
    for (let row = firstField[type]!; row < firstField[type + 1]!; row++) {
      if (fieldName[row] === name) return value.#at(fieldType[row]!, fieldOffset[row]!);
    }
    const names = fieldName.slice(firstField[type]!, firstField[type + 1]!);
    throw new GoheapError('usage', `${value.type?.name} has no field ${name}`, {hint: `It has ${names.join(', ') || 'none'}.`});
  }
  elements(first = 0): Iterable<Value> {
    const value = this.#followed();
    if (value.#unknown) return [];
    if (!SEQUENCES.has(value.kind)) throw this.#wrong('elements', 'a slice, an array or a channel');
    return {[Symbol.iterator]: () => value.#walk(first)};
  }
  entries(): Iterable<[Value, Value]> {
    const value = this.#followed();
    if (value.#unknown) return [];
    if (value.kind !== 'map' && !isSyncMap(value.type?.name)) throw this.#wrong('entries', 'a map, or a map of package sync');
    return {[Symbol.iterator]: () => value.#entries()};
  }
  waiters(): Waiters {
    const value = this.#followed();
    if (!value.#unknown && value.kind !== 'chan') throw this.#wrong('waiters', 'a channel');
    const channel = value.#unknown ? undefined : value.#word(0);
    return channel ? findWaiters(this.#source, channel) : {senders: [], receivers: []};
  }
  captured(): Iterable<[string, Value]> {
    if (this.#unknown) return [];
    if (this.kind !== 'func') throw this.#wrong('captured', 'a function');
    return {[Symbol.iterator]: () => this.#captured()};
  }
  dynamic(): Value {
    if (this.#unknown) return this.#missingValue(this.missing);
    if (this.kind !== 'interface') throw this.#wrong('dynamic', 'an interface');
    const word = this.#word(0);
    if (word === undefined) return this.#missingValue(this.#source.absence);
    if (word === 0) return new TypedValue(this.#source, {type: 0, address: undefined, nil: true});
    const type = this.#source.dynamicType(word);
    if (type === undefined) return this.#missingValue('untyped');
    if (isPointerShaped(this.#source.graph, type)) return this.#at(type, 8);
    return new TypedValue(this.#source, {type, address: this.#word(8)});
  }
  target(): Value {
    if (this.#unknown) return this.#missingValue(this.missing);
    if (this.kind !== 'ptr') throw this.#wrong('target', 'a pointer');
    return this.#followed();
  }
  node(): NodeId | undefined {
    if (this.#unknown) return undefined;
    if (!NILABLE.has(this.kind) && this.kind !== 'string') throw this.#wrong('node', 'something that points');
    const target = this.#location.isStructure ? undefined : this.kind === 'interface' ? this.#word(8) : this.#pointer();
    return target ? (this.#source.findObject(target)?.node as NodeId | undefined) : undefined;
  }
  as(type: string): Value {
    const [found] = this.#source.types.named(type);
    if (found === undefined) throw unknownType(type);
    return new TypedValue(this.#source, {type: found, address: this.#location.address});
  }
  decode(depth = 2): unknown {
    return decodeValue(this, this.#source.decoders, depth).data;
  }

  get #size(): Bytes {
    return this.#source.graph.types.size[this.#location.type]! * (this.#count ?? 1);
  }
  /** How many values there are one behind the other; undefined for a single one. An array of Java is one even when it has one element. */
  get #count(): number | undefined {
    const {count, type} = this.#location;
    if (count !== undefined && count !== 1) return count;
    return isJavaArray(this.#source.graph.types.name[type]!) ? 1 : undefined;
  }
  /** No question can be answered, whatever the kind. */
  get #unknown(): boolean {
    return this.#location.missing !== undefined || this.#isUntyped;
  }
  get #isUntyped(): boolean {
    return this.#source.graph.types.kind[this.#location.type] === UNKNOWN;
  }
  get #elementType(): TypeIndex {
    const {types} = this.#source.graph;
    const {type} = this.#location;
    return this.#count === undefined || isJavaArray(types.name[type]!) ? types.element[type]! : type;
  }
  get #elementCount(): number {
    return this.#count ?? this.#source.graph.types.length[this.#location.type]!;
  }
  /** The elements of a slice, an array or a channel. */
  *#walk(first: number): Generator<Value> {
    const isArray = this.kind === 'array';
    const type = this.#elementType;
    const start = isArray ? this.#location.address : this.#word(0);
    if (!start || type === 0) return;
    const {missing} = this.#location;
    for (const address of this.#elementAddresses(start, this.#source.graph.types.size[type]!, first))
      yield new TypedValue(this.#source, {type, address, missing});
  }
  #elementAddresses(start: number, size: Bytes, first: number): Iterable<number> {
    if (this.kind === 'chan') return walkBuffer(this.#source, start, size, first);
    const count = (this.kind === 'array' ? this.#elementCount : this.#word(8)) ?? 0;
    return this.#source.walk(start + first * size, count - first, size);
  }
  *#entries(): Generator<[Value, Value]> {
    const map = this.kind === 'map' ? this.#map : this.#syncMap;
    if (!map) return;
    for (const [key, element] of 'cells' in map ? map.cells() : walkMap(map)) {
      yield [
        new TypedValue(this.#source, {type: map.key, address: key}),
        new TypedValue(this.#source, {type: map.element, address: element}),
      ];
    }
  }
  /** Undefined for nil, and where types or layouts do not tell what is inside. */
  get #map(): MapPlace | undefined {
    const {key, element} = this.#source.graph.types;
    const {type, isStructure} = this.#location;
    const address = isStructure ? this.#location.address : this.#word(0);
    if (!address || key[type] === 0 || element[type] === 0 || !knowsMaps(this.#source)) return undefined;
    return {source: this.#source, address, key: key[type]!, element: element[type]!};
  }
  get #syncMap(): SyncMap | undefined {
    const {type, address, count} = this.#location;
    return address === undefined || count !== undefined ? undefined : findSyncMap(this.#source, type, address);
  }
  get #buffered(): {readonly live: number; readonly capacity: number} | undefined {
    const channel = this.#word(0);
    if (channel === undefined) return undefined;
    return channel === 0 ? {live: 0, capacity: 0} : countBuffered(this.#source, channel);
  }
  /** Of a map or a channel whose pointer can be read. */
  #structureMissing(): Missing | undefined {
    if (this.isNil()) return undefined;
    const isKnown = this.kind === 'map' ? this.#map : this.#source.layout('channel') && this.#elementType !== 0;
    if (!isKnown) return 'untyped';
    return this.length() === undefined ? this.#source.absence : undefined;
  }
  *#captured(): Generator<[string, Value]> {
    const closure = this.#word(0);
    if (!closure) return;
    for (const [name, type, address] of walkCaptured(this.#source, closure)) yield [name, new TypedValue(this.#source, {type, address})];
  }
  /** What a pointer leads to; any other value itself. One step, as Go's selectors do. */
  #followed(): TypedValue {
    if (this.#unknown || this.kind !== 'ptr') return this;
    const address = this.#pointer();
    const type = this.#source.graph.types.element[this.#location.type]!;
    const object = type === 0 && address ? this.#source.findObject(address) : undefined; // a reference of Java: the object knows its class
    if (object) return new TypedValue(this.#source, object);
    if (address === undefined) return new TypedValue(this.#source, {type, address, missing: this.#source.absence});
    return new TypedValue(this.#source, {type, address, missing: address === 0 ? 'unmapped' : undefined});
  }
  #at(type: TypeIndex, offset: Bytes): TypedValue {
    const {address, missing} = this.#location;
    return new TypedValue(this.#source, {type, address: address === undefined ? undefined : address + offset, missing});
  }
  #missingValue(missing: Missing | undefined): TypedValue {
    return new TypedValue(this.#source, {type: 0, address: undefined, missing: missing ?? 'untyped'});
  }
  /** What a pointer's word says, or the first of a value that begins with one. */
  #pointer(): number | undefined {
    const size = this.kind === 'ptr' ? this.#source.graph.types.size[this.#location.type]! : 8;
    return this.#location.address === undefined ? undefined : this.#source.pointer(this.#location.address, size);
  }
  #word(offset: Bytes): number | undefined {
    return this.#location.address === undefined ? undefined : this.#source.word(this.#location.address + offset);
  }
  #storage(): Uint8Array | undefined {
    return this.#location.address === undefined ? undefined : this.#source.read(this.#location.address, this.#size);
  }
  #integer(question: string): bigint | undefined {
    if (!isInteger(this.kind)) throw this.#wrong(question, question === 'number' ? 'an integer or a float' : 'an integer');
    const bytes = this.#storage();
    return bytes && readInteger(this.kind, bytes);
  }
  /** Where the bytes of a string or of bytes are; null when the header cannot be read, undefined for other kinds. */
  #byteRange(): {address: number; length: Bytes} | null | undefined {
    const {kind} = this;
    const of = isJavaArray(this.type?.name ?? '') ? this.#location.type : this.#elementType;
    if (kind !== 'string' && kindName(this.#source.graph, of) !== 'uint8') return undefined;
    if (kind === 'array') return this.#location.address === undefined ? null : {address: this.#location.address, length: this.#size};
    if (kind !== 'string' && kind !== 'slice') return undefined;
    const address = this.#word(0);
    const length = this.#word(8);
    return address === undefined || length === undefined ? null : {address, length};
  }
  #take(range: {address: number; length: Bytes}, limit: Bytes = Number.POSITIVE_INFINITY): Uint8Array | undefined {
    const length = Math.min(range.length, limit);
    if (length === 0) return new Uint8Array(0);
    if (length > LONGEST_TEXT) {
      throw new GoheapError('limit', `${this.kind} at ${hex(this.#location.address ?? 0)} claims ${length} bytes`, {
        hint: 'Ask for fewer.',
      });
    }
    // Both ends first: a torn header must not make anyone allocate what it claims.
    return this.#source.covers(range.address, length) ? this.#source.read(range.address, length) : undefined;
  }
  #wrong(question: string, wanted: string): GoheapError {
    const what = this.type ? `${this.type.name} (${this.kind})` : this.kind;
    return new GoheapError('usage', `${question} asked of ${what}; expected ${wanted}`);
  }
}

function integer(value: bigint | undefined): number | undefined {
  return value === undefined ? undefined : exactNumber(value);
}

export function unknownType(name: string): GoheapError {
  return new GoheapError('usage', `the program has no type ${name}`, {
    hint: 'Type names carry the full package path, as in net/http.Request.',
  });
}
