/**
 * A type of the program's runtime (internal/abi.Type and the structures that start with it) → its description.
 * Truth: internal/abi/type.go, Go 1.17 – 1.27 (one layout but for maps, of which only key and element are read).
 * GCData is not read: which words are pointers follows from the structure, also for masks that are built on demand and GC programs.
 */
import {decodeText} from '../base/bytes.js';
import {GoheapError} from '../base/errors.js';
import {type Address, hex} from '../base/units.js';
import type {MemoryImage} from '../image/memory-image.js';
import {KIND} from '../runtime/kinds.js';
import type {TypeModule} from './assign-input.js';
import {EMPTY_DESCRIPTION, type FieldDescription, type Signature, type TypeDescription, type TypeReferences} from './type-description.js';
import {qualifiedName} from './type-name.js';

const TYPE = {size: 0, ptrBytes: 8, tflag: 20, align: 21, fieldAlign: 22, kind: 23, string: 40, end: 48} as const;
const TFLAG = {uncommon: 1, extraStar: 2, named: 4, directInterface: 32} as const;
const ALIGNMENTS: readonly number[] = [1, 2, 4, 8];
const KIND_MASK = 31;
const KIND_DIRECT_INTERFACE = 32; // Go 1.25 and older; the flag of TFLAG since
const FIELD = {name: 0, type: 8, offset: 16, size: 24} as const;
const NAME_EMBEDDED = 8;
/** reflect.ChanDir: receive, send, both. */
const DIRECTIONS = ['chan', '<-chan', 'chan<-', 'chan'] as const;
/** Sizes of the kind's own structure, behind which the uncommon type lies. */
const STRUCTURE_SIZE: Readonly<Record<number, number>> = {
  [KIND.array]: 72,
  [KIND.chan]: 64,
  [KIND.func]: 56,
  [KIND.interface]: 80,
  [KIND.pointer]: 56,
  [KIND.slice]: 56,
  [KIND.struct]: 80,
};
/** More fields or parameters than any type has, and longer names: such a type is damaged. */
const MAX_FIELDS = 65_536;
const MAX_NAME = 65_536;

/**
 * Throws a GoheapError when the address holds no sound type or the dump lacks its bytes. What the runtime and reflect make for the allocator
 * alone (large types with a GC program, map buckets, call frames) ends behind internal/abi.Type, whatever its kind says: it has kind unknown.
 */
export function readRuntimeType(
  image: MemoryImage,
  modules: readonly TypeModule[],
  address: Address,
  refs: TypeReferences,
): TypeDescription {
  const isStub = image.u8(address + TYPE.fieldAlign) === 0;
  const kind = isStub ? KIND.unknown : image.u8(address + TYPE.kind) & KIND_MASK;
  const size = image.word(address + TYPE.size);
  if (kind > KIND.unsafePointer || image.word(address + TYPE.ptrBytes) > size)
    throw damaged(address, 'its kind or its pointer bytes are impossible');
  if (!isStub && !ALIGNMENTS.includes(image.u8(address + TYPE.align))) throw damaged(address, 'its alignment is impossible');
  const naming = readNaming(image, modules, address, kind);
  const base = {...EMPTY_DESCRIPTION, ...naming, kind, size, runtimeAddress: address};
  const reference = (offset: number) => refs.rowOfAddress(image.word(address + offset));
  switch (kind) {
    case KIND.array:
      return {...base, element: reference(TYPE.end), length: image.word(address + 64)};
    case KIND.chan:
      return {...base, element: reference(TYPE.end), direction: DIRECTIONS[image.word(address + 56)] ?? 'chan'};
    case KIND.pointer:
    case KIND.slice:
      return {...base, element: reference(TYPE.end)};
    case KIND.map:
      return {...base, key: reference(TYPE.end), element: reference(TYPE.end + 8)};
    case KIND.func:
      return {...base, signature: base.name === '' ? readSignature(image, address, refs) : undefined};
    case KIND.struct:
      return {...base, fields: readFields(image, address, refs)};
    default:
      return base;
  }
}

/** Whether an interface holds values of this type in its data word itself: the word is then a pointer of the type, not one to a copy. */
export function isDirectInterface(image: MemoryImage, address: Address): boolean {
  return (image.u8(address + TYPE.kind) & KIND_DIRECT_INTERFACE) !== 0 || (image.u8(address + TYPE.tflag) & TFLAG.directInterface) !== 0;
}

/** Named types keep their name, interfaces theirs as the runtime spells it; all others are named by their parts. */
function readNaming(image: MemoryImage, modules: readonly TypeModule[], address: Address, kind: number): {name: string; package: string} {
  const flags = image.u8(address + TYPE.tflag);
  const composite = (flags & TFLAG.named) === 0;
  if (composite && kind !== KIND.struct && kind !== KIND.interface && kind !== KIND.unknown) return {name: '', package: ''};
  const module = modules.find((candidate) => address >= candidate.types && address < candidate.etypes);
  if (!module) return {name: kind === KIND.struct ? '' : `type at ${hex(address)}`, package: ''}; // made by reflect: its name is in a table of its own
  let name = readName(image, module.types + image.i32(address + TYPE.string));
  if ((flags & TFLAG.extraStar) !== 0 && name.startsWith('*')) name = name.slice(1);
  // A struct without a name is named by its fields, but for those that the compiler makes for maps.
  if (composite && kind === KIND.struct) return {name: /^map\.(?:bucket|group)\[/.test(name) ? name : '', package: ''};
  const uncommon = STRUCTURE_SIZE[kind] ?? (kind === KIND.map ? undefined : TYPE.end);
  if (composite || (flags & TFLAG.uncommon) === 0 || uncommon === undefined) return {name, package: ''};
  const pathOffset = image.i32(address + uncommon);
  const importPath = pathOffset === 0 ? '' : readName(image, module.types + pathOffset);
  return {name: qualifiedName(name, importPath), package: importPath};
}

function readFields(image: MemoryImage, address: Address, refs: TypeReferences): FieldDescription[] {
  const first = image.word(address + 56);
  const count = image.word(address + 64);
  if (count > MAX_FIELDS) throw damaged(address, `it claims ${count} fields`);
  const fields: FieldDescription[] = [];
  for (let at = first; at < first + count * FIELD.size; at += FIELD.size) {
    const nameAddress = image.word(at + FIELD.name);
    fields.push({
      name: readName(image, nameAddress),
      offset: image.word(at + FIELD.offset),
      type: refs.rowOfAddress(image.word(at + FIELD.type)),
      embedded: (image.u8(nameAddress) & NAME_EMBEDDED) !== 0,
    });
  }
  return fields;
}

function readSignature(image: MemoryImage, address: Address, refs: TypeReferences): Signature {
  const inputs = image.u16(address + TYPE.end);
  const outputs = image.u16(address + TYPE.end + 2);
  const uncommon = (image.u8(address + TYPE.tflag) & TFLAG.uncommon) !== 0 ? 16 : 0;
  const first = address + 56 + uncommon;
  const row = (index: number) => refs.rowOfAddress(image.word(first + 8 * index));
  const resultCount = outputs & 0x7fff;
  return {
    parameters: Array.from({length: inputs}, (_, i) => row(i)),
    results: Array.from({length: resultCount}, (_, i) => row(inputs + i)),
    variadic: outputs > 0x7fff,
  };
}

/** abi.Name: a byte of flags, the length as uvarint, the bytes. */
function readName(image: MemoryImage, address: Address): string {
  if (address === 0) return '_';
  let length = 0;
  let at = address + 1;
  for (let scale = 1; ; scale *= 128) {
    const byte = image.u8(at++);
    length += (byte & 0x7f) * scale;
    if (length > MAX_NAME) throw damaged(address, `a name claims ${length} bytes`);
    if (byte < 0x80) break;
  }
  return decodeText(image.bytes(at, length));
}

function damaged(address: Address, problem: string): GoheapError {
  return new GoheapError('bad-format', `type at ${hex(address)}: ${problem}`, {
    hint: 'The executable may not be the one that made the dump.',
  });
}
