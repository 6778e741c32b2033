/**
 * A function's entry → its variables: those in scope at a program counter, with the places of their parts; those that its closures hold;
 * the types of its parameters. Name and type of a variable whose entry has an abstract origin stand in that.
 * Truth: DWARF 5 chapter 3; cmd/internal/dwarf/dwarf.go, Go 1.17 – 1.27. DW_AT_go_closure_offset comes from Go 1.23 and newer; a captured
 * variable whose use the compiler replaced by that of a register from the start has no entry, and is missing here.
 */
import type {Address, Bytes} from '../base/units.js';
import {findLocation, listLocations, rangesCover} from './address-lists.js';
import {Die} from './die.js';
import {DW_AT, DW_FORM, DW_LANG, DW_OP, DW_TAG} from './dwarf-constants.js';
import type {Entries} from './entries.js';
import {type LocationPiece, readLocation} from './location.js';
import type {Sections} from './sections.js';
import {typeSize} from './type-layout.js';

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

/** A variable of the function around a closure. */
export interface CapturedVariable {
  readonly name: string; // with `&` in front when the closure holds its address
  readonly offset: Bytes; // in the closure
  readonly typeOffset: number; // entry of its type
}

/**
 * Those in scope at `pc`, a link-time address, outermost function first. What is nested in a call or block that does not cover it is left
 * out. Empty where the frame base is not the canonical frame address: Go's functions have that, C's have not. Throws `bad-format` when an
 * entry or a list is damaged.
 */
export function readLocalVariables(entries: Entries, fn: Die, pc: Address): LocalVariable[] {
  const {sections} = entries;
  const depthInside = (die: Die, depth: number) => depthInsideAt(sections, die, pc, depth);
  const variables: LocalVariable[] = [];
  for (const {die, inlineDepth} of eachVariable(entries, fn, depthInside)) {
    const variable = describeVariable(entries, die, findExpressions(sections, die, pc), inlineDepth);
    if (variable) variables.push(variable);
  }
  return variables.sort((a, b) => a.inlineDepth - b.inlineDepth);
}

/**
 * All parameters and variables of the function and of what was inlined into it, each with all places that it has at any instruction:
 * pieces of one place after the other. Empty and throws as `readLocalVariables`.
 */
export function readAllVariables(entries: Entries, fn: Die): LocalVariable[] {
  const depthInside = ({tag}: Die, depth: number) => depth + (tag === DW_TAG.inlined_subroutine ? 1 : 0);
  const variables: LocalVariable[] = [];
  for (const {die, inlineDepth} of eachVariable(entries, fn, depthInside)) {
    const variable = describeVariable(entries, die, findExpressions(entries.sections, die), inlineDepth);
    if (variable) variables.push(variable);
  }
  return variables;
}

/** What the closures of the function hold, by offset, each place once. Throws `bad-format` when an entry is damaged. */
export function readCapturedVariables(entries: Entries, fn: Die): CapturedVariable[] {
  const byOffset = new Map<Bytes, CapturedVariable>();
  for (const die of entries.children(fn)) {
    if (die.tag !== DW_TAG.variable) continue;
    const declaration = declarationOf(entries, die);
    const offset = die.number(DW_AT.go_closure_offset) ?? declaration.number(DW_AT.go_closure_offset);
    const typeOffset = declaration.number(DW_AT.type);
    if (offset === undefined || typeOffset === undefined || byOffset.has(offset)) continue;
    byOffset.set(offset, {name: declaration.string(DW_AT.name) ?? '', offset, typeOffset});
  }
  return [...byOffset.values()].sort((a, b) => a.offset - b.offset);
}

/** Entries of the types of the parameters, in their order, results left out. Throws `bad-format` when an entry is damaged. */
export function readParameterTypes(entries: Entries, fn: Die): number[] {
  const types: number[] = [];
  for (const die of entries.children(fn)) {
    if (die.tag !== DW_TAG.formal_parameter) continue;
    const declaration = declarationOf(entries, die);
    const type = declaration.number(DW_AT.type);
    if (type !== undefined && declaration.number(DW_AT.variable_parameter) !== 1) types.push(type);
  }
  return types;
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

/**
 * Parameters and variables below a function of Go. `depthInside`: how many inlined calls are around what is in an entry, of which it lies in `depth`;
 * −1 leaves that out, with all that is nested in it.
 */
function* eachVariable(
  {sections}: Entries,
  fn: Die,
  depthInside: (die: Die, depth: number) => number,
): Generator<{readonly die: Die; readonly inlineDepth: number}> {
  if (!hasGoFrame(fn)) return;
  const data = sections.get('.debug_info');
  const depths: number[] = [0]; // per open entry
  for (let at = fn.end; fn.hasChildren && depths.length > 0 && at < fn.unit.end; ) {
    if (data[at] === 0) {
      depths.pop();
      at++;
      continue;
    }
    const die = new Die(sections, fn.unit, at);
    const inlineDepth = depths.at(-1)!;
    if (inlineDepth >= 0 && (die.tag === DW_TAG.formal_parameter || die.tag === DW_TAG.variable)) yield {die, inlineDepth};
    if (die.hasChildren) depths.push(inlineDepth < 0 ? -1 : depthInside(die, inlineDepth));
    at = die.end;
  }
}

function depthInsideAt(sections: Sections, die: Die, pc: Address, inlineDepth: number): number {
  if (die.tag === DW_TAG.inlined_subroutine) return covers(sections, die, pc) ? inlineDepth + 1 : -1;
  return die.tag === DW_TAG.lexical_block && covers(sections, die, pc) ? inlineDepth : -1;
}

function covers(sections: Sections, die: Die, pc: Address): boolean {
  const ranges = die.number(DW_AT.ranges);
  if (ranges !== undefined) return die.formOf(DW_AT.ranges) !== DW_FORM.rnglistx && rangesCover(sections, die.unit, ranges, pc);
  const start = die.number(DW_AT.low_pc);
  return start !== undefined && pc >= start && pc < endOfCode(die, start);
}

function describeVariable(entries: Entries, die: Die, expressions: readonly Uint8Array[], inlineDepth: number): LocalVariable | undefined {
  const declaration = declarationOf(entries, die);
  const typeOffset = declaration.number(DW_AT.type);
  if (typeOffset === undefined) return undefined;
  const size = typeSize(entries, typeOffset);
  return {
    name: declaration.string(DW_AT.name) ?? '',
    typeOffset,
    size,
    line: declaration.number(DW_AT.decl_line) ?? 0,
    inlineDepth,
    pieces: expressions.flatMap((expression) => readLocation(expression, size)),
  };
}

/** Of its place at `pc`, or without it of all its places. */
function findExpressions(sections: Sections, die: Die, pc?: Address): readonly Uint8Array[] {
  const location = die.attribute(DW_AT.location);
  if (location instanceof Uint8Array) return [location];
  if (typeof location !== 'number' || die.formOf(DW_AT.location) === DW_FORM.loclistx) return [];
  if (pc === undefined) return listLocations(sections, die.unit, location);
  const found = findLocation(sections, die.unit, location, pc);
  return found === undefined ? [] : [found];
}

function declarationOf(entries: Entries, die: Die): Die {
  const origin = die.number(DW_AT.abstract_origin);
  return origin === undefined ? die : entries.die(origin);
}
