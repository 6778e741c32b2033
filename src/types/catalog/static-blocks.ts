/**
 * Package-level variables with their types → the nameless data behind them (`var reg = &registry{…}`). The compiler lays it out in data
 * and bss, and the linker drops its symbols; what is left are pointers to it. THE RULE:
 *
 * 1. A pointer, slice or interface in a variable or in a block claims what it points to: one value, its capacity of elements, or a value of its
 *    dynamic type. Claims by the types of variables come first, then those of interfaces, then those of the fields of blocks.
 * 2. A claimed block lies between variables, and its type has pointers exactly where the collector's bits say so; else there is none.
 * 3. Of claims of one rank the largest wins, of equal ones the one of the lower address. A claim inside a block is a pointer to a part of it. One around
 *    other blocks takes their place when they are parts of it. What overlaps otherwise, or disagrees with the block that lies there, is refused.
 *
 * A block is named by the variable from which the fewest pointers lead to it. Pointers in objects of the heap claim nothing here: they have no types yet.
 */
import {type Address, type Bytes, hex, type TypeIndex} from '../../base/units.js';
import type {WarningLog} from '../../base/warnings.js';
import type {MemoryImage} from '../../image/memory-image.js';
import {type GlobalVariable, maskedWords, type SectionGlobals, type StaticBlock} from '../../runtime/globals.js';
import {KIND} from '../../runtime/types/kinds.js';
import type {TypeWords} from '../../runtime/types/type-words.js';
import {CLAIM} from './claim.js';
import {partsAround} from './parts-around.js';
import type {PointerShapes} from './pointer-shape.js';
import {nameStaticBlocks, type StaticPointer, type TypedPlace, type TypedVariable} from './static-names.js';
import {EMPTY_DESCRIPTION} from './type-description.js';

interface Claim extends TypedPlace {
  readonly element: TypeIndex; // of the slice that claims; the type itself of a single value
  readonly rank: number; // RANK
}

/** Who is believed where claims disagree: lower numbers first. */
const RANK = {variable: 0, interface: 1, field: 2} as const;

/** Adds `static-claims` to the warnings, once a pointer whose claim is not true of what lies there, or that others contradict. */
export function findStaticBlocks(
  image: MemoryImage,
  sections: readonly SectionGlobals[],
  typeWords: Pick<TypeWords, 'typeAt'>,
  shapes: PointerShapes,
  warnings: WarningLog,
): StaticBlock[] {
  return new StaticBlocks(image, sections, typeWords, shapes, warnings).find();
}

class StaticBlocks {
  readonly #image: MemoryImage;
  readonly #sections: readonly SectionGlobals[];
  readonly #typeWords: Pick<TypeWords, 'typeAt'>;
  readonly #shapes: PointerShapes;
  readonly #warnings: WarningLog;
  readonly #named: readonly (readonly GlobalVariable[])[]; // of each section: the variables that are no symbols of blocks
  readonly #blocks: Claim[] = []; // by address
  readonly #arrays = new Map<string, TypeIndex>();

  constructor(
    image: MemoryImage,
    sections: readonly SectionGlobals[],
    typeWords: Pick<TypeWords, 'typeAt'>,
    shapes: PointerShapes,
    warnings: WarningLog,
  ) {
    this.#image = image;
    this.#sections = sections;
    this.#typeWords = typeWords;
    this.#shapes = shapes;
    this.#warnings = warnings;
    this.#named = sections.map(({variables}) => variables.filter((variable) => !isBlockSymbol(variable)));
  }

  find(): StaticBlock[] {
    const variables = this.#typedVariables();
    let open = variables.flatMap(({place}) => this.#claimsOf(place, RANK.variable));
    while (open.length > 0) {
      const rank = open.reduce<number>((best, claim) => Math.min(best, claim.rank), RANK.field);
      const next = open.filter((claim) => claim.rank === rank).sort((a, b) => b.size - a.size || a.address - b.address);
      const found = next.filter((claim) => this.#accept(claim)).flatMap((claim) => this.#claimsOf(claim, RANK.field));
      open = open.filter((claim) => claim.rank !== rank).concat(found);
    }
    return nameStaticBlocks(variables, this.#blocks, (place) => this.#pointersOf(place));
  }

  #typedVariables(): TypedVariable[] {
    const {store} = this.#shapes;
    return this.#named.flat().flatMap((variable) => {
      const {typeDie, typeName, address, size} = variable;
      const type = typeDie === undefined ? store.rowOfName(typeName ?? '') : store.rowOfDie(typeDie);
      return type === 0 ? [] : [{variable, place: {address, size, type}}];
    });
  }

  /** What the pointers in a place claim of data and bss. */
  #claimsOf(place: TypedPlace, rank: number): Claim[] {
    const claims: Claim[] = [];
    for (const [word, target] of this.#wordsOf(place)) {
      const claim = this.#claimOf(place, word, target, rank);
      if (claim) claims.push(claim);
    }
    return claims;
  }

  /** The words of a place that lead to data or bss, with where they lead to. */
  *#wordsOf({address, size}: TypedPlace): Generator<[Address, Address]> {
    const globals = this.#sectionAt(address);
    if (!globals) return;
    for (const word of maskedWords(globals, address, address + size)) {
      if (!this.#image.isMapped(word, 8)) continue;
      const target = this.#image.word(word);
      if (this.#sectionAt(target)) yield [word, target];
    }
  }

  #claimOf(place: TypedPlace, word: Address, target: Address, rank: number): Claim | undefined {
    const shapes = this.#shapes;
    const entry = this.#entryAt(place.type, (word - place.address) / 8);
    switch (shapes.claim.data[entry]!) {
      case CLAIM.single:
        return this.#claimValues(target, shapes.target.data[entry]!, undefined, rank);
      case CLAIM.cap:
        return this.#claimValues(target, shapes.target.data[entry]!, this.#image.word(word + 16), rank);
      case CLAIM.interface:
        return this.#claimValues(target, this.#typeBehind(word - 8), undefined, RANK.interface);
      default:
        return undefined;
    }
  }

  /** Pool entry of a word of a type. */
  #entryAt(type: TypeIndex, word: number): number {
    this.#shapes.prepare(type);
    const first = this.#shapes.first[type]!;
    if (word >= this.#shapes.words[type]!) return 0;
    return first >= 0 ? first + word : this.#shapes.find(type, word);
  }

  /** What the data word of an interface points to: the word before it tells. */
  #typeBehind(typeWord: Address): TypeIndex {
    const {store} = this.#shapes;
    const type = store.rowOfLikelyType(this.#typeWords.typeAt(this.#image, typeWord));
    if (!store.isDirect(type)) return type;
    const description = store.describe(type);
    return description.kind === KIND.pointer ? description.element : 0;
  }

  /** `count`: of a slice's elements. Undefined for what is too large or holds no pointers, as it leads to nothing. */
  #claimValues(address: Address, element: TypeIndex, count: number | undefined, rank: number): Claim | undefined {
    this.#shapes.prepare(element);
    const size = this.#shapes.size[element]! * (count ?? 1);
    const globals = this.#sectionAt(address);
    if (this.#shapes.pointerWords[element] === 0 || size === 0 || !globals) return undefined;
    if (address + size > globals.section.end) {
      this.#refuse(element, address);
      return undefined;
    }
    const type = count === undefined ? element : this.#arrayOf(element, count);
    return {address, size, type, element, rank};
  }

  #arrayOf(element: TypeIndex, length: number): TypeIndex {
    const {store} = this.#shapes;
    const key = `${element} ${length}`;
    let row = this.#arrays.get(key);
    if (row === undefined) {
      row = store.rowOfName(`[${length}]${store.nameOf(element)}`);
      if (row === 0) {
        const size = store.describe(element).size * length;
        row = store.define({...EMPTY_DESCRIPTION, kind: KIND.array, size, element, length});
      }
      this.#arrays.set(key, row);
    }
    return row;
  }

  /** Rules 2 and 3: whether the claim is a new block. One that is not is refused, but for pointers to variables, to blocks and to parts of them. */
  #accept(claim: Claim): boolean {
    const end = claim.address + claim.size;
    if (this.#isInVariable(claim)) return false;
    const blocks = this.#blocks;
    const at = firstEndingAfter(blocks, claim.address);
    let stop = at;
    while (stop < blocks.length && blocks[stop]!.address < end) stop++;
    const within = blocks.slice(at, stop);
    if (within.length === 1 && this.#isPart(claim, within[0]!)) return false;
    const isNew = within.every((block) => block.size < claim.size && this.#isPart(block, claim)) && this.#fits(claim);
    if (isNew) blocks.splice(at, within.length, claim);
    else this.#refuse(claim.type, claim.address);
    return isNew;
  }

  #refuse(type: TypeIndex, address: Address): void {
    const claim = `A pointer into static data claims ${this.#shapes.store.nameOf(type)} at ${hex(address)}`;
    this.#warnings.add('static-claims', `${claim}, which does not agree with what lies there: the claim is not used.`);
  }

  /** Whether it is about what lies inside of a variable, of which the variable's own type tells. */
  #isInVariable({address, size}: Claim): boolean {
    const variables = this.#named[this.#sections.findIndex(({section: {start, end}}) => address >= start && address < end)]!;
    const around = variables[firstEndingAfter(variables, address)];
    return around !== undefined && around.address <= address && address + size <= around.address + around.size;
  }

  #isPart(part: Claim, whole: Claim): boolean {
    const offset = part.address - whole.address;
    if (offset < 0 || offset + part.size > whole.size) return false;
    for (const inner of partsAround(this.#shapes.store, whole.type, offset)) {
      if (inner.offset === 0 && (inner.type === part.type || inner.type === part.element)) return true;
    }
    return false;
  }

  /** Rule 2. */
  #fits({address, size, type}: Claim): boolean {
    const end = address + size;
    const section = this.#sections.findIndex(({section: {start, end: sectionEnd}}) => address >= start && address < sectionEnd);
    const variables = this.#named[section]!;
    const next = variables[firstEndingAfter(variables, address)];
    if (address % 8 !== 0 || (next && next.address < end)) return false;
    const symbol = this.#symbolAround(section, address);
    if (symbol && end > symbol.address + symbol.size) return false;
    let word = address;
    for (const scanned of maskedWords(this.#sections[section]!, address, end)) {
      for (; word < scanned; word += 8) if (this.#isPointer(type, (word - address) / 8)) return false;
      if (!this.#isPointer(type, (scanned - address) / 8)) return false;
      word = scanned + 8;
    }
    for (; word < end; word += 8) if (this.#isPointer(type, (word - address) / 8)) return false;
    return true;
  }

  #isPointer(type: TypeIndex, word: number): boolean {
    const entry = this.#entryAt(type, word); // first: it may make the columns anew
    return this.#shapes.claim.data[entry] !== CLAIM.none;
  }

  #symbolAround(section: number, address: Address): GlobalVariable | undefined {
    const {variables} = this.#sections[section]!;
    const variable = variables[firstEndingAfter(variables, address)];
    return variable && variable.address <= address ? variable : undefined;
  }

  /** The blocks that the words of a place lead to, by their place in the list, and the name of the part that each word is. */
  *#pointersOf(place: TypedPlace): Generator<StaticPointer> {
    for (const [word, target] of this.#wordsOf(place)) {
      const block = firstEndingAfter(this.#blocks, target);
      if (!this.#blocks[block] || this.#blocks[block]!.address > target) continue;
      const parts = [...partsAround(this.#shapes.store, place.type, word - place.address)];
      yield {block, selector: parts.at(-1)?.selector ?? '', isStart: this.#blocks[block]!.address === target};
    }
  }

  #sectionAt(address: Address): SectionGlobals | undefined {
    for (const globals of this.#sections) if (address >= globals.section.start && address < globals.section.end) return globals;
    return undefined;
  }
}

/** What a C linker keeps of the compiler's own names: `main..stmp_3`. It says where a block ends and not what it is. */
function isBlockSymbol({name, typeDie}: GlobalVariable): boolean {
  return typeDie === undefined && /\.\.stmp_\d+$/.test(name);
}

/** The first of places by address that ends behind the address; their number when there is none. */
function firstEndingAfter(places: readonly {readonly address: Address; readonly size: Bytes}[], address: Address): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (places[middle]!.address + places[middle]!.size <= address) low = middle + 1;
    else high = middle;
  }
  return low;
}
