/**
 * The record of an instance: its header, nil for every reference, and scalars that are turned big-endian on their way.
 */
import type {Bytes} from '../../src/base/units.js';
import {NO_TRACE} from './class-list.js';
import {type RecordWriter, TAG} from './record-writer.js';
import type {InstanceShape} from './shapes.js';

/** So few bytes are filled faster one by one. */
const SHORT: Bytes = 64;

/** The record with zeros for all fields; gives where these start in the writer's data, until the next record begins. */
export function startInstance(writer: RecordWriter, {classId, dataBytes}: InstanceShape, id: number): number {
  writer.heapRecord(TAG.instance, 1 + 2 * writer.idSize + 8 + dataBytes);
  writer.id(id);
  writer.u4(NO_TRACE);
  writer.id(classId);
  writer.u4(dataBytes);
  const data = writer.position;
  const {data: target} = writer;
  if (dataBytes > SHORT) target.fill(0, data, data + dataBytes);
  else for (let at = data; at < data + dataBytes; at++) target[at] = 0;
  writer.position = data + dataBytes;
  return data;
}

/** The address or length at a place, little-endian as in the dump. */
export function wordIn(bytes: Uint8Array, at: number): number {
  const low = bytes[at]! + bytes[at + 1]! * 0x100 + bytes[at + 2]! * 0x10000 + bytes[at + 3]! * 0x1000000;
  const high = bytes[at + 4]! + bytes[at + 5]! * 0x100 + bytes[at + 6]! * 0x10000 + bytes[at + 7]! * 0x1000000;
  return high * 4294967296 + low;
}

/** Little-endian scalars at `from` → big-endian ones at `to`, as the shape's triples say. */
export function copyScalars(source: Uint8Array, from: number, target: Uint8Array, to: number, triples: Int32Array): void {
  for (let at = 0; at < triples.length; at += 3) {
    const size = triples[at + 2]!;
    const read = from + triples[at]!;
    const write = to + triples[at + 1]! + size - 1;
    for (let byte = 0; byte < size; byte++) target[write - byte] = source[read + byte]!;
  }
}
