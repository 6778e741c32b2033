/**
 * Objects of a database → the bytes of their slots. Ids go span by span: the spans alone say it, and no row of an object is read.
 * Only where there are no spans, as of a heap of Java, do the objects' own rows.
 */
import {lowerBound} from '../base/lower-bound.js';
import {remember} from '../base/remember.js';
import type {SqlDatabase} from '../sql/index.js';
import type {KeyRange} from '../sql/page-scan.js';
import {contradiction} from '../sql/table-reader.js';

/** By position in `ids`. */
export async function readSizes(database: SqlDatabase, ids: ArrayLike<number>): Promise<(position: number) => number> {
  if (ids.length === 0) return () => 0;
  const spans = await SpanSizes.read(database);
  if (spans !== undefined) return (position) => spans.of(ids[position]!);
  const sizes = await readOwnSizes(database, ids);
  return (position) => sizes[position]!;
}

export async function sumSizes(database: SqlDatabase, ids: ArrayLike<number>): Promise<number> {
  const sizeAt = await readSizes(database, ids);
  let sum = 0;
  for (let position = 0; position < ids.length; position++) sum += sizeAt(position);
  return sum;
}

/** Objects of one size. */
export interface SizeClass {
  readonly size: number;
  readonly objects: number;
  readonly ranges: readonly KeyRange[]; // of ids, ascending
}

/** The largest first; none where there are no spans. */
export async function readSizeClasses(database: SqlDatabase): Promise<SizeClass[]> {
  const spans = await SpanSizes.read(database);
  return spans === undefined ? [] : spans.classes();
}

class SpanSizes {
  readonly #first: number; // the id of the first object
  readonly #end: Uint32Array; // per span: one more than the id of its last object
  readonly #size: Float64Array;
  #span = 0; // that of the last question: neighbours follow each other

  private constructor(first: number, spans: readonly {readonly allocated: number; readonly size: number}[]) {
    this.#first = first;
    let end = first;
    this.#end = Uint32Array.from(spans, ({allocated}) => (end += allocated));
    this.#size = Float64Array.from(spans, ({size}) => size);
  }

  /** Undefined where there are no spans. */
  static async read(database: SqlDatabase): Promise<SpanSizes | undefined> {
    const spans = await database.rows<{allocated: number; size: number}>(
      'SELECT allocated, slot_size AS size FROM spans WHERE allocated > 0 ORDER BY id',
    );
    if (spans.length === 0) return undefined;
    const [counts] = await database.rows<{first: number; last: number}>(
      'SELECT (SELECT min(id) FROM objects) AS first, (SELECT max(id) FROM objects) AS last',
    );
    const objects = spans.reduce((sum, {allocated}) => sum + allocated, 0);
    if (counts!.last - counts!.first + 1 !== objects) throw contradiction('spans', 'all', `they have ${objects} objects`);
    return new SpanSizes(counts!.first, spans);
  }

  classes(): SizeClass[] {
    const rangesOf = new Map<number, [from: number, to: number][]>();
    for (let span = 0, from = this.#first; span < this.#end.length; from = this.#end[span++]!) {
      const ranges = remember(rangesOf, this.#size[span]!, () => []);
      if (ranges.at(-1)?.[1] === from - 1) ranges.at(-1)![1] = this.#end[span]! - 1;
      else ranges.push([from, this.#end[span]! - 1]);
    }
    const classes = Array.from(rangesOf, ([size, ranges]) => ({
      size,
      objects: ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0),
      ranges,
    }));
    return classes.sort((a, b) => b.size - a.size);
  }
  of(id: number): number {
    const end = this.#end;
    const isIn = (span: number) => id < end[span]! && (span === 0 || id >= end[span - 1]!);
    if (!isIn(this.#span)) this.#span = isIn(this.#span + 1) ? this.#span + 1 : lowerBound(end, id + 1);
    return this.#size[this.#span]!;
  }
}

/** Asked for at a time. */
const MOST_IDS = 100_000;
const OWN_SIZES = 'SELECT i.key AS at, o.size FROM json_each(:list) i CROSS JOIN objects o ON o.id = i.value';

async function readOwnSizes(database: SqlDatabase, ids: ArrayLike<number>): Promise<Float64Array> {
  const sizes = new Float64Array(ids.length);
  for (let first = 0; first < ids.length; first += MOST_IDS) {
    const list = JSON.stringify(Array.prototype.slice.call(ids, first, first + MOST_IDS));
    for (const {at, size} of await database.rows<{at: number; size: number}>(OWN_SIZES, {list})) sizes[first + at] = size;
  }
  return sizes;
}
