/**
 * The record of an instance: its header, nil for every reference, and scalars that are turned big-endian on their way.
 */
import type {Bytes} from '../../src/base/units.js';
import {NO_TRACE} from './class-list.js';
import {type RecordWriter, TAG} from './record-writer.js';
import type {InstanceShape} from './shapes.js';

/** The record with zeros for all fields; gives where these start in the writer's data, until the next record begins. */
export function startInstance(writer: RecordWriter, {classId, dataBytes}: InstanceShape, id: number): number {
  const {idSize, view} = writer;
  writer.heapRecord(TAG.instance, 1 + 2 * idSize + 8 + dataBytes);
  const {position} = writer; // moved once: instances are many
  writer.idAt(position, id);
  view.setUint32(position + idSize, NO_TRACE);
  writer.idAt(position + idSize + 4, classId);
  view.setUint32(position + 2 * idSize + 4, dataBytes);
  const data = position + 2 * idSize + 8;
  writer.position = data;
  writer.zeros(dataBytes);
  return data;
}

/** Little-endian scalars at `from` → big-endian ones at `to`, as the shape's triples say. */
export function copyScalars(source: DataView, from: number, target: DataView, to: number, triples: Int32Array): void {
  for (let at = 0; at < triples.length; at += 3) turn(source, from + triples[at]!, target, to + triples[at + 1]!, triples[at + 2]!);
}

/** One scalar of 1, 2, 4 or 8 bytes. */
export function turn(source: DataView, from: number, target: DataView, to: number, size: Bytes): void {
  if (size === 8) {
    target.setUint32(to, source.getUint32(from + 4, true));
    target.setUint32(to + 4, source.getUint32(from, true));
  } else if (size === 4) target.setUint32(to, source.getUint32(from, true));
  else if (size === 2) target.setUint16(to, source.getUint16(from, true));
  else target.setUint8(to, source.getUint8(from));
}
