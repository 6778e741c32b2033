/**
 * What depends on the Go version in the program's types: the structure of map types, and where fields keep their offset.
 * Truth: internal/abi/type.go, map.go, map_old.go, map_swiss.go (before Go 1.21 runtime/type.go), Go 1.17 – 1.27.
 */
import type {Address, Bytes} from '../../base/units.js';
import type {GoRuntime} from '../go-runtime.js';

export interface TypeFormat {
  /** Go 1.18 and older: the word of a field's offset is offset · 2, plus 1 when the field is embedded. */
  readonly shiftedOffsets: boolean;
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
const SIZE = {ofBuckets: 88, ofGroups: 112, ofGroups127: 136} as const;

export function typeFormat({image, minor}: Pick<GoRuntime, 'image' | 'minor'>): TypeFormat {
  return {
    shiftedOffsets: minor < 19,
    hiddenNotInHeap: minor < 20,
    // Both kinds of maps exist in Go 1.24 and 1.25, by GOEXPERIMENT: the type itself tells.
    mapTypeSize: (address) => {
      if (image.word(address + GROUP_SIZE) !== image.word(image.word(address + MAP_INSIDE))) return SIZE.ofBuckets;
      return minor < 27 ? SIZE.ofGroups : SIZE.ofGroups127;
    },
  };
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
