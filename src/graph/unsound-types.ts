/**
 * A type table → which types have fields that do not lie in them, contain themselves, or more than they have room for. Whoever walks the parts of a
 * value (fields, elements) relies on their places, and on there being an end; a program has no such types, but damaged and made-up ones may be anything.
 */
import type {TypeIndex} from '../base/units.js';
import {TYPE_KINDS, type TypeTable} from './heap-graph.js';

const ARRAY = TYPE_KINDS.indexOf('array');
/** Types within types; no program comes near. */
const DEEPEST = 100;
/** Parts that take no room, as fields of type struct{}. */
const MOST_EMPTY = 2 ** 16;

export interface UnsoundType {
  readonly type: TypeIndex;
  readonly problem: string; // with its name
}

/** What contains such a type, and is sound otherwise, is not among them. Fields lead to types of the table: that is checked before. */
export function findUnsoundTypes(types: TypeTable): UnsoundType[] {
  const walk = new Walk(types);
  for (let type = 0; type < types.count; type++) walk.from(type);
  return [...misplacedParts(types), ...walk.endless];
}

/** Elements of arrays that are too small for them, and the first field of each type that is not where it can be. */
function* misplacedParts(types: TypeTable): Generator<UnsoundType> {
  const {count, name, kind, size, element, length, firstField, fieldName, fieldOffset, fieldType} = types;
  for (let type = 0; type < count; type++) {
    if (kind[type] === ARRAY && length[type]! * size[element[type]!]! > size[type]!)
      yield {type, problem: `type '${name[type]}' of ${size[type]} bytes is too small for its ${length[type]} elements`};
    for (let field = firstField[type]!; field < firstField[type + 1]!; field++) {
      const end = fieldOffset[field]! + size[fieldType[field]!]!;
      const isBehind = end > size[type]!;
      if (!isBehind && (field === firstField[type] || fieldOffset[field]! >= fieldOffset[field - 1]!)) continue;
      const what = `field '${fieldName[field]}' of type '${name[type]}'`;
      yield {type, problem: isBehind ? `${what} ends at ${end}, behind the type's ${size[type]} bytes` : `${what} is not in offset order`};
      break;
    }
  }
}

const [NEW, OPEN, DONE] = [0, 1, 2];

/** Through the parts of types, those first that others contain. Without recursion: nesting may be as deep as there are types. */
class Walk {
  readonly endless: UnsoundType[] = [];
  readonly #types: TypeTable;
  readonly #state: Uint8Array;
  readonly #height: Uint8Array; // levels of parts; 0 = none
  readonly #parts: Float64Array; // of a value, itself included

  constructor(types: TypeTable) {
    this.#types = types;
    this.#state = new Uint8Array(types.count);
    this.#height = new Uint8Array(types.count);
    this.#parts = new Float64Array(types.count).fill(1);
  }

  from(first: TypeIndex): void {
    const open = [first];
    for (let type = open.at(-1); type !== undefined; type = open.at(-1)) {
      if (this.#state[type] !== NEW) {
        open.pop();
        if (this.#state[type] === OPEN) this.#close(type);
        continue;
      }
      this.#state[type] = OPEN;
      for (const [part] of this.#partsOf(type)) if (this.#state[part] === NEW) open.push(part);
    }
  }

  #close(type: TypeIndex): void {
    const {size} = this.#types;
    let [height, parts, isCircle] = [0, 1, false];
    for (const [part, count] of this.#partsOf(type)) {
      isCircle ||= this.#state[part] === OPEN;
      height = Math.max(height, this.#height[part]! + 1);
      parts += count * this.#parts[part]!;
    }
    this.#state[type] = DONE;
    const name = `type '${this.#types.name[type]}'`;
    if (isCircle) this.endless.push({type, problem: `${name} contains itself`});
    else if (height > DEEPEST || parts > DEEPEST * (size[type]! + MOST_EMPTY))
      this.endless.push({type, problem: `${name} contains more than it has room for`});
    else [this.#height[type], this.#parts[type]] = [height, parts];
  }

  /** Types of what lies in a value, each with how often. */
  *#partsOf(type: TypeIndex): Generator<readonly [part: TypeIndex, count: number]> {
    const {kind, element, length, firstField, fieldType} = this.#types;
    if (kind[type] === ARRAY) yield [element[type]!, length[type]!];
    for (let field = firstField[type]!; field < firstField[type + 1]!; field++) yield [fieldType[field]!, 1];
  }
}
