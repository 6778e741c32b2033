/**
 * Code of generic functions knows its types by their shapes only (`go.shape.struct { Tag string; … }`, `main.List[go.shape.int]`), which stand for
 * all types of one underlying type → the program's only type that has it. Shapes that are not structs stand for too many to ask.
 * Truth: cmd/compile/internal/noder/reader.go (shapify), Go 1.18 – 1.27.
 */
import type {TypeIndex} from '../../base/units.js';
import {KIND} from '../../runtime/types/kinds.js';
import type {PointerShapes} from './pointer-shape.js';
import type {TypeDescription} from './type-description.js';
import {isNamedByShapes, SHAPE_PACKAGE} from './type-name.js';

export class ShapeTypes {
  readonly #shapes: PointerShapes;
  readonly #found = new Map<TypeIndex, TypeIndex>();
  #byLayout: ReadonlyMap<string, readonly TypeIndex[]> | undefined;

  constructor(shapes: PointerShapes) {
    this.#shapes = shapes;
  }

  /** 0 when no listed type has the shape, or several have. */
  find(shape: TypeIndex): TypeIndex {
    let found = this.#found.get(shape);
    if (found === undefined) {
      const candidates = this.#listed(shape).filter((type) => isOfShape(this.#shapes, type, shape));
      found = candidates.length === 1 ? candidates[0]! : 0;
      this.#found.set(shape, found);
    }
    return found;
  }

  #listed(shape: TypeIndex): readonly TypeIndex[] {
    const type = this.#shapes.store.describe(shape);
    if (type.kind !== KIND.struct) return [];
    this.#byLayout ??= listLayouts(this.#shapes);
    return this.#byLayout.get(layoutOf(type)) ?? [];
  }
}

/** Whether the type can be what a shape stands for. Shapes of pointers stand for all of them. */
export function isOfShape({store}: PointerShapes, type: TypeIndex, shape: TypeIndex): boolean {
  const [own, other] = [store.describe(type), store.describe(shape)];
  if (own.kind !== other.kind || layoutOf(own) !== layoutOf(other)) return false;
  if (other.package !== SHAPE_PACKAGE && sourceName(own.name) !== sourceName(other.name)) return false;
  return other.fields.every(({type: part}, at) => {
    const ownPart = own.fields[at]!.type;
    return ownPart === part || (isNamedByShapes(store.nameOf(part)) && store.describe(ownPart).kind === store.describe(part).kind);
  });
}

/** Of an instantiated type: without its type arguments. */
function sourceName(name: string): string {
  return name.replace(/\[.*/, '');
}

function listLayouts({store}: PointerShapes): Map<string, TypeIndex[]> {
  const byLayout = new Map<string, TypeIndex[]>();
  for (const row of store.runtimeRows()) {
    const type = store.describe(row);
    if (type.kind !== KIND.struct || isNamedByShapes(type.name)) continue;
    const layout = layoutOf(type);
    const known = byLayout.get(layout);
    if (known) known.push(row);
    else byLayout.set(layout, [row]);
  }
  return byLayout;
}

function layoutOf({size, fields}: TypeDescription): string {
  return `${size} ${fields.map(({name, offset}) => `${name} ${offset}`).join()}`;
}
