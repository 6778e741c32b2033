/**
 * Words of data and bss → one root node per package-level variable that leads to the heap, and per block of static data behind a
 * variable. What no variable leads to is one node for each run of adjacent words, by its address.
 * Blocks come after all variables, each after the one that holds it.
 */
import type {Address} from '../../base/units.js';
import {type GlobalVariable, maskedWords, type SectionGlobals, type StaticBlock} from '../../runtime/globals.js';
import type {GoRuntime} from '../../runtime/go-runtime.js';
import type {MaskedSection} from '../../runtime/modules.js';
import {scansTypeWords} from '../../runtime/types/type-format.js';
import type {TypeWords} from '../../runtime/types/type-words.js';
import type {RootBuilder} from './root-builder.js';

/** The package-level variables, and the blocks of static data behind them: each after the one that holds it. */
export interface Globals {
  readonly sections: readonly SectionGlobals[];
  readonly blocks: readonly StaticBlock[];
}

export function addGlobalRoots(go: GoRuntime, {sections, blocks}: Globals, typeWords: TypeWords, roots: RootBuilder): void {
  const adder = new GlobalRoots(go, typeWords, roots);
  for (const section of sections) adder.addSection(section, blocks);
  adder.addBlocks(blocks);
}

interface Word {
  readonly address: Address;
  readonly value: number;
  readonly dynamicType: Address; // that the word before tells, where the two make an interface value; else 0
}

class GlobalRoots {
  readonly #go: GoRuntime;
  readonly #typeWords: TypeWords;
  readonly #roots: RootBuilder;
  readonly #rowOfVariable = new Map<Address, number>();
  readonly #wordsOfBlock = new Map<StaticBlock, Word[]>();

  constructor(go: GoRuntime, typeWords: TypeWords, roots: RootBuilder) {
    this.#go = go;
    this.#typeWords = typeWords;
    this.#roots = roots;
  }

  addSection(globals: SectionGlobals, blocks: readonly StaticBlock[]): void {
    const {section} = globals;
    const places = placesOf(globals, blocks);
    let next = 0; // words and places both ascend
    let run: Word[] = []; // adjacent words that lie in no place
    let previous = section.start - 8; // the last word that the collector scans: the type word of an interface is mostly none
    const areTypeWordsScanned = scansTypeWords(this.#go.minor);
    let missing = 0;
    for (const address of maskedWords(globals)) {
      const isAdjacent = previous === address - 8;
      previous = address;
      while (next < places.length && places[next]!.address + places[next]!.size <= address) next++;
      const place = places[next] && places[next]!.address <= address ? places[next] : undefined;
      if (!isAdjacent || place) run = this.#endRun(run, section);
      if (!this.#go.image.isMapped(address, 8)) {
        missing++;
        continue;
      }
      const value = this.#go.image.word(address);
      if (value === 0 || !this.#roots.isLive(address, value)) continue;
      const mayBeInterface = (!isAdjacent || areTypeWordsScanned) && address > section.start;
      const word = {address, value, dynamicType: mayBeInterface ? this.#typeWords.typeAt(this.#go.image, address - 8) : 0};
      if (place === undefined) run.push(word);
      else if ('holder' in place) this.#keep(place, word);
      else this.#addWord(this.#addVariable(place), place.address, word);
    }
    this.#endRun(run, section);
    if (missing > 0) this.#warnOfMissing(section, missing);
  }

  /** Blocks that lead to the heap, by their own words or by those of a block that they alone hold. */
  addBlocks(blocks: readonly StaticBlock[]): void {
    const isLive = blocks.map((block) => this.#wordsOfBlock.has(block));
    for (let i = blocks.length - 1; i >= 0; i--) {
      const {holder} = blocks[i]!;
      if (isLive[i] && typeof holder === 'number') isLive[holder] = true;
    }
    const rows: number[] = [];
    for (const [i, block] of blocks.entries()) {
      if (!isLive[i]) continue;
      const {holder, name, address, size, type, variable} = block;
      const above = typeof holder === 'number' ? rows[holder]! : holder && this.#addVariable(holder);
      const {file, line} = variable;
      const place = {address, size, file, line, variable: variable.address};
      rows[i] = this.#roots.add({kind: 'static', parent: above === undefined ? 0 : above + 1, name, type, ...place});
      for (const word of this.#wordsOfBlock.get(block) ?? []) this.#addWord(rows[i], address, word);
    }
  }

  #addVariable(variable: GlobalVariable): number {
    let row = this.#rowOfVariable.get(variable.address);
    if (row === undefined) {
      row = this.#roots.add({kind: 'global', ...variable});
      this.#rowOfVariable.set(variable.address, row);
    }
    return row;
  }

  #keep(block: StaticBlock, word: Word): void {
    const words = this.#wordsOfBlock.get(block);
    if (words) words.push(word);
    else this.#wordsOfBlock.set(block, [word]);
  }

  /** Makes a node of the words, if there are any; what the next run starts from. */
  #endRun(words: readonly Word[], section: MaskedSection): Word[] {
    const [first, last] = [words[0], words.at(-1)];
    if (!first || !last) return [];
    const name = `${section.name}+0x${(first.address - section.start).toString(16)}`;
    const row = this.#roots.add({kind: 'global', name, address: first.address, size: last.address + 8 - first.address});
    for (const word of words) this.#addWord(row, first.address, word);
    return [];
  }

  #addWord(row: number, start: Address, {address, value, dynamicType}: Word): void {
    this.#roots.addWord(row, address - start, value, address, dynamicType);
  }

  #warnOfMissing({name}: MaskedSection, missing: number): void {
    const where = `Of ${name}, ${missing} words with pointers are not in the dump`;
    this.#go.warnings.add('globals-missing', `${where}: what only they hold looks unreachable.`, missing);
  }
}

/** Variables and blocks of the section by address. A symbol around a block (`main..stmp_3`, of a program that a C linker linked) gives way to it. */
function placesOf({section, variables}: SectionGlobals, blocks: readonly StaticBlock[]): readonly (GlobalVariable | StaticBlock)[] {
  const own = blocks.filter(({address}) => address >= section.start && address < section.end);
  const starts = new Set(own.map(({address}) => address));
  return [...variables.filter(({address}) => !starts.has(address)), ...own].sort((a, b) => a.address - b.address);
}
