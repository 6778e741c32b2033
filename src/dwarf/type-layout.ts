/**
 * Entries of types → sizes, lengths of arrays and fields of structs. Truth: DWARF 5 chapter 5; Go's linker gives every type
 * but typedefs and pointers a size (cmd/link/internal/ld/dwarf.go), C compilers leave out those of arrays and qualifiers.
 */
import {formatError} from '../base/errors.js';
import type {Bytes} from '../base/units.js';
import type {Die} from './die.js';
import {DW_AT, DW_OP, DW_TAG} from './dwarf-constants.js';
import type {Entries} from './entries.js';
import {readUleb} from './skip.js';

export interface FieldLayout {
  readonly offset: Bytes; // in the struct
  readonly size: Bytes;
  readonly typeOffset: number; // of the field's type, an entry in .debug_info
}
export interface StructLayout {
  readonly name: string;
  readonly size: Bytes;
  /** In the order of declaration; an embedded field has the name of its type. */
  readonly fields: ReadonlyMap<string, FieldLayout>;
}

/** A chain of typedefs and arrays longer than this is a cycle: damage. */
const MAX_CHAIN = 100;
const POINTER_SIZE = 8;

/** Undefined when the entry is not a struct (or a typedef of one). */
export function readStructLayout(entries: Entries, typeOffset: number): StructLayout | undefined {
  const struct = resolveTypedefs(entries, typeOffset);
  if (!isStruct(struct.tag)) return undefined;
  const fields = new Map<string, FieldLayout>();
  for (const member of entries.children(struct)) {
    const name = member.tag === DW_TAG.member ? member.string(DW_AT.name) : undefined;
    const type = member.number(DW_AT.type);
    if (name === undefined || type === undefined || fields.has(name)) continue;
    fields.set(name, {offset: memberOffset(member), size: typeSize(entries, type), typeOffset: type});
  }
  return {name: struct.string(DW_AT.name) ?? '', size: struct.number(DW_AT.byte_size) ?? 0, fields};
}

/**
 * Throws `bad-format` when the size is not known (an incomplete type) or typedefs form a circle. 0 of an unspecified type, as Go 1.11 and older
 * give it to variables that the compiler made.
 */
export function typeSize(entries: Entries, typeOffset: number): Bytes {
  let factor = 1;
  let die = entries.die(typeOffset);
  for (let i = 0; i < MAX_CHAIN; i++) {
    const size = die.number(DW_AT.byte_size);
    if (size !== undefined) return factor * size;
    if (die.tag === DW_TAG.pointer_type || die.tag === DW_TAG.subroutine_type) return factor * POINTER_SIZE;
    if (die.tag === DW_TAG.unspecified_type) return 0;
    if (die.tag === DW_TAG.array_type) factor *= arrayLength(entries, die.offset) ?? 0;
    const next = die.number(DW_AT.type);
    if (next === undefined) throw formatError('.debug_info', die.offset, 'a type without a size');
    die = entries.die(next);
  }
  throw formatError('.debug_info', typeOffset, `more than ${MAX_CHAIN} typedefs in a row`);
}

/** Where a descent into a type ended. */
export interface LayoutPart {
  readonly type: Die; // behind typedefs
  readonly typeOffset: number; // as the variable or field names it
  readonly offset: Bytes; // what is left of the offset
  readonly fields: readonly {readonly struct: Die; readonly name: string}[]; // on the way, from outside in
}

/** The part of a type at `offset`: the first one, from outside in, of at most `size` bytes. Undefined where there is only padding. */
export function typePartAt(entries: Entries, typeOffset: number, offset: Bytes, size: Bytes): LayoutPart | undefined {
  let part: LayoutPart = {type: resolveTypedefs(entries, typeOffset), typeOffset, offset, fields: []};
  for (let depth = 0; depth < MAX_CHAIN; depth++) {
    if (part.offset < 0 || part.offset >= typeSize(entries, part.typeOffset)) return undefined;
    if (part.offset === 0 && typeSize(entries, part.typeOffset) <= size) return part;
    const inner = descend(entries, part);
    if (!inner) return part;
    part = inner;
  }
  return undefined;
}

/** One step in; undefined for what has no parts. */
function descend(entries: Entries, {type, offset, fields}: LayoutPart): LayoutPart | undefined {
  if (type.tag === DW_TAG.array_type) {
    const element = type.number(DW_AT.type);
    if (element === undefined) return undefined;
    return {type: resolveTypedefs(entries, element), typeOffset: element, offset: offset % typeSize(entries, element), fields};
  }
  if (!isStruct(type.tag)) return undefined;
  let found: Die | undefined;
  for (const member of entries.children(type)) {
    if (member.tag === DW_TAG.member && memberOffset(member) <= offset) found = member;
  }
  const field = found?.number(DW_AT.type);
  if (found === undefined || field === undefined) return undefined;
  return {
    type: resolveTypedefs(entries, field),
    typeOffset: field,
    offset: offset - memberOffset(found),
    fields: [...fields, {struct: type, name: found.string(DW_AT.name) ?? '_'}],
  };
}

/** Whether values of the type hold pointers. Throws `bad-format` when types contain themselves. `without`: types that are known to hold none. */
export function hasPointers(entries: Entries, typeOffset: number, depth = 0, without = new Set<number>()): boolean {
  if (depth > MAX_CHAIN) throw formatError('.debug_info', typeOffset, `types nested more than ${MAX_CHAIN} deep`);
  const type = resolveTypedefs(entries, typeOffset);
  if (without.has(type.offset)) return false;
  const found = holdsPointers(entries, type, depth, without);
  if (!found) without.add(type.offset); // a type may have many fields of another, and that of a third
  return found;
}

function holdsPointers(entries: Entries, type: Die, depth: number, without: Set<number>): boolean {
  if (type.tag === DW_TAG.pointer_type || type.tag === DW_TAG.subroutine_type) return true;
  if (type.tag === DW_TAG.array_type) {
    const element = type.number(DW_AT.type);
    return element !== undefined && arrayLength(entries, type.offset) !== 0 && hasPointers(entries, element, depth + 1, without);
  }
  if (!isStruct(type.tag)) return false;
  for (const member of entries.children(type)) {
    const field = member.tag === DW_TAG.member ? member.number(DW_AT.type) : undefined;
    if (field !== undefined && hasPointers(entries, field, depth + 1, without)) return true;
  }
  return false;
}

/** Elements of an array type, of all its dimensions; undefined for other types and for arrays without a bound. */
export function arrayLength(entries: Entries, typeOffset: number): number | undefined {
  const array = resolveTypedefs(entries, typeOffset);
  if (array.tag !== DW_TAG.array_type) return undefined;
  let count: number | undefined;
  for (const range of entries.children(array)) {
    if (range.tag !== DW_TAG.subrange_type) continue;
    const upper = range.number(DW_AT.upper_bound);
    const length = range.number(DW_AT.count) ?? (upper === undefined ? undefined : upper + 1);
    if (length === undefined) return undefined;
    count = (count ?? 1) * length;
  }
  return count;
}

/** The entry behind typedefs and qualifiers. Throws `bad-format` when they form a circle. */
export function resolveTypedefs(entries: Entries, typeOffset: number): Die {
  let die = entries.die(typeOffset);
  for (let i = 0; i < MAX_CHAIN; i++) {
    const next = isAlias(die.tag) ? die.number(DW_AT.type) : undefined;
    if (next === undefined) return die;
    die = entries.die(next);
  }
  throw formatError('.debug_info', typeOffset, `more than ${MAX_CHAIN} typedefs in a row`);
}

function isAlias(tag: number): boolean {
  return (
    tag === DW_TAG.typedef ||
    tag === DW_TAG.const_type ||
    tag === DW_TAG.volatile_type ||
    tag === DW_TAG.restrict_type ||
    tag === DW_TAG.atomic_type
  );
}

function isStruct(tag: number): boolean {
  return tag === DW_TAG.structure_type || tag === DW_TAG.class_type || tag === DW_TAG.union_type;
}

/** A constant, or (older compilers) the expression "add a constant". Members of unions have none. */
export function memberOffset(member: Die): Bytes {
  const location = member.attribute(DW_AT.data_member_location);
  if (typeof location === 'number') return location;
  if (location instanceof Uint8Array && location[0] === DW_OP.plus_uconst) return readUleb(location, 1);
  return Math.floor((member.number(DW_AT.data_bit_offset) ?? 0) / 8); // a bit field: where its first bit is
}
