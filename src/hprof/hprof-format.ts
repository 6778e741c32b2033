/**
 * The numbers of the HPROF format and the header of a file. Truth: the manual of the JDK's hprof agent (demo/jvmti/hprof/manual.html) and
 * HotSpot's heapDumper.cpp; the records of Android: hprof.cc of ART.
 */
import {type ByteSource, viewOf} from '../base/bytes.js';
import {GoheapError} from '../base/errors.js';
import type {Bytes} from '../base/units.js';

/** Records of the file. */
export const FILE_RECORD = {
  text: 0x01,
  loadClass: 0x02,
  frame: 0x04,
  trace: 0x05,
  heapDump: 0x0c,
  heapSegment: 0x1c,
  heapEnd: 0x2c,
} as const;
/** All that any tool writes: what else comes behind a segment whose length is doubtful is no record. */
export const FILE_RECORDS: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 7, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x1c, 0x2c]);

/** Records within the heap. */
export const HEAP_RECORD = {
  jniGlobal: 0x01,
  jniLocal: 0x02,
  javaFrame: 0x03,
  nativeStack: 0x04,
  stickyClass: 0x05,
  threadBlock: 0x06,
  monitor: 0x07,
  thread: 0x08,
  classDump: 0x20,
  instance: 0x21,
  objectArray: 0x22,
  primitiveArray: 0x23,
  // Android's
  interned: 0x89,
  finalizing: 0x8a,
  debugger: 0x8b,
  referenceCleanup: 0x8c,
  vmInternal: 0x8d,
  jniMonitor: 0x8e,
  unreachable: 0x90,
  arrayWithoutData: 0xc3,
  heapInfo: 0xfe,
  unknown: 0xff,
} as const;

/** Types of fields and elements. */
export const OBJECT = 2;
export interface BasicType {
  readonly name: string;
  readonly size: Bytes;
}
/** By the format's numbers; a reference (2) has the file's id size there. */
export const BASIC_TYPES: Readonly<Record<number, BasicType>> = {
  4: {name: 'boolean', size: 1},
  5: {name: 'char', size: 2},
  6: {name: 'float', size: 4},
  7: {name: 'double', size: 8},
  8: {name: 'byte', size: 1},
  9: {name: 'short', size: 2},
  10: {name: 'int', size: 4},
  11: {name: 'long', size: 8},
};

/** Bytes of the file that a value of the type takes; 0 for a type that there is not. */
export function sizesInFile(idSize: Bytes): Uint8Array {
  const sizes = new Uint8Array(256);
  sizes[OBJECT] = idSize;
  for (const [type, {size}] of Object.entries(BASIC_TYPES)) sizes[Number(type)] = size;
  return sizes;
}

export interface HprofHeader {
  readonly idSize: 4 | 8;
  readonly time: number; // seconds since 1970; NaN: the file does not say
  readonly end: Bytes; // where the records begin
}

const LONGEST_MAGIC = 32;
/** Of the year 9999. */
const LATEST = 253_402_300_800_000;

/** Throws `bad-format` or `truncated` for what begins like an HPROF file and is none. */
export function readHeader(source: ByteSource): HprofHeader {
  const magic = source.read(0, Math.min(LONGEST_MAGIC, source.size)).indexOf(0) + 1;
  const view = viewOf(source.read(magic, 12));
  const idSize = view.getUint32(0);
  if (magic === 0 || (idSize !== 4 && idSize !== 8)) {
    throw new GoheapError('bad-format', `${source.name}: an HPROF file whose ids have ${idSize} bytes; expected 4 or 8`);
  }
  const milliseconds = view.getUint32(4) * 2 ** 32 + view.getUint32(8);
  return {idSize, time: milliseconds > 0 && milliseconds < LATEST ? milliseconds / 1000 : Number.NaN, end: magic + 12};
}
