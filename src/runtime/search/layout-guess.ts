/**
 * The layouts that a version's table claims, checked against what they lead to in the dump. When a struct's fields have moved
 * in another release of the same minor version (runtime.m grew by 24 bytes between 1.24.4 and 1.24.6), the layout is tried
 * with all fields from some field on moved by the same distance; the place with the most evidence wins.
 */
import {isGoheapError} from '../../base/errors.js';
import type {Bytes} from '../../base/units.js';
import {type FieldPlace, Layouts, type StructPlaces} from '../layout.js';

export class LayoutGuess extends Layouts {
  readonly goVersion: string;
  readonly structs: ReadonlyMap<string, StructPlaces>;

  constructor(goVersion: string, structs: ReadonlyMap<string, StructPlaces>) {
    super({structLayout: (name) => structs.get(name)}, goVersion);
    this.goVersion = goVersion;
    this.structs = structs;
  }

  /** Throws `unsupported` when the table has no such field. */
  offset(struct: string, field: string): Bytes {
    return this.get(struct).offsetOf(field);
  }

  with(struct: string, places: StructPlaces): LayoutGuess {
    return new LayoutGuess(this.goVersion, new Map(this.structs).set(struct, places));
  }
}

export interface FittedLayout {
  readonly layouts: LayoutGuess;
  /** Set when the struct had to be changed: the first field that moved, and how far. */
  readonly moved?: {readonly field: string; readonly by: Bytes};
}

/** How much of the dump agrees with layouts: 0 = they do not fit. */
export type Agreement = (layouts: LayoutGuess) => number;

const FARTHEST: Bytes = 128;
const STEP: Bytes = 8;

/** Layouts that fit, changed in `struct` if need be; undefined when none does. */
export function fitLayout(layouts: LayoutGuess, struct: string, evidence: Agreement): FittedLayout | undefined {
  if (weigh(layouts, evidence) > 0) return {layouts};
  const places = layouts.structs.get(struct);
  if (!places) return undefined;
  let [best, most]: [FittedLayout | undefined, number] = [undefined, 0];
  for (const by of distances()) {
    // From the last field on: of several places that explain the dump alike, the one that moves the fewest fields.
    for (const [field, {offset}] of [...places.fields].reverse()) {
      const tried = layouts.with(struct, moveFields(places, offset, by));
      const found = offset + by < 0 ? 0 : weigh(tried, evidence);
      if (found > most) [best, most] = [{layouts: tried, moved: {field, by}}, found];
    }
  }
  return best;
}

/** The layout with everything from `from` on at other offsets. */
function moveFields({size, fields}: StructPlaces, from: Bytes, by: Bytes): StructPlaces {
  const moved = [...fields].map(([name, {offset, size: bytes}]): [string, FieldPlace] => [
    name,
    {offset: offset < from ? offset : offset + by, size: bytes},
  ]);
  return {size: size + by, fields: new Map(moved)};
}

/** Smallest first, so that of equal evidence the smallest change wins. */
function* distances(): Generator<Bytes> {
  for (let by = STEP; by <= FARTHEST; by += STEP) yield* [by, -by];
}

/** Layouts that lead out of memory do not fit. */
function weigh(layouts: LayoutGuess, evidence: Agreement): number {
  try {
    return evidence(layouts);
  } catch (error) {
    if (isGoheapError(error, 'unmapped')) return 0;
    throw error;
  }
}
