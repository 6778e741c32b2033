/**
 * A pointer to a struct's first field is a pointer to the struct: programs keep nodes of several kinds behind pointers to what the
 * kinds have in common (internal/sync's entries and indirect nodes behind *node). An object that is too large for what a pointer
 * says it is → the only struct of the program that begins so and fits the object as a whole.
 */
import type {ObjectIndex, TypeIndex} from '../../base/units.js';
import {KIND} from '../../runtime/types/kinds.js';
import type {PointerShapes} from '../catalog/pointer-shape.js';
import {type ClaimFit, isWhole} from '../evidence/claim-fit.js';

/** Too many structs begin with a number or a string for one of them to stand out. */
const MAX_CONTAINERS = 100;
/** Longer chains of first fields than any type has. */
const MAX_NESTING = 100;

export class Containers {
  readonly #shapes: PointerShapes;
  readonly #fit: ClaimFit;
  #beginningWith: ReadonlyMap<TypeIndex, readonly TypeIndex[]> | undefined;

  constructor(shapes: PointerShapes, fit: ClaimFit) {
    this.#shapes = shapes;
    this.#fit = fit;
  }

  /** 0 when no struct fits, or several. */
  find(object: ObjectIndex, first: TypeIndex): TypeIndex {
    this.#beginningWith ??= listContainers(this.#shapes);
    let found = 0;
    const containers = this.#beginningWith.get(first) ?? [];
    if (containers.length > MAX_CONTAINERS) return 0;
    for (const container of containers) {
      this.#shapes.prepare(container);
      if (!isWhole(this.#fit.fit(object, container, false))) continue;
      if (found !== 0) return 0;
      found = container;
    }
    return found;
  }
}

/** By each type that a struct begins with, the structs. */
function listContainers({store}: PointerShapes): Map<TypeIndex, TypeIndex[]> {
  const containers = new Map<TypeIndex, TypeIndex[]>();
  for (const container of store.runtimeRows()) {
    let inner = store.describe(container);
    for (let i = 0; i < MAX_NESTING && inner.kind === KIND.struct && inner.fields[0]?.offset === 0; i++) {
      const first = inner.fields[0].type;
      const known = containers.get(first);
      if (known) known.push(container);
      else containers.set(first, [container]);
      inner = store.describe(first);
    }
  }
  return containers;
}
