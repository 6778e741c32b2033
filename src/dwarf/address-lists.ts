/**
 * Range lists and location lists: does a list cover an address, and with which expression. The lists of DWARF 4 are pairs of
 * offsets, those of DWARF 5 tagged entries; both kinds of list are alike but for the expression behind each entry.
 * Truth: DWARF 4 sections 2.6.2 and 2.17.3, DWARF 5 sections 2.6.2, 2.17.3 and 7.7.3. Lists that are named by an index
 * (DW_FORM_loclistx, rnglistx) are not read: Go's linker writes none.
 */
import {Cursor} from '../base/bytes.js';
import type {Address} from '../base/units.js';
import {readAddress} from './die.js';
import {DW_LLE, DW_RLE} from './dwarf-constants.js';
import type {Sections} from './sections.js';
import type {Unit} from './unit.js';

const NO_EXPRESSION = new Uint8Array(0);
/** A first number that large stands for "the second one is the base from here on"; addresses are far below. */
const BASE_SELECTOR = 2 ** 63;

/** Whether the range list at `offset` covers `pc`. Throws `bad-format` when it is damaged. */
export function rangesCover(sections: Sections, unit: Unit, offset: number, pc: Address): boolean {
  const found =
    unit.version >= 5
      ? findEntry(sections, unit, new Cursor('.debug_rnglists', sections.get('.debug_rnglists'), offset), covering(pc), false)
      : findPair(unit, new Cursor('.debug_ranges', sections.get('.debug_ranges'), offset), covering(pc), false);
  return found !== undefined;
}

/** The expression of the location list at `offset` that holds at `pc`; undefined when none does. Throws `bad-format` when it is damaged. */
export function findLocation(sections: Sections, unit: Unit, offset: number, pc: Address): Uint8Array | undefined {
  return unit.version >= 5
    ? findEntry(sections, unit, new Cursor('.debug_loclists', sections.get('.debug_loclists'), offset), covering(pc), true)
    : findPair(unit, new Cursor('.debug_loc', sections.get('.debug_loc'), offset), covering(pc), true);
}

/** All expressions of the location list at `offset`, wherever they hold; those of no range too. Throws `bad-format` when it is damaged. */
export function listLocations(sections: Sections, unit: Unit, offset: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  const collect = (expression: Uint8Array) => {
    found.push(expression);
    return false;
  };
  if (unit.version >= 5) findEntry(sections, unit, new Cursor('.debug_loclists', sections.get('.debug_loclists'), offset), collect, true);
  else findPair(unit, new Cursor('.debug_loc', sections.get('.debug_loc'), offset), collect, true);
  return found;
}

function covering(pc: Address): Accept {
  return (_, start, end) => pc >= start && pc < end;
}
/** Whether the search ends at an entry. */
type Accept = (expression: Uint8Array, start: Address, end: Address) => boolean;

/** DWARF 2 to 4. */
function findPair(unit: Unit, cursor: Cursor, accept: Accept, hasExpressions: boolean): Uint8Array | undefined {
  let base = unit.lowPc;
  for (;;) {
    const start = cursor.u64();
    const end = cursor.u64();
    if (start >= BASE_SELECTOR) {
      base = end;
      continue;
    }
    if (start === 0 && end === 0) return undefined;
    const expression = hasExpressions ? cursor.bytes(cursor.u16()) : NO_EXPRESSION;
    if (accept(expression, base + start, base + end)) return expression;
  }
}

function findEntry(sections: Sections, unit: Unit, cursor: Cursor, accept: Accept, hasExpressions: boolean): Uint8Array | undefined {
  let base = unit.lowPc;
  let fallback: Uint8Array | undefined;
  const indexed = () => readAddress(sections, unit, cursor.uleb());
  for (;;) {
    const tag = cursor.u8();
    if (hasExpressions && tag === DW_LLE.default_location) {
      fallback = cursor.bytes(cursor.uleb());
      continue;
    }
    // Behind the default location, which ranges do not have, the two numberings are one apart.
    const kind = hasExpressions && tag > DW_LLE.default_location ? tag - 1 : tag;
    let start = 0;
    let end = 0;
    switch (kind) {
      case DW_RLE.end_of_list:
        return fallback;
      case DW_RLE.base_addressx:
        base = indexed();
        continue;
      case DW_RLE.base_address:
        base = cursor.u64();
        continue;
      case DW_RLE.startx_endx:
        start = indexed();
        end = indexed();
        break;
      case DW_RLE.startx_length:
        start = indexed();
        end = start + cursor.uleb();
        break;
      case DW_RLE.offset_pair:
        start = base + cursor.uleb();
        end = base + cursor.uleb();
        break;
      case DW_RLE.start_end:
        start = cursor.u64();
        end = cursor.u64();
        break;
      case DW_RLE.start_length:
        start = cursor.u64();
        end = start + cursor.uleb();
        break;
      default:
        cursor.fail(`an entry of kind ${tag}, which DWARF 5 does not have`);
    }
    const expression = hasExpressions ? cursor.bytes(cursor.uleb()) : NO_EXPRESSION;
    if (accept(expression, start, end)) return expression;
  }
}
