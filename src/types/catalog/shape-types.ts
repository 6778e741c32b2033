/**
 * Code of generic functions knows its types by their shapes only (`go.shape.struct { Tag string; … }`), which stand for all types of one
 * underlying type → the program's only type that has it. Shapes that are not structs stand for too many to ask.
 * Truth: cmd/compile/internal/noder/reader.go (shapify), Go 1.18 – 1.27.
 */
import type {TypeIndex} from '../../base/units.js';
import {KIND} from '../../runtime/types/kinds.js';
import type {TypeDescription} from './type-description.js';
import type {TypeStore} from './type-store.js';

export class ShapeTypes {
  readonly #store: TypeStore;
  #byLayout: ReadonlyMap<string, TypeIndex> | undefined; // 0: several types have it

  constructor(store: TypeStore) {
    this.#store = store;
  }

  /** 0 when no listed type has the shape, or several have. */
  find(shape: TypeIndex): TypeIndex {
    const type = this.#store.describe(shape);
    if (type.kind !== KIND.struct) return 0;
    this.#byLayout ??= listLayouts(this.#store);
    return this.#byLayout.get(layoutOf(type)) ?? 0;
  }
}

function listLayouts(store: TypeStore): Map<string, TypeIndex> {
  const byLayout = new Map<string, TypeIndex>();
  for (const row of store.runtimeRows()) {
    const type = store.describe(row);
    if (type.kind !== KIND.struct) continue;
    const layout = layoutOf(type);
    byLayout.set(layout, byLayout.has(layout) ? 0 : row);
  }
  return byLayout;
}

function layoutOf({size, fields}: TypeDescription): string {
  return `${size} ${fields.map(({name, offset, type}) => `${name} ${offset} ${type}`).join()}`;
}
