/**
 * Any part of any object, asked for in any order, has the bytes that a JVM would have there: laid out here by hand, as HotSpot of JDK 15 and newer does with
 * compressed references. Larger fields come first, references last, and an int fills the gap behind the header.
 */
import {expect, test} from 'vitest';
import {MemorySource} from '../../../src/base/bytes.js';
import {WarningLog} from '../../../src/base/warnings.js';
import {buildJavaGraph} from '../../../src/hprof/build-graph.js';
import {HprofWriter} from '../../kit/hprof-writer.js';
import {seededRandom} from '../../kit/random-graph.js';

const [OBJECT, CLASS, MIXED, LIST] = [0x1000, 0x1100, 0x1200, 0x1300];
const HEADER = 16; // of arrays

/** Bytes in front, then the elements; zeros up to a multiple of 8. */
function arrayOf(elementBytes: number, values: readonly number[], put: (view: DataView, at: number, value: number) => void): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((HEADER + elementBytes * values.length) / 8) * 8);
  const view = new DataView(bytes.buffer);
  values.forEach((value, at) => {
    put(view, HEADER + at * elementBytes, value);
  });
  return bytes;
}

function mixed(a: number, b: number, c: number, d: number): Uint8Array {
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  view.setInt32(12, b, true);
  view.setBigInt64(16, BigInt(a), true);
  view.setInt8(24, c);
  view.setUint32(28, d, true);
  return bytes;
}

test('any part of an object has its bytes, in any order', async () => {
  const random = seededRandom(11);
  const writer = new HprofWriter()
    .class(OBJECT, 'java/lang/Object')
    .class(CLASS, 'java/lang/Class', {above: OBJECT})
    .class(MIXED, 'com/acme/Mixed', {above: OBJECT, fields: 'a:long b:int c:byte d:object'})
    .class(LIST, '[Ljava/lang/Object;', {above: OBJECT});
  const numbers = (count: number, below: number) => Array.from({length: count}, () => random(below));
  const objects: {readonly id: number; bytes: Uint8Array}[] = Array.from({length: 300}, (_, at) => ({
    id: 0x100000 + at * 0x10000,
    bytes: new Uint8Array(0),
  }));
  const anyId = () => (random(4) === 0 ? 0 : objects[random(objects.length)]!.id);
  for (const [at, object] of objects.entries()) {
    const {id} = object;
    const count = random(at % 50 === 0 ? 9000 : 20);
    if (at % 5 === 0) {
      const values = numbers(count, 128);
      writer.array(id, 'byte', values);
      object.bytes = arrayOf(1, values, (view, to, value) => view.setInt8(to, value));
    } else if (at % 5 === 1) {
      const values = numbers(count, 2 ** 16);
      writer.array(id, 'char', values);
      object.bytes = arrayOf(2, values, (view, to, value) => view.setUint16(to, value, true));
    } else if (at % 5 === 2) {
      const values = numbers(count, 2 ** 31);
      writer.array(id, 'long', values);
      object.bytes = arrayOf(8, values, (view, to, value) => view.setBigInt64(to, BigInt(value), true));
    } else if (at % 5 === 3) {
      const values = Array.from({length: count}, anyId);
      writer.objects(id, LIST, ...values);
      object.bytes = arrayOf(4, values, (view, to, value) => view.setUint32(to, value, true));
    } else {
      const values = [random(2 ** 31), random(2 ** 31), random(128), anyId()] as const;
      writer.instance(id, MIXED, ...values);
      object.bytes = mixed(...values);
    }
  }
  const {contents} = await buildJavaGraph(new MemorySource('app.hprof', writer.finish()), {jvmLayout: 'compressed'}, new WarningLog());
  for (let round = 0; round < 5000; round++) {
    const {id, bytes} = objects[round % 3 === 0 ? random(objects.length) : round % objects.length]!;
    const from = round % 7 === 0 ? 0 : random(bytes.length);
    const length = round % 7 === 0 ? bytes.length : random(Math.min(bytes.length - from, round % 2 === 0 ? 12 : bytes.length) + 1);
    expect(contents.bytes(id + from, length), `${id} from ${from}, ${length} bytes`).toEqual(bytes.slice(from, from + length));
  }
  const {id, bytes} = objects[4]!;
  expect(contents.bytes(id, bytes.length + 1)).toBeUndefined();
  expect(contents.bytes(id + bytes.length, 1)).toBeUndefined();
});
