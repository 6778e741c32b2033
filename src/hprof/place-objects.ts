/**
 * Objects with their sizes → the span table: each object is a span of its own, because neighbours in a Java heap seldom have one size. Addresses are ids where
 * these leave room for the objects; where ids are mere numbers (of tools that write HPROF, of hand-made files), objects lie one behind the other.
 */
import {GoheapError} from '../base/errors.js';
import {sharedColumn} from '../base/shared-columns.js';
import {type Bytes, NONE} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';
import type {SpanTable} from '../graph/heap-graph.js';
import {objectSpans} from '../graph/object-spans.js';
import {FORM} from './class-table.js';
import {OBJECT} from './hprof-format.js';
import type {JavaClasses} from './java-classes.js';
import {alignUp} from './jvm-layout.js';
import type {ObjectRecords} from './object-records.js';

/** Addresses are exact up to here. */
const MOST = 2 ** 52;

export function placeObjects(objects: ObjectRecords, classes: JavaClasses, warnings: WarningLog): SpanTable {
  const {count, kind} = objects;
  const slotSize =
    sizesInto(sharedColumn(Uint32Array, count), objects, classes) ?? sizesInto(sharedColumn(Float64Array, count), objects, classes)!;
  const header = sharedColumn(Uint8Array, count);
  const scan = sharedColumn(Uint8Array, count);
  for (let row = 0; row < count; row++) {
    const own = kind[row]!;
    const form = own & 3;
    if (form === FORM.objectArray) header[row] = classes.sizes.baseOf(OBJECT);
    else if (form === FORM.primitiveArray) header[row] = classes.sizes.baseOf(own >>> 2);
    scan[row] = form === FORM.primitiveArray ? 0 : 1;
  }
  return objectSpans({start: addressesOf(objects, slotSize, warnings), slotSize, header, scan});
}

/** Undefined when an object is too large for the column. */
function sizesInto<T extends Uint32Array | Float64Array>(
  column: T,
  {count, id, kind, length}: ObjectRecords,
  classes: JavaClasses,
): T | undefined {
  for (let row = 0; row < count; row++) {
    const own = kind[row]!;
    let size = classes.sizes.sizeOf(own, length[row]!);
    if (size === NONE) size = classObjectSize(classes, own >>> 2, row + 1 < count ? id[row + 1]! - id[row]! : 0);
    column[row] = size;
    if (column[row] !== size) return undefined;
  }
  return column;
}

/** What the JVM keeps in it besides is not in the file; the next object is where it ends. */
function classObjectSize(classes: JavaClasses, number: number, gap: Bytes): Bytes {
  const known = alignUp(classes.classObject(number).end, classes.sizes.alignment);
  const most = known + 64;
  return gap > known && gap <= most ? gap : known;
}

/** An id where that leaves room for the object before it, else what lies behind that. */
function addressesOf({count, id}: ObjectRecords, size: Uint32Array | Float64Array, warnings: WarningLog): Float64Array {
  if (haveRoom(id, size)) return id;
  const start = sharedColumn(Float64Array, count);
  let [end, moved] = [0, 0];
  for (let row = 0; row < count; row++) {
    start[row] = Math.max(id[row]!, end);
    if (end > id[row]!) moved++;
    end = start[row]! + size[row]!;
  }
  const what = `${moved} of ${count} objects have an id that lies in the object before it`;
  warnings.add('hprof-ids', `${what}: ids are no addresses there, and they are put behind it.`, moved);
  if (end > MOST) throw new GoheapError('unsupported', `objects up to ${end} have no exact addresses`);
  return start;
}

/** Whether each object ends before the next one begins. */
function haveRoom(id: Float64Array, size: Uint32Array | Float64Array): boolean {
  for (let row = 0; row + 1 < id.length; row++) if (id[row]! + size[row]! > id[row + 1]!) return false;
  return id.length === 0 || id[id.length - 1]! + size[size.length - 1]! <= MOST;
}
