/**
 * runtime.firstmoduledata, by what it says of itself: it begins with the addresses of two tables that follow each other, its
 * sections end behind their starts, and its pointer masks are as long as the sections they describe.
 * Truth: runtime/symtab.go (moduledata, moduledataverify1), cmd/link/internal/ld/symtab.go, Go 1.17 – 1.27.
 */
import type {Address} from '../../base/units.js';
import type {MemoryImage} from '../../image/memory-image.js';
import type {LayoutGuess} from './layout-guess.js';
import type {Words} from './read-range.js';

const MODULE = 'runtime.moduledata';
/** internal/abi.Type begins with the sizes of a value and of its part with pointers. */
const TYPE = {kind: 23, str: 40, size: 48} as const;
/** The table of function names follows the header of pclntab, which has 64 to 72 bytes. */
const LONGEST_HEADER = 128;
/** pclntab's magic numbers of Go 1.16 – 1.27: they differ in their last byte only. */
const MAGIC = 0xfffffff0;

/** Addresses that may begin a moduledata, whatever its layout behind the first fields. */
export function findModuleCandidates(data: readonly Words[]): Address[] {
  const found: Address[] = [];
  for (const {start, values} of data) {
    for (let i = 0; i + 8 < values.length; i++) {
      const distance = values[i + 1]! - values[i]!;
      if (distance <= 0 || distance > LONGEST_HEADER || values[i] === 0) continue;
      const length = values[i + 2]!;
      if (length > 0 && length <= values[i + 3]! && values[i + 4]! >= values[i + 1]! + length) found.push(start + i * 8);
    }
  }
  return found;
}

/** How many of the facts about a moduledata hold; 0 unless all of them do. */
export function weighModule(image: MemoryImage, layouts: LayoutGuess, at: Address): number {
  const word = (field: string, by = 0) => image.word(at + layouts.offset(MODULE, field) + by);
  const size = layouts.structs.get(MODULE)?.size ?? 0;
  if (!image.isMapped(at, size)) return 0;
  const sections = ['noptrdata', 'data', 'bss', 'noptrbss'].map((section) => [word(section), word(`e${section}`)] as const);
  const maskBits = (field: string) => image.i32(at + layouts.offset(MODULE, field));
  const maskAddress = word('gcdatamask', 8);
  const isUnmade = maskAddress === 0 && maskBits('gcdatamask') === 0 && maskBits('gcbssmask') === 0; // as in the program's file
  const next = word('next');
  const [parts, partCount] = [word('textsectmap'), image.word(at + layouts.offset(MODULE, 'textsectmap') + 8)];
  const facts = [
    sections.every(([start, end]) => start > 0 && start <= end),
    word('etext') > word('text') && word('minpc') >= word('text') && word('maxpc') <= word('etext') && word('minpc') < word('maxpc'),
    word('etypes') > word('types') && word('types') > 0 && areTypes(image, layouts, at),
    isUnmade || maskBits('gcdatamask') === Math.floor((word('edata') - word('data')) / 8),
    isUnmade || maskBits('gcbssmask') === Math.floor((word('ebss') - word('bss')) / 8),
    isUnmade || maskAddress >= 4096,
    // Where each part of the text lies: the first one at its start.
    partCount > 0 && partCount === image.word(at + layouts.offset(MODULE, 'textsectmap') + 16),
    !image.isMapped(parts, 24) || (image.word(parts) === 0 && image.word(parts + 16) === word('text')),
    next === 0 || (next % 8 === 0 && image.isMapped(next, size)),
    !image.isMapped(word('pcHeader'), 4) || (image.u32(word('pcHeader')) & MAGIC) >>> 0 === MAGIC,
  ];
  return facts.every(Boolean) ? facts.length : 0;
}

/** Whether a few of the types that the module lists (up to Go 1.26), or else the first of its itabs, are what they should be. */
function areTypes(image: MemoryImage, layouts: LayoutGuess, at: Address): boolean {
  const word = (field: string, by = 0) => image.word(at + layouts.offset(MODULE, field) + by);
  const [types, etypes] = [word('types'), word('etypes')];
  if (!image.isMapped(types, etypes - types)) return true; // a core without executable may lack them
  if (!layouts.structs.get(MODULE)!.fields.has('typelinks')) {
    const itab = types + word('itaboffset');
    return itab > types && itab + 16 <= etypes && [0, 8].every((field) => isType(image, image.word(itab + field), types, etypes));
  }
  const [links, count] = [word('typelinks'), word('typelinks', 8)];
  if (!image.isMapped(links, count * 4)) return true;
  for (let i = 0; i < Math.min(count, 8); i++) if (!isType(image, types + image.i32(links + i * 4), types, etypes)) return false;
  return true;
}

/** A sound abi.Type: sizes, kind and the offset of its name are possible. */
function isType(image: MemoryImage, type: Address, types: Address, etypes: Address): boolean {
  if (type % 8 !== 0 || type < types || type + TYPE.size > etypes) return false;
  const kind = image.u8(type + TYPE.kind) & 31;
  const name = image.i32(type + TYPE.str);
  return image.word(type + 8) <= image.word(type) && kind >= 1 && kind <= 26 && name > 0 && name < etypes - types;
}
