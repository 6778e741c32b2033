/**
 * A location expression → where the parts of a variable are: at offsets from the canonical frame address (the end of the
 * frame), or in registers. Knows the operations that Go's compiler writes (cmd/compile/internal/ssa/debug.go); an expression with any other
 * operation tells nothing, and neither do parts that were optimised away.
 * Truth: DWARF 5 sections 2.5, 2.6 and 7.7.1.
 */
import {Cursor} from '../base/bytes.js';
import type {Bytes} from '../base/units.js';
import {DW_OP} from './dwarf-constants.js';

export interface LocationPiece {
  readonly offset: Bytes; // in the variable
  readonly size: Bytes;
  readonly register: number; // DWARF number; −1: in memory
  readonly frameOffset: Bytes; // from the canonical frame address, for those in memory
}

interface Place {
  readonly register: number;
  readonly frameOffset: Bytes;
}

/** The pieces of a variable of `size` bytes, in the order of their offsets. Throws `bad-format` when the expression is cut short. */
export function readLocation(expression: Uint8Array, size: Bytes): LocationPiece[] {
  const cursor = new Cursor('a location expression', expression);
  const pieces: LocationPiece[] = [];
  let place: Place | undefined;
  let constant: number | undefined;
  let offset = 0;
  while (!cursor.atEnd) {
    const operation = cursor.u8();
    if (operation === DW_OP.piece) {
      const length = cursor.uleb();
      if (place && length > 0) pieces.push({offset, size: length, ...place});
      offset += length;
      place = undefined;
    } else if (operation === DW_OP.plus && constant !== undefined && place?.register === -1) {
      place = inMemory(place.frameOffset + constant);
      constant = undefined;
    } else if (operation === DW_OP.plus_uconst && place?.register === -1) {
      place = inMemory(place.frameOffset + cursor.uleb());
    } else {
      const number = readConstant(operation, cursor);
      if (number !== undefined) constant = number;
      else place = readPlace(operation, cursor);
      if (number === undefined && place === undefined) return [];
    }
  }
  if (place && offset === 0) pieces.push({offset: 0, size, ...place});
  return pieces;
}

function inMemory(frameOffset: Bytes): Place {
  return {register: -1, frameOffset};
}

function readPlace(operation: number, cursor: Cursor): Place | undefined {
  if (operation >= DW_OP.reg0 && operation <= DW_OP.reg31) return {register: operation - DW_OP.reg0, frameOffset: 0};
  switch (operation) {
    case DW_OP.regx:
      return {register: cursor.uleb(), frameOffset: 0};
    case DW_OP.call_frame_cfa:
      return inMemory(0);
    case DW_OP.fbreg: // Go's frame base is the canonical frame address
      return inMemory(cursor.sleb());
    default:
      return undefined;
  }
}

function readConstant(operation: number, cursor: Cursor): number | undefined {
  switch (operation) {
    case DW_OP.consts:
      return cursor.sleb();
    case DW_OP.constu:
      return cursor.uleb();
    case DW_OP.const1u:
      return cursor.u8();
    case DW_OP.const1s:
      return (cursor.u8() << 24) >> 24;
    case DW_OP.const2u:
      return cursor.u16();
    case DW_OP.const2s:
      return (cursor.u16() << 16) >> 16;
    case DW_OP.const4u:
      return cursor.u32();
    case DW_OP.const4s:
      return cursor.i32();
    default:
      return undefined;
  }
}
