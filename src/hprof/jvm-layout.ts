/**
 * Fields of a class → where a JVM lays them out, and so how large objects are: an HPROF file has the values alone. Truth: HotSpot's
 * fieldLayoutBuilder.cpp (JDK 15 and newer: fields fill what gaps there are, also those of super classes) and, before it, layout_fields of
 * classFileParser.cpp; arrayOop.hpp for arrays. Layouts are data: which one a file needs, `infer-layout.ts` finds.
 */
import type {Bytes} from '../base/units.js';
import {BASIC_TYPES, OBJECT} from './hprof-format.js';

export interface JvmLayout {
  readonly name: string;
  readonly header: Bytes; // in front of an object's fields
  readonly arrayHeader: Bytes; // in front of an array's elements, before these are aligned
  readonly elementAlignment: Bytes; // at least
  readonly reference: Bytes;
  readonly fillsGaps: boolean; // as JDK 15 and newer do
}

/** What `--jvm-layout` may name, the most frequent first. */
export const JVM_LAYOUTS = ['compressed', 'uncompressed', 'compressed-classes', 'compact', 'compact-uncompressed', '32-bit'] as const;
export type JvmLayoutName = (typeof JVM_LAYOUTS)[number];

const PARTS: Readonly<Record<JvmLayoutName, Pick<JvmLayout, 'header' | 'arrayHeader' | 'reference'>>> = {
  compressed: {header: 12, arrayHeader: 16, reference: 4},
  uncompressed: {header: 16, arrayHeader: 20, reference: 8}, // -XX:-UseCompressedOops of JDK 14 and older, -XX:-UseCompressedClassPointers
  'compressed-classes': {header: 12, arrayHeader: 16, reference: 8}, // heaps of 32 GB and more
  compact: {header: 8, arrayHeader: 12, reference: 4}, // -XX:+UseCompactObjectHeaders
  'compact-uncompressed': {header: 8, arrayHeader: 12, reference: 8},
  '32-bit': {header: 8, arrayHeader: 12, reference: 4},
};

/** Of a file that goheap wrote of a Go program: values one behind the other, as the file has them, make the size that the object had. */
export function ownLayout(idSize: 4 | 8): JvmLayout {
  return {name: OWN, header: 0, arrayHeader: 0, elementAlignment: 1, reference: idSize, fillsGaps: false};
}
const OWN = 'goheap';

/** The ways in which a layout may be meant: by older and newer JVMs. */
export function layoutsNamed(name: JvmLayoutName): JvmLayout[] {
  const parts = PARTS[name];
  const is32 = name === '32-bit';
  const isCompact = name.startsWith('compact');
  // Elements begin at a multiple of 8, until JDK 23 at 24 behind a header of 20 bytes.
  const alignments = is32 || isCompact ? [1] : name === 'uncompressed' ? [8, 1] : [8];
  return (isCompact ? [true] : [true, false]).flatMap((fillsGaps) =>
    alignments
      .filter((alignment) => alignment === 8 || fillsGaps)
      .map((elementAlignment) => ({name, ...parts, elementAlignment, fillsGaps})),
  );
}

export function alignUp(bytes: Bytes, alignment: Bytes): Bytes {
  return Math.ceil(bytes / alignment) * alignment;
}

/** Of a value of the type, by the format's numbers. */
export function sizeInMemory(layout: JvmLayout, type: number): Bytes {
  return type === OBJECT ? layout.reference : (BASIC_TYPES[type]?.size ?? 0);
}

/** Where the elements of an array begin. */
export function arrayBase(layout: JvmLayout, type: number): Bytes {
  return alignUp(layout.arrayHeader, Math.max(layout.elementAlignment, sizeInMemory(layout, type)));
}

/** What is laid out of a class and those above it. */
export interface LaidOut {
  readonly offsets: readonly Bytes[]; // of its own fields, in the order in which the file has them
  readonly end: Bytes; // behind its last field, those of super classes included
  readonly gaps: readonly (readonly [start: Bytes, end: Bytes])[]; // ascending
}

/** A class without fields and super classes. */
export function emptyLayout({header}: JvmLayout): LaidOut {
  return {offsets: [], end: header, gaps: []};
}

/** `types`: of the class's own fields. */
export function layOut(layout: JvmLayout, above: LaidOut, types: readonly number[]): LaidOut {
  if (layout.name === OWN) return layOutAsDeclared(layout, above, types);
  return layout.fillsGaps ? layOutInGaps(layout, above, types) : layOutInOrder(layout, above, types);
}

function layOutAsDeclared(layout: JvmLayout, above: LaidOut, types: readonly number[]): LaidOut {
  let {end} = above;
  const offsets = types.map((type) => {
    end += sizeInMemory(layout, type);
    return end - sizeInMemory(layout, type);
  });
  return {offsets, end, gaps: []};
}

/** The field's numbers, larger ones first and references last. */
function bySize(layout: JvmLayout, types: readonly number[]): number[] {
  const rank = (type: number) => (type === OBJECT ? 0 : sizeInMemory(layout, type));
  return types.map((_, field) => field).sort((a, b) => rank(types[b]!) - rank(types[a]!) || a - b);
}

/** Each field into the smallest gap that it fits, else behind all others. */
function layOutInGaps(layout: JvmLayout, above: LaidOut, types: readonly number[]): LaidOut {
  const offsets: Bytes[] = new Array(types.length).fill(0);
  const gaps = above.gaps.map(([start, end]) => [start, end] as [Bytes, Bytes]);
  let {end} = above;
  for (const field of bySize(layout, types)) {
    const size = sizeInMemory(layout, types[field]!);
    let best = -1;
    for (let gap = gaps.length - 1; gap >= 0; gap--) {
      const [from, to] = gaps[gap]!;
      if (alignUp(from, size) + size <= to && (best < 0 || to - from < gaps[best]![1] - gaps[best]![0])) best = gap;
    }
    const [from, to] = best < 0 ? [end, Number.POSITIVE_INFINITY] : gaps[best]!;
    const at = alignUp(from, size);
    offsets[field] = at;
    const rest: [Bytes, Bytes][] = [];
    if (at > from) rest.push([from, at]);
    if (best < 0) {
      end = at + size;
      gaps.push(...rest);
    } else {
      if (at + size < to) rest.push([at + size, to]);
      gaps.splice(best, 1, ...rest);
    }
  }
  return {offsets, end, gaps};
}

/** Behind the fields of super classes: 8 bytes, 4, 2, 1, then references; smaller ones may fill the 4 bytes in front of those of 8. */
function layOutInOrder(layout: JvmLayout, above: LaidOut, types: readonly number[]): LaidOut {
  const offsets: Bytes[] = new Array(types.length).fill(-1);
  const order = bySize(layout, types);
  let at = alignUp(above.end, Math.min(layout.reference, 8));
  const place = (field: number) => {
    const size = sizeInMemory(layout, types[field]!);
    at = alignUp(at, size);
    offsets[field] = at;
    at += size;
  };
  const isLong = (field: number) => types[field] !== OBJECT && sizeInMemory(layout, types[field]!) === 8;
  if (order.some(isLong) && at % 8 !== 0) {
    const end = alignUp(at, 8);
    // An int, else what is smaller, else a reference.
    for (const field of [
      ...order.filter((field) => types[field] !== OBJECT && !isLong(field)),
      ...order.filter((field) => types[field] === OBJECT),
    ])
      if (at + sizeInMemory(layout, types[field]!) <= end) place(field);
    at = end;
  }
  for (const field of order) if (offsets[field] === -1) place(field);
  return {offsets, end: alignUp(at, Math.min(layout.reference, 8)), gaps: []};
}
