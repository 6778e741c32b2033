/**
 * One debugging information entry: its tag, and its attributes decoded on demand.
 * Truth: DWARF 5 sections 2.1 to 2.3 and 7.5. References into other files (supplementary objects, type signatures) give no
 * value: Go's linker writes none.
 */
import {Cursor, decodeText} from '../base/bytes.js';
import {formatError} from '../base/errors.js';
import {type Abbreviation, formWidth, WIDTH} from './abbreviations.js';
import {DW_FORM} from './dwarf-constants.js';
import type {Sections} from './sections.js';
import {readUleb, skipAttributes, skipValue} from './skip.js';
import type {Unit} from './unit.js';

export type AttributeValue = number | string | Uint8Array | undefined;

export class Die {
  readonly unit: Unit;
  /** In .debug_info, like all offsets of entries. */
  readonly offset: number;
  readonly tag: number; // DW_TAG
  readonly hasChildren: boolean;
  /** Just behind the attributes: where the first child is, if there are children. */
  readonly end: number;
  readonly #sections: Sections;
  readonly #abbreviation: Abbreviation;
  readonly #first: number; // where the attributes begin

  /** Throws `bad-format` when no entry can be read at the offset. */
  constructor(sections: Sections, unit: Unit, offset: number) {
    const data = sections.get('.debug_info');
    const code = readUleb(data, offset);
    const abbreviation = unit.abbreviations[code];
    if (!abbreviation) throw formatError('.debug_info', offset, `abbreviation ${code} is not in the unit's table`);
    this.#sections = sections;
    this.#abbreviation = abbreviation;
    this.#first = skipValue(data, offset, WIDTH.leb, unit);
    this.unit = unit;
    this.offset = offset;
    this.tag = abbreviation.tag;
    this.hasChildren = abbreviation.hasChildren;
    this.end = skipAttributes(data, this.#first, abbreviation, unit);
    if (!(this.end <= unit.end)) throw formatError('.debug_info', offset, 'an entry reaches beyond its unit');
  }

  /**
   * The value of a DW_AT: a number for constants, flags (0, 1), addresses, offsets and references to entries (as offsets in
   * .debug_info), a string, or the bytes of a block or an expression. Undefined when the entry lacks it.
   */
  attribute(attribute: number): AttributeValue {
    const {attribute: attributes, form, width, implicit} = this.#abbreviation;
    const data = this.#sections.get('.debug_info');
    let at = this.#first;
    for (let i = 0; i < attributes.length; i++) {
      if (attributes[i] === attribute) return this.#value(form[i]!, at, implicit[i]!);
      at = skipValue(data, at, width[i]!, this.unit);
    }
    return undefined;
  }

  /** DW_FORM of the attribute; undefined when the entry lacks it. */
  formOf(attribute: number): number | undefined {
    const row = this.#abbreviation.attribute.indexOf(attribute);
    return row < 0 ? undefined : this.#abbreviation.form[row];
  }

  /** The attribute when it is a number. */
  number(attribute: number): number | undefined {
    const value = this.attribute(attribute);
    return typeof value === 'number' ? value : undefined;
  }

  /** The attribute when it is a string. */
  string(attribute: number): string | undefined {
    const value = this.attribute(attribute);
    return typeof value === 'string' ? value : undefined;
  }

  #value(form: number, at: number, implicit: number): AttributeValue {
    const sections = this.#sections;
    const {unit} = this;
    const data = sections.get('.debug_info');
    const width = formWidth(form, unit);
    const index = () => (width >= 0 ? sections.number('.debug_info', at, width) : readUleb(data, at));
    switch (form) {
      case DW_FORM.flag_present:
        return 1;
      case DW_FORM.implicit_const:
        return implicit;
      case DW_FORM.sdata:
        return new Cursor('.debug_info', data, at, unit.end).sleb();
      case DW_FORM.ref1:
      case DW_FORM.ref2:
      case DW_FORM.ref4:
      case DW_FORM.ref8:
      case DW_FORM.ref_udata:
        return unit.offset + index();
      case DW_FORM.string:
        return decodeText(sections.text('.debug_info', at));
      case DW_FORM.strp:
        return decodeText(sections.text('.debug_str', index()));
      case DW_FORM.line_strp:
        return decodeText(sections.text('.debug_line_str', index()));
      case DW_FORM.strx:
      case DW_FORM.strx1:
      case DW_FORM.strx2:
      case DW_FORM.strx3:
      case DW_FORM.strx4:
      case DW_FORM.GNU_str_index:
        return this.#indexedString(index());
      case DW_FORM.addrx:
      case DW_FORM.addrx1:
      case DW_FORM.addrx2:
      case DW_FORM.addrx3:
      case DW_FORM.addrx4:
      case DW_FORM.GNU_addr_index:
        return readAddress(sections, unit, index());
      case DW_FORM.block:
      case DW_FORM.block1:
      case DW_FORM.block2:
      case DW_FORM.block4:
      case DW_FORM.exprloc:
        return this.#block(at, width);
      case DW_FORM.data16:
        return data.subarray(at, at + 16);
      case DW_FORM.indirect:
        return this.#value(readUleb(data, at), skipValue(data, at, WIDTH.leb, unit), 0);
      case DW_FORM.ref_sig8:
      case DW_FORM.ref_sup4:
      case DW_FORM.ref_sup8:
      case DW_FORM.strp_sup:
      case DW_FORM.GNU_ref_alt:
      case DW_FORM.GNU_strp_alt:
        return undefined;
      default: // addresses, offsets and constants of a fixed width, udata, indexes of lists
        return index();
    }
  }

  #block(at: number, width: number): Uint8Array {
    const data = this.#sections.get('.debug_info');
    const end = skipValue(data, at, width, this.unit);
    const lengths: Readonly<Record<number, number>> = {[WIDTH.block1]: 1, [WIDTH.block2]: 2, [WIDTH.block4]: 4};
    return data.subarray(lengths[width] === undefined ? skipValue(data, at, WIDTH.leb, this.unit) : at + lengths[width], end);
  }

  #indexedString(index: number): string {
    const {strOffsetsBase, offsetSize} = this.unit;
    const offset = this.#sections.number('.debug_str_offsets', strOffsetsBase + index * offsetSize, offsetSize);
    return decodeText(this.#sections.text('.debug_str', offset));
  }
}

/** Entry `index` of the unit's addresses. Throws `bad-format` when .debug_addr lacks it. */
export function readAddress(sections: Sections, unit: Unit, index: number): number {
  return sections.number('.debug_addr', unit.addrBase + index * unit.addressSize, unit.addressSize);
}
