/**
 * A function's entry and a program counter in it → the parameters and variables that are in scope there, those of inlined
 * calls included, with the places of their parts. What is nested in a call or block that does not cover the program counter is left out.
 * Truth: DWARF 5 chapter 3; cmd/internal/dwarf/dwarf.go, Go 1.17 – 1.27. Only functions whose frame base is the canonical frame address are
 * read: Go's are; C's are not.
 */
import type {Address, Bytes} from '../base/units.js';
import {findLocation, rangesCover} from './address-lists.js';
import {DW_AT, DW_FORM, DW_LANG, DW_OP, DW_TAG} from './constants.js';
import {Die} from './die.js';
import type {Dwarf} from './dwarf.js';
import {type LocationPiece, readLocation} from './location.js';
import type {Sections} from './sections.js';

export interface LocalVariable {
  readonly name: string;
  readonly typeOffset: number; // entry of its type
  readonly size: Bytes;
  readonly line: number; // of the declaration; 0 = unknown
  /** How many inlined calls it is nested in: 0 is the function itself. */
  readonly inlineDepth: number;
  /** In the order of their offsets; empty when it was optimised away at that place. */
  readonly pieces: readonly LocationPiece[];
}

/** Outermost function first. `pc` is a link-time address. Throws `bad-format` when an entry or a list is damaged. */
export function readLocalVariables(dwarf: Dwarf, sections: Sections, fn: Die, pc: Address): LocalVariable[] {
  const variables: LocalVariable[] = [];
  if (!hasGoFrame(fn)) return variables;
  const data = sections.get('.debug_info');
  const depths: number[] = [0]; // per open entry: inlined calls around what is in it; −1: it does not cover pc
  for (let at = fn.end; fn.hasChildren && depths.length > 0 && at < fn.unit.end; ) {
    if (data[at] === 0) {
      depths.pop();
      at++;
      continue;
    }
    const die = new Die(sections, fn.unit, at);
    const inlineDepth = depths.at(-1)!;
    const isVariable = die.tag === DW_TAG.formal_parameter || die.tag === DW_TAG.variable;
    const variable = inlineDepth >= 0 && isVariable ? readVariable(dwarf, sections, die, pc, inlineDepth) : undefined;
    if (variable) variables.push(variable);
    if (die.hasChildren) depths.push(inlineDepth < 0 ? -1 : depthInside(sections, die, pc, inlineDepth));
    at = die.end;
  }
  return variables.sort((a, b) => a.inlineDepth - b.inlineDepth);
}

/** The end of a function's or a block's code: DW_AT_high_pc is an address or a length. */
export function endOfCode(die: Die, start: Address): Address {
  const high = die.number(DW_AT.high_pc) ?? 0;
  const form = die.formOf(DW_AT.high_pc);
  return form === DW_FORM.addr || form === DW_FORM.addrx ? high : start + high;
}

function hasGoFrame(fn: Die): boolean {
  const base = fn.attribute(DW_AT.frame_base);
  return fn.unit.language === DW_LANG.Go && base instanceof Uint8Array && base.length === 1 && base[0] === DW_OP.call_frame_cfa;
}

function depthInside(sections: Sections, die: Die, pc: Address, inlineDepth: number): number {
  if (die.tag === DW_TAG.inlined_subroutine) return covers(sections, die, pc) ? inlineDepth + 1 : -1;
  return die.tag === DW_TAG.lexical_block && covers(sections, die, pc) ? inlineDepth : -1;
}

function covers(sections: Sections, die: Die, pc: Address): boolean {
  const ranges = die.number(DW_AT.ranges);
  if (ranges !== undefined) return die.formOf(DW_AT.ranges) !== DW_FORM.rnglistx && rangesCover(sections, die.unit, ranges, pc);
  const start = die.number(DW_AT.low_pc);
  return start !== undefined && pc >= start && pc < endOfCode(die, start);
}

/** Name and type of an inlined function's variable are those of its abstract origin. */
function readVariable(dwarf: Dwarf, sections: Sections, die: Die, pc: Address, inlineDepth: number): LocalVariable | undefined {
  const origin = die.number(DW_AT.abstract_origin);
  const declaration = origin === undefined ? die : dwarf.die(origin);
  const typeOffset = declaration.number(DW_AT.type);
  if (typeOffset === undefined) return undefined;
  const size = dwarf.sizeOf(typeOffset);
  const expression = findExpression(sections, die, pc);
  return {
    name: declaration.string(DW_AT.name) ?? '',
    typeOffset,
    size,
    line: declaration.number(DW_AT.decl_line) ?? 0,
    inlineDepth,
    pieces: expression === undefined ? [] : readLocation(expression, size),
  };
}

function findExpression(sections: Sections, die: Die, pc: Address): Uint8Array | undefined {
  const location = die.attribute(DW_AT.location);
  if (location instanceof Uint8Array) return location;
  if (typeof location !== 'number' || die.formOf(DW_AT.location) === DW_FORM.loclistx) return undefined;
  return findLocation(sections, die.unit, location, pc);
}
