/**
 * A node of a database → its bytes as they lie in memory: of an object the whole slot, so that its pointers are at their offsets; of a variable its storage.
 */
import {GoheapError} from '../base/errors.js';
import {hex} from '../base/units.js';
import {NOT_KEPT} from './read-value.js';
import type {StoredValues} from './stored-values.js';

/** Where they lie, as the query `node` has it. */
export interface RawPlace {
  readonly name: string | null;
  readonly address: number | null;
  readonly size: number | null;
}

const PIECE = 2 ** 20;

/** How many there are. Throws `usage` for what has no memory of its own: a goroutine, a variable in a register. */
export function rawSize({name, address, size}: RawPlace): number {
  if (address !== null && size !== null) return size;
  throw new GoheapError('usage', `${name ?? 'the node'} has no bytes of its own`, {hint: 'Objects and variables in memory do.'});
}

/** At most a megabyte from `skip` on. Throws `unmapped` where the bytes are not there. */
export function readRaw(values: StoredValues, place: RawPlace, skip: number): Uint8Array {
  const length = Math.min(PIECE, rawSize(place) - skip);
  const address = place.address! + skip;
  const bytes = values.contents.bytes(address, length);
  if (bytes) return bytes;
  if (values.absence === 'not-kept') throw new GoheapError('unmapped', `its bytes are ${values.remark ?? NOT_KEPT}`);
  throw new GoheapError('unmapped', `the dump lacks bytes between ${hex(address)} and ${hex(address + length)}`);
}

export function* rawPieces(values: StoredValues, place: RawPlace): Generator<Uint8Array> {
  const size = rawSize(place);
  for (let skip = 0; skip < size; skip += PIECE) yield readRaw(values, place, skip);
}
