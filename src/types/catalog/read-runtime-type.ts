/**
 * A type of the program's runtime (internal/abi.Type and the structures that start with it) → its description.
 * Truth: internal/abi/type.go (before Go 1.21 runtime/type.go), Go 1.7 – 1.27: one layout but for maps, the third word of fields and lengths of names.
 * GCData is not read: which words are pointers follows from the structure, also for masks that are built on demand and GC programs.
 */
import {decodeText} from '../../base/bytes.js';
import {GoheapError} from '../../base/errors.js';
import {type Address, type Bytes, hex} from '../../base/units.js';
import type {MemoryImage} from '../../image/memory-image.js';
import {KIND} from '../../runtime/types/kinds.js';
import {MAP_INSIDE, type TypeFormat} from '../../runtime/types/type-format.js';
import {
  EMPTY_DESCRIPTION,
  type FieldDescription,
  type MethodDescription,
  type Signature,
  type TypeDescription,
  type TypeReferences,
} from './type-description.js';
import {isMapInside, qualifiedName} from './type-name.js';
import type {TypeModule, TypeSource} from './type-source.js';

const TYPE = {size: 0, ptrBytes: 8, tflag: 20, align: 21, fieldAlign: 22, kind: 23, string: 40, ptrToThis: 44, end: 48} as const;
const TFLAG = {uncommon: 1, extraStar: 2, named: 4, directInterface: 32} as const;
const ALIGNMENTS: readonly number[] = [1, 2, 4, 8];
const KIND_MASK = 31;
const KIND_DIRECT_INTERFACE = 32; // Go 1.25 and older; the flag of TFLAG since
const FIELD = {name: 0, type: 8, offset: 16, size: 24} as const;
const METHOD_SIZE = 8; // of an interface: offsets of its name and its type
const NAME = {exported: 1, tag: 2, path: 4, embedded: 8} as const;
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
const UNCOMMON = {methodCount: 4, size: 16, method: 16} as const;
/** No address space is larger. */
const LARGEST = 2 ** 48;
/** More fields or parameters than any type has, and longer names: such a type is damaged. */
const MAX_FIELDS = 65_536;
const MAX_NAME = 65_536;

/** Where types are read from: the part of TypeSource that their own structures need. */
export type RuntimeTypeSource = Pick<TypeSource, 'image' | 'modules' | 'format'>;

/**
 * Throws a GoheapError when the address holds no sound type or the dump lacks its bytes. What the runtime and reflect make for the allocator
 * alone (large types with a GC program, map buckets, call frames) ends behind internal/abi.Type, whatever its kind says: it has kind unknown.
 */
export function readRuntimeType(source: RuntimeTypeSource, address: Address, refs: TypeReferences): TypeDescription {
  const {image} = source;
  const isStub = image.u8(address + TYPE.fieldAlign) === 0;
  const kind = isStub ? KIND.unknown : image.u8(address + TYPE.kind) & KIND_MASK;
  const size = image.word(address + TYPE.size);
  if (size > LARGEST) throw damaged(address, `${size} bytes are impossible`);
  if (kind > KIND.unsafePointer || image.word(address + TYPE.ptrBytes) > size)
    throw damaged(address, 'its kind or its pointer bytes are impossible');
  if (!isStub && !ALIGNMENTS.includes(image.u8(address + TYPE.align))) throw damaged(address, 'its alignment is impossible');
  const naming = readNaming(source, address, kind);
  const base = {...EMPTY_DESCRIPTION, ...naming, kind, size, runtimeAddress: address};
  const reference = (offset: number) => refs.rowOfAddress(image.word(address + offset));
  switch (kind) {
    case KIND.array:
      return {...base, element: reference(TYPE.end), length: Math.min(image.word(address + 64), Number.MAX_SAFE_INTEGER)};
    case KIND.chan:
      return {...base, element: reference(TYPE.end), direction: DIRECTIONS[image.word(address + 56)] ?? 'chan'};
    case KIND.pointer:
    case KIND.slice:
      return {...base, element: reference(TYPE.end)};
    case KIND.map:
      return {...base, key: reference(TYPE.end), element: reference(TYPE.end + 8), inside: image.word(address + MAP_INSIDE)};
    case KIND.func:
      return {...base, signature: base.name === '' ? readSignature(image, address, refs) : undefined};
    case KIND.interface:
      return {...base, methods: base.name === '' ? readMethods(source, address, refs) : []};
    case KIND.struct:
      return {...base, fields: readFields(source, address, refs)};
    default:
      return base;
  }
}

/** Whether an interface holds values of this type in its data word itself: the word is then a pointer of the type, not one to a copy. */
export function isDirectInterface(image: MemoryImage, address: Address): boolean {
  return (image.u8(address + TYPE.kind) & KIND_DIRECT_INTERFACE) !== 0 || (image.u8(address + TYPE.tflag) & TFLAG.directInterface) !== 0;
}

/** Address of the type of pointers to this one, when the program has it; else 0. */
export function pointerToType({image, modules}: RuntimeTypeSource, address: Address): Address {
  const offset = image.i32(address + TYPE.ptrToThis);
  const module = moduleOf(modules, address);
  return module && offset !== 0 ? module.types + offset : 0;
}

/** What a pointer type points to, when the collector does not take such pointers for pointers; else 0. */
export function notInHeapTarget({image}: RuntimeTypeSource, address: Address, {kind}: TypeDescription): Address {
  return kind === KIND.pointer && image.word(address + TYPE.ptrBytes) === 0 ? image.word(address + TYPE.end) : 0;
}

/** Bytes of the type's structure with all that follows it: the next type starts behind (Go 1.27). */
export function descriptorSize(source: RuntimeTypeSource, address: Address, {kind, fields}: TypeDescription): Bytes {
  const {image} = source;
  const size = structureSize(source, address, kind);
  const methods = hasUncommon(image, address) ? image.u16(address + size + UNCOMMON.methodCount) : -1;
  let parts = fields.length * FIELD.size;
  if (kind === KIND.func) parts = 8 * (image.u16(address + TYPE.end) + (image.u16(address + TYPE.end + 2) & 0x7fff));
  if (kind === KIND.interface) parts = METHOD_SIZE * image.word(address + 64);
  return size + parts + (methods < 0 ? 0 : UNCOMMON.size + UNCOMMON.method * methods);
}

function structureSize({format}: RuntimeTypeSource, address: Address, kind: number): Bytes {
  return kind === KIND.map ? format.mapTypeSize(address) : (STRUCTURE_SIZE[kind] ?? TYPE.end);
}
function hasUncommon(image: MemoryImage, address: Address): boolean {
  return (image.u8(address + TYPE.tflag) & TFLAG.uncommon) !== 0;
}
function moduleOf(modules: readonly TypeModule[], address: Address): TypeModule | undefined {
  return modules.find((candidate) => address >= candidate.types && address < candidate.etypes);
}

/** Named types keep their name; all others are named by their parts. */
function readNaming(source: RuntimeTypeSource, address: Address, kind: number): {name: string; package: string} {
  const {image, modules} = source;
  const flags = image.u8(address + TYPE.tflag);
  const composite = (flags & TFLAG.named) === 0;
  if (composite && kind !== KIND.struct && kind !== KIND.unknown) return {name: '', package: ''};
  const module = moduleOf(modules, address);
  if (!module) return {name: kind === KIND.struct ? '' : `type at ${hex(address)}`, package: ''}; // made by reflect: its name is in a table of its own
  let name = readName(source, module.types + image.i32(address + TYPE.string));
  if ((flags & TFLAG.extraStar) !== 0 && name.startsWith('*')) name = name.slice(1);
  // A struct without a name is named by its fields, but for those that the compiler makes for maps.
  if (composite && kind === KIND.struct) return {name: isMapInside(name) ? name : '', package: ''};
  if (composite || !hasUncommon(image, address)) return {name, package: ''};
  const pathOffset = image.i32(address + structureSize(source, address, kind));
  const importPath = pathOffset === 0 ? '' : readName(source, module.types + pathOffset);
  return {name: qualifiedName(name, importPath), package: importPath};
}

function readFields(source: RuntimeTypeSource, address: Address, refs: TypeReferences): FieldDescription[] {
  const {image, format} = source;
  const first = image.word(address + 56);
  const count = image.word(address + 64);
  if (count > MAX_FIELDS) throw damaged(address, `it claims ${count} fields`);
  const fields: FieldDescription[] = [];
  for (let at = first; at < first + count * FIELD.size; at += FIELD.size) {
    const nameAddress = image.word(at + FIELD.name);
    const offset = image.word(at + FIELD.offset);
    fields.push({
      name: readName(source, nameAddress),
      offset: format.shiftedOffsets ? Math.floor(offset / 2) : offset,
      type: refs.rowOfAddress(image.word(at + FIELD.type)),
      embedded: format.shiftedOffsets ? offset % 2 === 1 : (image.u8(nameAddress) & NAME.embedded) !== 0,
    });
  }
  return fields;
}

/** Names and types are offsets from the module's types; the package of those that are not exported is the interface's. */
function readMethods(source: RuntimeTypeSource, address: Address, refs: TypeReferences): MethodDescription[] {
  const {image, modules} = source;
  const module = moduleOf(modules, address);
  const first = image.word(address + 56);
  const count = image.word(address + 64);
  if (count > MAX_FIELDS) throw damaged(address, `it claims ${count} methods`);
  if (!module) return [];
  const path = image.word(address + TYPE.end);
  const methods: MethodDescription[] = [];
  for (let at = first; at < first + count * METHOD_SIZE; at += METHOD_SIZE) {
    const nameAddress = module.types + image.i32(at);
    const exported = (image.u8(nameAddress) & NAME.exported) !== 0;
    const name = readName(source, nameAddress);
    const ownPath = exported ? 0 : pathOfName(source, module, nameAddress, path);
    methods.push({
      name: ownPath === 0 ? name : `${readName(source, ownPath)}.${name}`,
      type: refs.rowOfAddress(module.types + image.i32(at + 4)),
    });
  }
  return methods;
}

function readSignature(image: MemoryImage, address: Address, refs: TypeReferences): Signature {
  const inputs = image.u16(address + TYPE.end);
  const outputs = image.u16(address + TYPE.end + 2);
  const first = address + 56 + (hasUncommon(image, address) ? UNCOMMON.size : 0);
  const row = (index: number) => refs.rowOfAddress(image.word(first + 8 * index));
  const resultCount = outputs & 0x7fff;
  return {
    parameters: Array.from({length: inputs}, (_, i) => row(i)),
    results: Array.from({length: resultCount}, (_, i) => row(inputs + i)),
    variadic: outputs > 0x7fff,
  };
}

/** abi.Name: a byte of flags, the length, the bytes; then a tag, written likewise, and the offset of the package's path. */
function readName({image, format}: RuntimeTypeSource, address: Address): string {
  if (address === 0) return '_';
  const {start, end} = textAt(image, format, address + 1);
  return decodeText(image.bytes(start, end - start));
}

/** Address of the import path that belongs to a name; `otherwise` when it has none of its own. */
function pathOfName({image, format}: RuntimeTypeSource, module: TypeModule, address: Address, otherwise: Address): Address {
  const flags = image.u8(address);
  if ((flags & NAME.path) === 0) return otherwise;
  let {end} = textAt(image, format, address + 1);
  if ((flags & NAME.tag) !== 0) ({end} = textAt(image, format, end));
  return module.types + image.i32(end);
}

function textAt(image: MemoryImage, {wideLengths}: TypeFormat, address: Address): {start: Address; end: Address} {
  if (wideLengths) return {start: address + 2, end: address + 2 + image.u8(address) * 256 + image.u8(address + 1)};
  let length = 0;
  let at = address;
  for (let scale = 1; ; scale *= 128) {
    const byte = image.u8(at++);
    length += (byte & 0x7f) * scale;
    if (length > MAX_NAME) throw damaged(address, `a name claims ${length} bytes`);
    if (byte < 0x80) return {start: at, end: at + length};
  }
}

function damaged(address: Address, problem: string): GoheapError {
  return new GoheapError('bad-format', `type at ${hex(address)}: ${problem}`, {
    hint: 'The executable may not be the one that made the dump.',
  });
}
