/**
 * Ids, which are addresses in HotSpot → the layout that the JVM used: after a collection objects lie one behind the other, so the right layout is the one by which
 * most of them end where the next one begins, and by which none reaches into the next. What supports it is said with it.
 */
import {GoheapError} from '../base/errors.js';
import {type Bytes, NONE} from '../base/units.js';
import type {ClassTable} from './class-table.js';
import {FORM} from './class-table.js';
import {JVM_LAYOUTS, type JvmLayoutName, layoutsNamed} from './jvm-layout.js';
import type {ObjectRecords} from './object-records.js';
import {ObjectSizes} from './object-sizes.js';

/** Neighbours that are looked at. */
const SAMPLE = 400_000;
/** Fewer than this share of neighbours that touch say nothing. */
const LEAST_TOUCHING = 0.3;
/** From this share on a gap behind every object of a class is the object's own. */
const DENSE = 0.9;
/** More than that is no padding. */
const MOST_PADDING: Bytes = 1024;

export interface InferredLayout {
  readonly sizes: ObjectSizes;
  readonly evidence: string; // a sentence
  readonly isSure: boolean;
}

/** Throws `usage` for a name that no layout has. */
export function layoutName(name: string): JvmLayoutName {
  const found = JVM_LAYOUTS.find((known) => known === name);
  if (found) return found;
  throw new GoheapError('usage', `no layout is called '${name}'`, {hint: `Layouts: ${JVM_LAYOUTS.join(', ')}.`});
}

/** `wanted`: as the user says, else as ids tell. */
export function inferLayout(objects: ObjectRecords, classes: ClassTable, idSize: 4 | 8, wanted: JvmLayoutName | undefined): InferredLayout {
  const names = wanted ? [wanted] : JVM_LAYOUTS.filter((name) => (name === '32-bit') === (idSize === 4));
  const alignment = alignmentOf(objects.id);
  const sample = sampleOf(objects);
  const candidates = names.flatMap(layoutsNamed).map((layout) => scoreOf(new ObjectSizes(layout, alignment, classes), sample));
  candidates.sort((a, b) => b.touching - 4 * b.overlapping - (a.touching - 4 * a.overlapping));
  const [best] = candidates as [Score];
  const other = candidates.find(({sizes}) => sizes.layout.name !== best.sizes.layout.name);
  const share = best.touching / Math.max(1, best.pairs);
  const isSure = share >= LEAST_TOUCHING && best.overlapping === 0;
  const widened = share >= DENSE ? widenClasses(best.sizes, objects, classes) : 0;
  return {sizes: best.sizes, evidence: sentence(best, other, wanted, isSure, widened), isSure};
}

function sentence(best: Score, other: Score | undefined, wanted: string | undefined, isSure: boolean, widened: number): string {
  const {layout} = best.sizes;
  const of = ({touching, pairs}: Score) => `${((100 * touching) / Math.max(1, pairs)).toFixed(1)} %`;
  const touch = `${of(best)} of ${best.pairs} neighbours touch`;
  const style = layout.fillsGaps ? 'fields as JDK 15 and newer lay them out' : 'fields as JDK 14 and older lay them out';
  const more = widened > 0 ? `; ${widened} classes have more bytes than their fields` : '';
  if (wanted) return `as asked: by it ${touch}${overlapText(best)}, ${style}${more}`;
  const than = other ? `, of the next likely, ${other.sizes.layout.name}, ${of(other)}` : '';
  return isSure ? `${touch}${than}; ${style}${more}` : `not known: ${touch}${than}${overlapText(best)}; sizes may be wrong`;
}

function overlapText({overlapping}: Score): string {
  return overlapping === 0 ? '' : `, ${overlapping} objects would reach into the next`;
}

interface Score {
  readonly sizes: ObjectSizes;
  readonly pairs: number;
  readonly touching: number;
  readonly overlapping: number;
}

/** Neighbours, so that each candidate need not go through all columns. */
interface Sample {
  readonly kind: Uint32Array;
  readonly length: Uint32Array;
  readonly gap: Float64Array; // from the object's id to the next one
}

function sampleOf({count, id, kind, length}: ObjectRecords): Sample {
  const step = Math.max(1, Math.floor(count / SAMPLE));
  const size = Math.ceil(Math.max(0, count - 1) / step);
  const sample = {kind: new Uint32Array(size), length: new Uint32Array(size), gap: new Float64Array(size)};
  for (let at = 0; at < size; at++) {
    const row = at * step;
    sample.kind[at] = kind[row]!;
    sample.length[at] = length[row]!;
    sample.gap[at] = id[row + 1]! - id[row]!;
  }
  return sample;
}

function scoreOf(sizes: ObjectSizes, {kind, length, gap}: Sample): Score {
  let [pairs, touching, overlapping] = [0, 0, 0];
  for (let at = 0; at < gap.length; at++) {
    const size = sizes.sizeOf(kind[at]!, length[at]!);
    if (size === NONE) continue;
    pairs++;
    if (gap[at] === size) touching++;
    else if (gap[at]! < size) overlapping++;
  }
  return {sizes, pairs, touching, overlapping};
}

/** A power of two that all ids are multiples of, from 8 to 256. */
function alignmentOf(id: Float64Array): Bytes {
  const few = 1000; // objects that lie so by chance
  let bits = 256;
  for (let row = 0; row < id.length && bits % 16 === 0; row++) bits |= id[row]! % 256;
  return id.length < few || bits % 16 !== 0 ? 8 : bits & -bits;
}

/** Classes behind each of whose instances there is as much more; how many. */
function widenClasses(sizes: ObjectSizes, {count, id, kind, length}: ObjectRecords, classes: ClassTable): number {
  const least = new Float64Array(classes.count).fill(Number.POSITIVE_INFINITY); // by class: 0 where one has no gap behind it
  for (let row = 0; row + 1 < count; row++) {
    const own = kind[row]!;
    const number = own >>> 2;
    if ((own & 3) !== FORM.instance || least[number] === 0) continue;
    const gap = id[row + 1]! - id[row]!;
    if (gap === sizes.instanceSize(number, length[row]!)) least[number] = 0;
    else if (gap < least[number]!) least[number] = gap;
  }
  let widened = 0;
  for (const [number, gap] of least.entries()) {
    if (gap === 0 || !Number.isFinite(gap)) continue;
    const size = sizes.instanceSize(number, 0);
    if (gap <= size || gap - size > MOST_PADDING) continue;
    sizes.widen(number, gap);
    widened++;
  }
  return widened;
}
