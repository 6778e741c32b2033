/**
 * A DWARF type entry of a Go program → its description. Go's linker writes what DWARF cannot say as attributes of its own
 * (go_kind, go_elem, go_key, go_runtime_type): cmd/link/internal/ld/dwarf.go, Go 1.7 – 1.27. A named struct is a typedef over the
 * structure that carries these; the structures behind maps and channels (`map<K,V>`, `hchan<T>`) have no kind and are plain structs here.
 * C's types come out as far as their tags tell; unions and bit fields are not described.
 */

import type {Die, Dwarf} from '../../dwarf/dwarf.js';
import {DW_AT, DW_TAG} from '../../dwarf/dwarf-constants.js';
import {memberOffset} from '../../dwarf/type-layout.js';
import {KIND} from '../../runtime/types/kinds.js';
import {EMPTY_DESCRIPTION, type FieldDescription, type TypeDescription, type TypeReferences} from './type-description.js';
import {decodeLinkerName, isCompositeName, packageOfLinkerName} from './type-name.js';

/** Longer chains of typedefs than any program has. */
const MAX_TYPEDEFS = 32;
/** DWARF's base type encodings of C units: boolean, float, complex, signed and unsigned characters and numbers. */
const ENCODING = {boolean: 2, complex: 3, float: 4, signed: 5, signedChar: 6, unsigned: 7, unsignedChar: 8} as const;

/** The entry that describes the type: the first one along the typedefs that has a Go kind, else the last. Two names of one type lead to one entry. */
export function canonicalDie(dwarf: Dwarf, offset: number): Die {
  let die = dwarf.die(offset);
  for (let i = 0; i < MAX_TYPEDEFS && die.attribute(DW_AT.go_kind) === undefined; i++) {
    if (die.tag !== DW_TAG.typedef && die.tag !== DW_TAG.const_type && die.tag !== DW_TAG.volatile_type) break;
    const next = die.attribute(DW_AT.type);
    if (typeof next !== 'number') break;
    die = dwarf.die(next);
  }
  return die;
}

/** `die` is canonical; `runtimeAddress` is what its go_runtime_type leads to, or NaN. */
export function readDwarfType(dwarf: Dwarf, die: Die, runtimeAddress: number, refs: TypeReferences): TypeDescription {
  const kind = kindOf(die);
  const linkerName = text(die, DW_AT.name);
  const composite = kind !== KIND.func && kind !== KIND.interface && isCompositeName(linkerName);
  const named = linkerName !== '' && !isCompositeName(linkerName);
  const reference = (attribute: number): number => {
    const target = die.attribute(attribute);
    return typeof target === 'number' ? refs.rowOfDie(target) : 0;
  };
  const base = {
    ...EMPTY_DESCRIPTION,
    kind,
    runtimeAddress,
    name: composite ? '' : decodeLinkerName(linkerName),
    package: named ? packageOfLinkerName(linkerName) : '',
    size: sizeOf(dwarf, die, kind),
  };
  switch (kind) {
    case KIND.pointer:
      return {...base, element: reference(DW_AT.type)};
    case KIND.slice:
      return {...base, element: reference(DW_AT.go_elem)};
    case KIND.array:
      return {...base, element: reference(DW_AT.type), length: dwarf.arrayCount(die.offset) ?? 0};
    case KIND.chan:
      return {...base, element: reference(DW_AT.go_elem), header: headerOf(dwarf, die, refs), direction: directionOf(linkerName)};
    case KIND.map:
      return {...base, key: reference(DW_AT.go_key), element: reference(DW_AT.go_elem), header: headerOf(dwarf, die, refs)};
    case KIND.struct:
      return {...base, fields: readMembers(dwarf, die, refs)};
    default:
      return base;
  }
}

function kindOf(die: Die): number {
  const kind = die.attribute(DW_AT.go_kind);
  if (typeof kind === 'number' && (kind & 31) !== 0) return kind & 31;
  switch (die.tag) {
    case DW_TAG.structure_type:
      return KIND.struct;
    case DW_TAG.pointer_type:
      return text(die, DW_AT.name) === 'unsafe.Pointer' ? KIND.unsafePointer : KIND.pointer;
    case DW_TAG.array_type:
      return KIND.array;
    case DW_TAG.base_type:
      return kindOfBase(Number(die.attribute(DW_AT.encoding)), Number(die.attribute(DW_AT.byte_size)));
    default:
      return KIND.unknown;
  }
}

function kindOfBase(encoding: number, size: number): number {
  const step = Math.log2(size); // the kinds of 1, 2, 4 and 8 bytes follow each other
  if (!Number.isInteger(step) || step > 3) return KIND.unknown;
  switch (encoding) {
    case ENCODING.boolean:
      return KIND.bool;
    case ENCODING.signed:
    case ENCODING.signedChar:
      return KIND.int + 1 + step;
    case ENCODING.unsigned:
    case ENCODING.unsignedChar:
      return KIND.uint8 + step;
    case ENCODING.float:
      return step >= 2 ? KIND.uintptr + step - 1 : KIND.unknown;
    default:
      return KIND.unknown;
  }
}

function sizeOf(dwarf: Dwarf, die: Die, kind: number): number {
  const size = die.attribute(DW_AT.byte_size);
  if (typeof size === 'number') return size;
  switch (kind) {
    case KIND.chan:
    case KIND.func:
    case KIND.map:
    case KIND.pointer:
    case KIND.unsafePointer:
      return 8;
    case KIND.interface:
    case KIND.string:
      return 16;
    case KIND.slice:
      return 24;
    case KIND.array:
      return dwarf.sizeOf(die.offset);
    default:
      return 0;
  }
}

/** A map or chan is a typedef of a pointer to the runtime's structure; 0 when the structure is missing. */
function headerOf(dwarf: Dwarf, die: Die, refs: TypeReferences): number {
  const pointer = die.attribute(DW_AT.type);
  if (typeof pointer !== 'number') return 0;
  const structure = dwarf.die(pointer).attribute(DW_AT.type);
  return typeof structure === 'number' ? refs.rowOfDie(structure) : 0;
}

function directionOf(linkerName: string): TypeDescription['direction'] {
  return linkerName.startsWith('<-') ? '<-chan' : linkerName.startsWith('chan<-') ? 'chan<-' : 'chan';
}

function readMembers(dwarf: Dwarf, die: Die, refs: TypeReferences): FieldDescription[] {
  const fields: FieldDescription[] = [];
  for (const member of dwarf.children(die)) {
    const type = member.attribute(DW_AT.type);
    if (member.tag !== DW_TAG.member || typeof type !== 'number') continue;
    const embedded = Boolean(member.attribute(DW_AT.go_embedded_field));
    const name = text(member, DW_AT.name);
    // An embedded field of a generic type is selected by the type's name without its arguments.
    fields.push({name: embedded ? name.replace(/\[.*/, '') : name, offset: memberOffset(member), type: refs.rowOfDie(type), embedded});
  }
  return fields;
}

function text(die: Die, attribute: number): string {
  const value = die.attribute(attribute);
  return typeof value === 'string' ? value : '';
}
