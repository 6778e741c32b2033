/**
 * Rows of the graph's type table → Go types that can be walked: name, kind, fields, element and key.
 * One object per row, made when it is asked for and kept, so that `===` compares types. Nothing here reads the dump.
 */
import {type Bytes, type HeapGraph, TYPE_KINDS, type TypeIndex} from '../graph/heap-graph.js';

export interface Field {
  readonly name: string;
  readonly offset: Bytes;
  readonly type: Type;
}

/** A Go type. The unknown type is never handed out: where it stands, `type` is undefined. */
export interface Type {
  /** Go's name with full package paths: `map[string]*net/http.Request`. */
  readonly name: string;
  /** reflect.Kind's name, or 'unknown'. */
  readonly kind: string;
  readonly size: Bytes;
  /** Of a struct, in order; empty otherwise. */
  readonly fields: readonly Field[];
  /** Of a map. */
  readonly key?: Type | undefined;
  /** Of a pointer, slice, array, channel or map. */
  readonly element?: Type | undefined;
}

/** The types of one graph. */
export class TypeViews {
  readonly #graph: Pick<HeapGraph, 'types'>;
  readonly #views = new Map<TypeIndex, TypeView>();
  #byName: Map<string, TypeIndex[]> | undefined;
  #byRuntimeAddress: Map<number, TypeIndex> | undefined;

  constructor(graph: Pick<HeapGraph, 'types'>) {
    this.#graph = graph;
  }

  /** Undefined for row 0, the unknown type. */
  at(index: TypeIndex): Type | undefined {
    if (index === 0) return undefined;
    let view = this.#views.get(index);
    if (!view) {
      view = new TypeView(this.#graph, this, index);
      this.#views.set(index, view);
    }
    return view;
  }

  /** Every row of that name, in table order: two local types may share one. */
  named(name: string): readonly TypeIndex[] {
    this.#byName ??= groupByName(this.#graph.types.name);
    return this.#byName.get(name) ?? [];
  }

  /** The row of a runtime type's address, as the first word of an `any` holds it. */
  atRuntimeAddress(address: number): TypeIndex | undefined {
    if (!this.#byRuntimeAddress) {
      this.#byRuntimeAddress = new Map();
      const {count, runtimeAddress} = this.#graph.types;
      for (let type = 1; type < count; type++) {
        if (!Number.isNaN(runtimeAddress[type]!)) this.#byRuntimeAddress.set(runtimeAddress[type]!, type);
      }
    }
    return this.#byRuntimeAddress.get(address);
  }
}

class TypeView implements Type {
  readonly #graph: Pick<HeapGraph, 'types'>;
  readonly #views: TypeViews;
  readonly #index: TypeIndex;
  #fields: readonly Field[] | undefined;

  constructor(graph: Pick<HeapGraph, 'types'>, views: TypeViews, index: TypeIndex) {
    this.#graph = graph;
    this.#views = views;
    this.#index = index;
  }
  get name(): string {
    return this.#graph.types.name[this.#index]!;
  }
  get kind(): string {
    return kindName(this.#graph, this.#index);
  }
  get size(): Bytes {
    return this.#graph.types.size[this.#index]!;
  }
  get fields(): readonly Field[] {
    this.#fields ??= this.#readFields();
    return this.#fields;
  }
  get key(): Type | undefined {
    return this.#views.at(this.#graph.types.key[this.#index]!);
  }
  get element(): Type | undefined {
    return this.#views.at(this.#graph.types.element[this.#index]!);
  }
  toString(): string {
    return this.name;
  }
  #readFields(): Field[] {
    const {firstField, fieldName, fieldOffset, fieldType} = this.#graph.types;
    const fields: Field[] = [];
    for (let row = firstField[this.#index]!; row < firstField[this.#index + 1]!; row++) {
      const type = this.#views.at(fieldType[row]!) ?? UNKNOWN_TYPE;
      fields.push({name: fieldName[row]!, offset: fieldOffset[row]!, type});
    }
    return fields;
  }
}

/** Stands for a field whose type the dump does not tell. */
const UNKNOWN_TYPE: Type = {name: '', kind: 'unknown', size: 0, fields: []};

export function kindName(graph: Pick<HeapGraph, 'types'>, type: TypeIndex): string {
  return TYPE_KINDS[graph.types.kind[type]!] ?? 'unknown';
}

function groupByName(names: readonly string[]): Map<string, TypeIndex[]> {
  const groups = new Map<string, TypeIndex[]>();
  for (let type = 1; type < names.length; type++) {
    const group = groups.get(names[type]!);
    if (group) group.push(type);
    else groups.set(names[type]!, [type]);
  }
  return groups;
}
