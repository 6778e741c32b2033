/**
 * What a typed value is to callers: `Value` of docs/library.md. A location in the dump with a type, asked one question at a time.
 * "Missing" is a state with a reason, never a made-up 0: the scalars of a missing value are undefined and so are its fields'.
 * Asking a value something its kind cannot answer is the caller's error (`usage`).
 */
import type {Bytes} from '../base/units.js';
import type {NodeId, ValueAddress} from './identity.js';
import type {Type} from './type-view.js';

/** unmapped: the dump lacks the bytes; untyped: no type known; optimized-out: a variable without memory; not-kept: a database without these contents. */
export type Missing = 'unmapped' | 'untyped' | 'optimized-out' | 'not-kept';

/** Who waits at a channel. */
export interface Waiters {
  /** Goroutine ids, who waits longest first. */
  readonly senders: readonly number[];
  readonly receivers: readonly number[];
}

export interface Value {
  /** reflect.Kind's name; 'unknown' without a type, 'nil' for what an empty interface holds. */
  readonly kind: string;
  readonly type?: Type | undefined;
  readonly address?: ValueAddress | undefined;
  /** Undefined when the value can be read. */
  readonly missing?: Missing | undefined;
  /** Of a pointer, slice, map, channel, function, interface or unsafe.Pointer. */
  isNil(): boolean | undefined;
  boolean(): boolean | undefined;
  /** Integers and floats. Throws `limit` beyond ±2**53. */
  number(): number | undefined;
  /** Integers. */
  bigint(): bigint | undefined;
  /** A string, or bytes read as UTF-8: at most `limit` bytes of it. Of a function, its name. */
  text(limit?: Bytes): string | undefined;
  /** The bytes of a string or a byte slice or array; of any other kind, its own storage. At most `limit` of them; a copy. */
  bytes(limit?: Bytes): Uint8Array | undefined;
  /** Of a string, slice, array, map or channel, as its header claims. */
  length(): number | undefined;
  /** What a slice, array, map or channel has room for without growing, in elements. Of a map: all cells, in use or not. */
  capacity(): number | undefined;
  /** A field of a struct, or of the struct a pointer leads to. Throws `usage` when there is none of that name. */
  field(name: string): Value;
  /** Of an array or slice, or of the array a pointer leads to; of a channel what its buffer holds, oldest first. From number `first` on. */
  elements(first?: number): Iterable<Value>;
  /** Of a map or a sync.Map, in no order: those that can be read. Each time anew. */
  entries(): Iterable<[Value, Value]>;
  /** Of a channel: ids of the goroutines that wait, longest first. */
  waiters(): Waiters;
  /** Of a function: the variables that it captured, by name; empty where there are none or types do not tell. */
  captured(): Iterable<[string, Value]>;
  /** What an interface holds. */
  dynamic(): Value;
  /** What a pointer points to; missing ('unmapped') when it is nil. */
  target(): Value;
  /** The object that a pointer, slice, string, map, channel, function or interface leads to. */
  node(): NodeId | undefined;
  /** The same location under another type. Throws `usage` when the program lacks it. */
  as(type: string): Value;
  /** Plain data: a decoder's result where one is given for the type, else objects, arrays, strings and numbers; pointers are followed `depth` times. */
  decode(depth?: number): unknown;
}

/** By full type name: how a user's own types become plain data. */
export type Decoders = Readonly<Record<string, (value: Value) => unknown>>;
