/**
 * A program counter → the local variables and parameters that hold pointers there, and where their parts are. The compiler keeps a
 * variable whole in memory, or takes it apart: then each part that is contiguous counts for itself, under the type of that part.
 * Truth: the program's DWARF. What DWARF says is where a variable would be; whether it is alive the stack maps say (scan-stack.ts).
 */
import {isGoheapError} from '../../base/errors.js';
import {remember} from '../../base/remember.js';
import {type Address, type Bytes, hex} from '../../base/units.js';
import type {Die, Dwarf, LocalVariable, LocationPiece} from '../../dwarf/dwarf.js';
import {DW_AT} from '../../dwarf/dwarf-constants.js';
import {hasPointers, type LayoutPart, typePartAt} from '../../dwarf/type-layout.js';
import type {GoRuntime} from '../go-runtime.js';
import {KIND} from '../types/kinds.js';

export interface LocalPart {
  readonly name: string; // with the field, for a part of a struct: `p.next`
  readonly typeDie: number | undefined; // entry of its type; undefined when the part is no value of one type
  readonly size: Bytes; // less than the type's for a string or slice of which only the first words are there
  readonly line: number; // of the declaration; 0 = unknown
  /** How many inlined calls of the frame it is nested in: 0 is the function itself. */
  readonly inlineDepth: number;
  readonly register: number; // DWARF number; −1: in memory
  readonly frameOffset: Bytes; // from the end of the frame, for those in memory
  /** Whether the word at that offset is a pointer by its type. */
  isPointer(offset: Bytes): boolean;
}

const WORD: Bytes = 8;

export class LocalVariables {
  readonly #go: GoRuntime;
  readonly #at = new Map<Address, readonly LocalPart[]>();
  readonly #afterCall = new Map<Address, readonly LocalPart[]>();
  readonly #hasPointers = new Map<number, boolean>();

  constructor(go: GoRuntime) {
    this.#go = go;
  }

  /** At the instruction that contains `pc`: outermost function first. Empty without DWARF. */
  at(pc: Address): readonly LocalPart[] {
    return remember(this.#at, pc, () => this.#read(pc));
  }

  /**
   * At the call that returns to `pc`. No register survives a call: what is in one before it and in memory behind it was saved there, and
   * DWARF only tells so late.
   */
  afterCall(pc: Address): readonly LocalPart[] {
    return remember(this.#afterCall, pc, () => this.#read(pc - 1, pc));
  }

  #read(pc: Address, behind?: Address): LocalPart[] {
    const {dwarf, image, warnings} = this.#go;
    if (!dwarf) return [];
    const locals = (at: Address) =>
      withoutSplit(dwarf.localsAt(at - image.bias).filter(({typeOffset}) => this.#mayPoint(dwarf, typeOffset)));
    try {
      const before = locals(pc);
      const variables = behind !== undefined && before.some(isInRegister) ? withSaved(before, locals(behind)) : before;
      // What the compiler made for itself says less than a variable of an inlined call that lies in the same place.
      const named = [...variables.filter((variable) => !isTemporary(variable)), ...variables.filter(isTemporary)];
      return named.flatMap((variable) => joinPieces(variable.pieces).map((piece) => makePart(dwarf, variable, piece)));
    } catch (error) {
      if (!isGoheapError(error)) throw error;
      warnings.add('dwarf-locals', `The local variables at ${hex(pc)} have no names: ${error.message}.`);
      return [];
    }
  }

  #mayPoint(dwarf: Dwarf, typeOffset: number): boolean {
    return remember(this.#hasPointers, typeOffset, () => hasPointers(dwarf, typeOffset));
  }
}

/** Go 1.27 lists what it took apart twice: as `s` in pieces, and as the compiler's own variables `s.ptr` and `s.len`. */
function withoutSplit(variables: readonly LocalVariable[]): LocalVariable[] {
  const place = ({line, inlineDepth}: LocalVariable, name: string) => `${name} ${line} ${inlineDepth}`;
  const whole = new Set(variables.filter(({pieces}) => pieces.length > 0).map((variable) => place(variable, variable.name)));
  return variables.filter((variable) => {
    const end = variable.name.indexOf('.');
    return end <= 0 || !whole.has(place(variable, variable.name.slice(0, end)));
  });
}

function isTemporary({name}: LocalVariable): boolean {
  return name.startsWith('.');
}

function isInRegister({pieces}: LocalVariable): boolean {
  return pieces.some(({register}) => register >= 0);
}

/** Pieces in registers give way to those of the same variable that are in memory behind the call. */
function withSaved(variables: readonly LocalVariable[], behind: readonly LocalVariable[]): LocalVariable[] {
  return variables.map((variable) => {
    const {name, line, inlineDepth} = variable;
    const later = behind.find((other) => other.name === name && other.line === line && other.inlineDepth === inlineDepth);
    const saved = later?.pieces.filter(({register}) => register < 0) ?? [];
    const pieces = variable.pieces.map((piece) =>
      piece.register < 0 ? piece : (saved.find(({offset, size}) => offset === piece.offset && size === piece.size) ?? piece),
    );
    return {...variable, pieces};
  });
}

/** Pieces that follow each other in the variable as in memory become one. */
function joinPieces(pieces: readonly LocationPiece[]): LocationPiece[] {
  const joined: LocationPiece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    const follows =
      last !== undefined &&
      last.register < 0 &&
      piece.register < 0 &&
      last.offset % WORD === 0 &&
      last.offset + last.size === piece.offset &&
      last.frameOffset + last.size === piece.frameOffset;
    if (follows) joined[joined.length - 1] = {...last, size: last.size + piece.size};
    else joined.push(piece);
  }
  return joined;
}

/** Go's own structures behind strings, slices and interfaces: to a reader the variable has no such fields. */
function isHeader(struct: Die): boolean {
  const kind = struct.number(DW_AT.go_kind);
  const name = struct.string(DW_AT.name);
  return kind === KIND.string || kind === KIND.slice || name === 'runtime.eface' || name === 'runtime.iface';
}

/** The string or slice of which only the first words are still there: its pointer is, and what it leads to depends on the whole. */
function headerAt({offset, fields}: LayoutPart): number | undefined {
  const {struct, name} = fields.at(-1) ?? {};
  const isFirst = offset === 0 && (name === 'array' || name === 'str');
  const kind = struct?.number(DW_AT.go_kind);
  return isFirst && (kind === KIND.string || kind === KIND.slice) ? struct!.offset : undefined;
}

function makePart(dwarf: Dwarf, variable: LocalVariable, {offset, size, register, frameOffset}: LocationPiece): LocalPart {
  const {typeOffset, line, inlineDepth} = variable;
  const part = typePartAt(dwarf, typeOffset, offset, size);
  const header = part && headerAt(part);
  const fits = part !== undefined && part.offset === 0 && dwarf.sizeOf(part.typeOffset) === size;
  const fields = part?.fields.filter(({struct}) => !isHeader(struct)) ?? [];
  return {
    name: [variable.name, ...fields.map((field) => field.name)].join('.'),
    typeDie: header ?? (fits ? part.typeOffset : undefined),
    size,
    line,
    inlineDepth,
    register,
    frameOffset,
    isPointer: (at) => {
      const leaf = typePartAt(dwarf, typeOffset, offset + at, WORD);
      return leaf !== undefined && leaf.offset === 0 && dwarf.sizeOf(leaf.typeOffset) === WORD && hasPointers(dwarf, leaf.typeOffset);
    },
  };
}
