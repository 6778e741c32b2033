/**
 * Words of data and bss → one root node per package-level variable that leads to the heap. Where no symbol names a variable,
 * each word is a node of its own, by its address.
 */
import type {Address} from '../../base/units.js';
import {type GlobalVariable, maskedWords, type ProgramSymbol, readGlobals} from '../../runtime/globals.js';
import type {GoRuntime} from '../../runtime/go-runtime.js';
import type {MaskedSection} from '../../runtime/modules.js';
import type {TypeWords} from '../../runtime/types/type-words.js';
import type {RootBuilder} from './root-builder.js';

export function addGlobalRoots(go: GoRuntime, symbols: ReadonlyMap<string, ProgramSymbol>, typeWords: TypeWords, roots: RootBuilder): void {
  for (const module of go.modules) for (const section of module.sections) addSection(go, symbols, section, typeWords, roots);
}

function addSection(
  go: GoRuntime,
  symbols: ReadonlyMap<string, ProgramSymbol>,
  section: MaskedSection,
  typeWords: TypeWords,
  roots: RootBuilder,
): void {
  const variables = readGlobals(go, symbols, section.start, section.end);
  let next = 0; // words and variables both ascend
  let node = -1; // root row of variables[next], once it has a live word
  let previous = section.start - 8; // the last word that the collector scans: the type word of an interface is none
  for (const address of maskedWords(go, section)) {
    const mayBeInterface = previous !== address - 8 && address > section.start;
    previous = address;
    while (next < variables.length && endOf(variables[next]!) <= address) {
      next++;
      node = -1;
    }
    const value = go.image.word(address);
    if (value === 0 || !roots.isLive(address, value)) continue;
    const dynamicType = mayBeInterface ? typeWords.typeAt(go.image, address - 8) : 0;
    const variable = variables[next];
    if (variable && variable.address <= address) {
      if (node < 0) node = roots.add({kind: 'global', ...variable});
      roots.addWord(node, address - variable.address, value, address, dynamicType);
    } else {
      const name = `${section.name}+0x${(address - section.start).toString(16)}`;
      roots.addWord(roots.add({kind: 'global', name, address, size: 8}), 0, value, address, dynamicType);
    }
  }
}

function endOf(variable: GlobalVariable): Address {
  return variable.address + variable.size;
}
