/**
 * Arrays that grew in the code of generic functions: the allocator recorded the shape of their elements (`go.shape.struct { … }`,
 * `go.shape.*uint8`) and not their type. Pointers and slices of the program's own types that lead there name it, where all that do agree; where they
 * do not, or nothing does, the shape stays. Truth: cmd/compile/internal/walk/assign.go (extendSlice), Go 1.22 and newer.
 */
import {remember} from '../../base/remember.js';
import type {ObjectIndex, TypeIndex} from '../../base/units.js';
import type {PointerShapes} from '../catalog/pointer-shape.js';
import {isOfShape} from '../catalog/shape-types.js';
import {BY, EXACT} from './object-state.js';
import type {ObjectTypes} from './object-types.js';

interface Naming {
  readonly shape: TypeIndex;
  type: TypeIndex; // 0: several were named
  evidence: number;
}

export class ShapeNames {
  readonly #shapes: PointerShapes;
  readonly #types: ObjectTypes;
  readonly #namings = new Map<ObjectIndex, Naming>();
  readonly #names = new Set<TypeIndex>(); // that were given
  readonly #answers = new Map<TypeIndex, Map<TypeIndex, boolean>>(); // by shape and type
  #open: ObjectIndex[] = []; // without the name yet

  constructor(shapes: PointerShapes, types: ObjectTypes) {
    this.#shapes = shapes;
    this.#types = types;
  }

  /** Whether what has the exact type `current` can be called `type`: a question of a moment, which most answer with no. */
  concerns(current: TypeIndex, type: TypeIndex): boolean {
    if (this.#shapes.isShape[type] === 1) return false;
    return this.#shapes.isShape[current] === 1 ? this.#isOfShape(type, current) : this.#names.has(current);
  }

  /** A pointer says that an object with the exact type `current` holds values of `type`. False: that is no name of a shape. */
  mention(object: ObjectIndex, current: TypeIndex, type: TypeIndex, evidence: number): boolean {
    const naming = this.#namings.get(object);
    const shape = naming?.shape ?? current;
    if (this.#shapes.isShape[shape] === 0 || this.#shapes.isShape[type] === 1 || !this.#isOfShape(type, shape)) return false;
    if (!naming) {
      this.#namings.set(object, {shape, type, evidence});
      this.#open.push(object);
    } else if (naming.type === type) naming.evidence = Math.max(naming.evidence, evidence);
    else if (naming.type !== 0 && (evidence !== BY.guess || naming.evidence === BY.guess)) this.#withdraw(object, naming);
    return true;
  }

  /** Gives the names that were mentioned since the last call; how many. What they tell of other objects may name more. */
  assign(): number {
    const open = this.#open;
    this.#open = [];
    for (const object of open) {
      const {type, evidence} = this.#namings.get(object)!;
      if (type === 0) continue;
      this.#names.add(type);
      this.#types.assign(object, type, 0, evidence, EXACT);
    }
    return open.length;
  }

  #isOfShape(type: TypeIndex, shape: TypeIndex): boolean {
    const answers = remember(this.#answers, shape, () => new Map<TypeIndex, boolean>());
    return remember(answers, type, () => isOfShape(this.#shapes, type, shape));
  }

  #withdraw(object: ObjectIndex, naming: Naming): void {
    naming.type = 0;
    if (this.#types.typeOf(object) !== naming.shape) this.#types.assign(object, naming.shape, 0, BY.header, EXACT);
  }
}
