/**
 * One Go type as its readers describe it: the same whether it came from the runtime's types or from DWARF. References to
 * other types are rows of the store, which may not be described yet: that is what makes recursive types harmless.
 */

import type {Address, Bytes, TypeIndex} from '../../base/units.js';
import {KIND} from '../../runtime/types/kinds.js';

export interface FieldDescription {
  readonly name: string; // of an embedded field: its type's name without package
  readonly offset: Bytes;
  readonly type: TypeIndex;
  readonly embedded: boolean;
}

export interface TypeDescription {
  readonly kind: number; // KIND
  readonly size: Bytes;
  /** The whole name, or '' for a pointer, slice, array, map, chan, func or struct that is named by what it consists of. */
  readonly name: string;
  readonly package: string; // import path of a named type; '' otherwise
  readonly element: TypeIndex; // of a pointer, slice, array, chan or map; 0 otherwise
  readonly key: TypeIndex; // of a map; 0 otherwise
  readonly length: number; // of an array; 0 otherwise
  readonly fields: readonly FieldDescription[];
  /** The runtime's structure behind a map or chan value (`map<K,V>`, `hash<K,V>`, `hchan<T>`), where DWARF describes it; 0 otherwise. */
  readonly header: TypeIndex;
  readonly runtimeAddress: Address; // NaN when the program has no runtime type for it
  readonly direction: 'chan' | '<-chan' | 'chan<-'; // of a chan
  readonly signature: Signature | undefined; // of an unnamed func type that must be named by its parameters
  readonly methods: readonly MethodDescription[]; // of an unnamed interface that must be named by them
  readonly notInHeap: boolean; // the collector ignores pointers to it, which nothing in its structure tells
  readonly inside: Address; // of a map: the runtime type of a bucket or a group; NaN when only DWARF tells
}

export interface MethodDescription {
  readonly name: string; // with its import path when it is not exported
  readonly type: TypeIndex; // a func
}

export interface Signature {
  readonly parameters: readonly TypeIndex[];
  readonly results: readonly TypeIndex[];
  readonly variadic: boolean;
}

/** What a description starts from: everything absent. */
export const EMPTY_DESCRIPTION: TypeDescription = {
  kind: KIND.unknown,
  size: 0,
  name: '',
  package: '',
  element: 0,
  key: 0,
  length: 0,
  fields: [],
  header: 0,
  runtimeAddress: Number.NaN,
  direction: 'chan',
  signature: undefined,
  methods: [],
  notInHeap: false,
  inside: Number.NaN,
};

/** How the readers turn references into rows. */
export interface TypeReferences {
  rowOfAddress(address: Address): TypeIndex;
  rowOfDie(die: number): TypeIndex;
}
