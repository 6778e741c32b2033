/**
 * The record of an instance: its header, nil for every reference, and scalars that are turned big-endian on their way.
 */
import {NO_TRACE} from './class-list.js';
import {type RecordWriter, TAG} from './record-writer.js';
import type {InstanceShape} from './shapes.js';

/** The record with zeros for all fields; gives where these start in the writer's data, until the next record begins. */
export function startInstance(writer: RecordWriter, {classId, dataBytes}: InstanceShape, id: number): number {
  writer.heapRecord(TAG.instance, 1 + 2 * writer.idSize + 8 + dataBytes);
  writer.id(id);
  writer.u4(NO_TRACE);
  writer.id(classId);
  writer.u4(dataBytes);
  const data = writer.position;
  writer.data.fill(0, data, data + dataBytes);
  writer.position = data + dataBytes;
  return data;
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
