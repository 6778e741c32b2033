/**
 * Steps over the attributes of an entry: the hot path of the index. Nothing is decoded. Reads past the end of the data give
 * NaN or a position past the end, which callers check once per entry.
 * Truth: DWARF 5 section 7.5.6.
 */
import {formatError} from '../base/errors.js';
import {type Abbreviation, formWidth, type UnitSizes, WIDTH} from './abbreviations.js';

/** The position behind all attributes of the entry whose attributes begin at `at`. */
export function skipAttributes(data: Uint8Array, at: number, abbreviation: Abbreviation, sizes: UnitSizes): number {
  if (abbreviation.size >= 0) return at + abbreviation.size;
  const {width} = abbreviation;
  let position = at;
  for (let i = 0; i < width.length; i++) {
    const bytes = width[i]!;
    position = bytes >= 0 ? position + bytes : skipVariable(data, position, bytes, sizes);
  }
  return position;
}

/** The position behind one value. */
export function skipValue(data: Uint8Array, at: number, width: number, sizes: UnitSizes): number {
  return width >= 0 ? at + width : skipVariable(data, at, width, sizes);
}

function skipVariable(data: Uint8Array, at: number, width: number, sizes: UnitSizes): number {
  let position = at;
  switch (width) {
    case WIDTH.leb:
      while (data[position++]! >= 0x80);
      return position;
    case WIDTH.string:
      while (position < data.length && data[position] !== 0) position++;
      return position + 1;
    case WIDTH.block1:
      return at + 1 + data[at]!;
    case WIDTH.block2:
      return at + 2 + data[at]! + data[at + 1]! * 256;
    case WIDTH.block4:
      return at + 4 + data[at]! + data[at + 1]! * 256 + data[at + 2]! * 65536 + data[at + 3]! * 16777216;
    case WIDTH.block: {
      const length = readUleb(data, at);
      while (data[position++]! >= 0x80);
      return position + length;
    }
    case WIDTH.indirect: {
      while (data[position++]! >= 0x80);
      const inner = formWidth(readUleb(data, at), sizes);
      if (inner === WIDTH.indirect) throw formatError('.debug_info', at, 'DW_FORM_indirect within DW_FORM_indirect');
      return skipValue(data, position, inner, sizes);
    }
    default:
      throw formatError('.debug_info', at, 'an attribute has a form that goheap does not know');
  }
}

/** An unsigned LEB128 number; NaN past the end. */
export function readUleb(data: Uint8Array, at: number): number {
  let value = 0;
  let scale = 1;
  for (let position = at; ; position++) {
    const byte = data[position]!;
    value += (byte & 0x7f) * scale;
    if (!(byte >= 0x80)) return byte === undefined ? Number.NaN : value;
    scale *= 128;
  }
}
