/**
 * What depends on the Go version in the program's types: the structure of map types, and where fields keep their offset.
 * Truth: internal/abi/type.go, map.go, map_old.go, map_swiss.go (before Go 1.21 runtime/type.go), Go 1.7 – 1.27.
 */
import type {Address, Bytes} from '../../base/units.js';
import type {GoRuntime} from '../go-runtime.js';
import {sizeClassesOf} from '../memory/size-classes.js';

export interface TypeFormat {
  /** Go 1.9 to 1.18: the word of a field's offset is offset · 2, plus 1 when the field is embedded. */
  readonly shiftedOffsets: boolean;
  /** Go 1.16 and older: the length of a name is two bytes, the high one first; later a uvarint. */
  readonly wideLengths: boolean;
  /** Go 1.10 and older: the collector looks at the first word of an interface, too. */
  readonly scansTypeWords: boolean;
  /** Of the allocator's slots, by number of the class. */
  readonly slotSizes: Uint32Array;
  /** Go 1.8 and older: objects with and without pointers share spans. */
  readonly mixedSpans: boolean;
  /** Go 1.19 and older: types that never lie in the heap are marked by a comment, of which only the types of pointers to them tell. */
  readonly hiddenNotInHeap: boolean;
  /** Bytes of the structure of the map type at the address. */
  mapTypeSize(address: Address): Bytes;
}

/** Where every version keeps the type of what a map's memory consists of: a bucket (Go 1.23 and older), or a group of slots. */
export const MAP_INSIDE: Bytes = 64;
const GROUP_SIZE: Bytes = 80; // where types of maps of groups repeat the size of a group; those of buckets have smaller numbers there
/** Where types of maps of groups say where the first key is, how far it is to the next one, and where the first element is. */
const PLACES_127: readonly Bytes[] = [88, 96, 104];
const SIZE = {ofBuckets: 88, ofBuckets112: 80, ofGroups: 112, ofGroups127: 136} as const;

export function typeFormat({image, minor}: Pick<GoRuntime, 'image' | 'minor'>): TypeFormat {
  return {
    shiftedOffsets: hasShiftedOffsets(minor),
    wideLengths: minor < 17,
    scansTypeWords: scansTypeWords(minor),
    slotSizes: sizeClassesOf(minor).sizes,
    mixedSpans: minor < 9,
    hiddenNotInHeap: minor < 20,
    // Both kinds of maps exist in Go 1.24 and 1.25, by GOEXPERIMENT: the type itself tells.
    mapTypeSize: (address) => {
      if (minor < 24) return minor >= 11 && minor < 14 ? SIZE.ofBuckets112 : SIZE.ofBuckets; // one word came, another one went
      if (image.word(address + GROUP_SIZE) !== image.word(image.word(address + MAP_INSIDE))) return SIZE.ofBuckets;
      return minor < 27 ? SIZE.ofGroups : SIZE.ofGroups127;
    },
  };
}

export function hasShiftedOffsets(minor: number): boolean {
  return minor >= 9 && minor < 19;
}

export function scansTypeWords(minor: number): boolean {
  return minor < 11;
}

/** Go 1.27: whether a group has all its keys in front of all its elements (GOEXPERIMENT=mapsplitgroup); earlier versions have pairs. */
export function hasSplitGroups({image, minor}: Pick<GoRuntime, 'image' | 'minor'>, mapTypes: Iterable<Address>): boolean {
  if (minor < 27) return false;
  for (const address of mapTypes) {
    const [keys, keyStride, elements] = PLACES_127.map((offset) => image.word(address + offset));
    return elements! - keys! >= 8 * keyStride!;
  }
  return false;
}
