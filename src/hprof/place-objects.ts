/**
 * Objects with their sizes → the span table: each object is a span of its own, because neighbours in a Java heap seldom have one size. Addresses are ids where
 * these leave room for the objects; ids that are mere numbers (tools that write HPROF, hand-made files) are multiplied by what it takes.
 */
import {GoheapError} from '../base/errors.js';
import {sharedColumn} from '../base/shared-columns.js';
import {type Bytes, NONE} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';
import type {SpanTable} from '../graph/heap-graph.js';
import {SPAN_STATES} from '../graph/heap-graph.js';
import {FORM} from './class-table.js';
import {OBJECT} from './hprof-format.js';
import type {JavaClasses} from './java-classes.js';
import {alignUp} from './jvm-layout.js';
import type {ObjectRecords} from './object-records.js';

/** Addresses are exact up to here. */
const MOST = 2 ** 52;
/** Fewer objects that reach into the next are no reason to doubt that ids are addresses. */
const FEW = 0.001;

export function placeObjects(objects: ObjectRecords, classes: JavaClasses, warnings: WarningLog): SpanTable {
  const {count, id, kind, length} = objects;
  const slotSize = sharedColumn(Float64Array, count);
  const header = sharedColumn(Uint8Array, count);
  const scan = sharedColumn(Uint8Array, count);
  for (let row = 0; row < count; row++) {
    const own = kind[row]!;
    const form = own & 3;
    const size = classes.sizes.sizeOf(own, length[row]!);
    slotSize[row] = size === NONE ? classObjectSize(classes, own >>> 2, row + 1 < count ? id[row + 1]! - id[row]! : 0) : size;
    header[row] =
      form === FORM.objectArray ? classes.sizes.baseOf(OBJECT) : form === FORM.primitiveArray ? classes.sizes.baseOf(own >>> 2) : 0;
    scan[row] = form === FORM.primitiveArray ? 0 : 1;
  }
  const start = addressesOf(objects, slotSize, warnings);
  const one = sharedColumn(Uint32Array, count).fill(1);
  return {
    count,
    start,
    length: slotSize,
    slotSize,
    state: sharedColumn(Uint8Array, count).fill(SPAN_STATES.indexOf('in-use')),
    slots: one,
    allocated: one,
    tail: sharedColumn(Float64Array, count),
    scan,
    header,
    evidence: sharedColumn(Uint8Array, count),
  };
}

/** What the JVM keeps in it besides is not in the file; the next object is where it ends. */
function classObjectSize(classes: JavaClasses, number: number, gap: Bytes): Bytes {
  const known = alignUp(classes.classObject(number).end, classes.sizes.alignment);
  const most = known + 64;
  return gap > known && gap <= most ? gap : known;
}

function addressesOf({count, id}: ObjectRecords, size: Float64Array, warnings: WarningLog): Float64Array {
  let [overlapping, factor] = [0, 1];
  for (let row = 0; row + 1 < count; row++) {
    const gap = id[row + 1]! - id[row]!;
    if (gap >= size[row]!) continue;
    overlapping++;
    while (gap * factor < size[row]!) factor *= 2;
  }
  const start = sharedColumn(Float64Array, count);
  if (overlapping <= count * FEW) {
    start.set(id);
    for (let row = 0; row + 1 < count; row++) size[row] = Math.min(size[row]!, id[row + 1]! - id[row]!);
    if (overlapping > 0)
      warnings.add('jvm-layout', `${overlapping} objects are smaller than the layout of their fields says.`, overlapping);
    return start;
  }
  if (count > 0 && id[count - 1]! * factor > MOST) {
    throw new GoheapError('unsupported', `ids up to ${id[count - 1]} lie too close to each other for the objects that they are of`);
  }
  warnings.add(
    'hprof-ids',
    `Ids are no addresses: ${overlapping} objects would reach into the next. Addresses are ids × ${factor}.`,
    overlapping,
  );
  for (let row = 0; row < count; row++) start[row] = id[row]! * factor;
  return start;
}
