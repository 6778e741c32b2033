/**
 * Objects in the order of the file → in the order of their ids, without an object each. Files consist of a few pieces that are in order already, mostly one long
 * piece behind the classes, so pieces are merged. Columns stay in their storage: of a large heap each copy is what decides how much memory reading takes. Of several
 * objects with one id the first counts, and id 0 is nobody's.
 */
import type {WarningLog} from '../base/warnings.js';

/** By position in the file at first. */
export interface RecordColumns {
  readonly id: Float64Array;
  readonly kind: Uint32Array;
  readonly length: Uint32Array;
  readonly low: Uint32Array; // of the place of the values
  readonly high: Uint8Array;
}

/** The columns' storage is used again. */
export function sortById(columns: RecordColumns, warnings: WarningLog): RecordColumns {
  const {id, kind, length, low, high} = columns;
  const pieces = piecesOf(id);
  if (pieces.length <= 1 && id[0] !== 0) return columns;
  const order = new Uint32Array(id.length);
  for (let at = 0; at < order.length; at++) order[at] = at;
  mergePieces(order, id, pieces);
  const kept = dropEqual(order, id);
  if (kept.length < id.length) {
    const lost = id.length - kept.length;
    warnings.add('hprof-duplicate-ids', `${lost} objects have the id of another one, or none, and are left out.`, lost);
  }
  const room = new ArrayBuffer(kept.length * Float64Array.BYTES_PER_ELEMENT);
  return {
    id: reorder(id, kept, new Float64Array(room)),
    kind: reorder(kind, kept, new Uint32Array(room)),
    length: reorder(length, kept, new Uint32Array(room)),
    low: reorder(low, kept, new Uint32Array(room)),
    high: reorder(high, kept, new Uint8Array(room)),
  };
}

/** Where each piece begins in which ids ascend, none twice. */
function piecesOf(id: Float64Array): number[] {
  const starts: number[] = id.length > 0 ? [0] : [];
  for (let at = 1; at < id.length; at++) if (id[at]! <= id[at - 1]!) starts.push(at);
  return starts;
}

/** Neighbours first that are no longer than what lies before them: so each object is moved a few times only, and the long piece once. Equal ids stay in order. */
function mergePieces(order: Uint32Array, id: Float64Array, starts: readonly number[]): void {
  const open: number[] = []; // where pieces begin that are not merged yet; each is more than twice as long as the next
  const spare = new Uint32Array(order.length >>> 1);
  const mergeLast = (end: number) => merge(order, id, spare, open.at(-2)!, open.pop()!, end);
  starts.forEach((start, at) => {
    open.push(start);
    const end = starts[at + 1] ?? order.length;
    while (open.length > 1 && open.at(-1)! - open.at(-2)! <= 2 * (end - open.at(-1)!)) mergeLast(end);
  });
  while (open.length > 1) mergeLast(order.length);
}

/** [start, middle) and [middle, end), each in order. The shorter one is set aside. */
function merge(order: Uint32Array, id: Float64Array, spare: Uint32Array, start: number, middle: number, end: number): void {
  if (middle - start <= end - middle) {
    spare.set(order.subarray(start, middle));
    let [left, right, to] = [0, middle, start];
    while (left < middle - start && right < end) order[to++] = id[order[right]!]! < id[spare[left]!]! ? order[right++]! : spare[left++]!;
    order.set(spare.subarray(left, middle - start), to);
    return;
  }
  spare.set(order.subarray(middle, end));
  let [left, right, to] = [middle, end - middle, end];
  while (left > start && right > 0) order[--to] = id[order[left - 1]!]! > id[spare[right - 1]!]! ? order[--left]! : spare[--right]!;
  order.set(spare.subarray(0, right), to - right);
}

/** In place. */
function dropEqual(order: Uint32Array, id: Float64Array): Uint32Array {
  let count = 0;
  let last = 0;
  for (let at = 0; at < order.length; at++) {
    const from = order[at]!;
    if (id[from] === last) continue;
    last = id[from]!;
    order[count++] = from;
  }
  return order.subarray(0, count);
}

function reorder<T extends Float64Array | Uint32Array | Uint8Array>(column: T, order: Uint32Array, room: T): T {
  for (let at = 0; at < order.length; at++) room[at] = column[order[at]!]!;
  column.set(room.subarray(0, order.length));
  return column.subarray(0, order.length) as T;
}
