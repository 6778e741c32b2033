/**
 * Objects with their sizes → the span table: each object is a span of its own, because neighbours in a Java heap seldom have one size. Addresses are ids where
 * these leave room for the objects; where ids are mere numbers (of tools that write HPROF, of hand-made files), objects lie one behind the other.
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

/** An id where that leaves room for the object before it, else what lies behind that. */
function addressesOf({count, id}: ObjectRecords, size: Float64Array, warnings: WarningLog): Float64Array {
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
function haveRoom(id: Float64Array, size: Float64Array): boolean {
  for (let row = 0; row + 1 < id.length; row++) if (id[row]! + size[row]! > id[row + 1]!) return false;
  return id.length === 0 || id[id.length - 1]! + size[size.length - 1]! <= MOST;
}
