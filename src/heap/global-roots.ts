/**
 * Words of data and bss → one root node per package-level variable that leads to the heap.
 */
import type {Address} from '../base/units.js';
import {type ElfSymbol, type GlobalVariable, maskedWords, readGlobals} from '../runtime/globals.js';
import type {GoRuntime} from '../runtime/go-runtime.js';
import type {MaskedSection} from '../runtime/modules.js';
import type {RootBuilder} from './root-builder.js';

export function addGlobalRoots(go: GoRuntime, symbols: ReadonlyMap<string, ElfSymbol>, roots: RootBuilder): void {
  for (const module of go.modules) for (const section of module.sections) addSection(go, symbols, section, roots);
}

function addSection(go: GoRuntime, symbols: ReadonlyMap<string, ElfSymbol>, section: MaskedSection, roots: RootBuilder): void {
  const variables = readGlobals(go, symbols, section.start, section.end);
  let next = 0; // words and variables both ascend
  let node = -1; // root row of variables[next], once it has a live word
  for (const address of maskedWords(go, section)) {
    while (next < variables.length && endOf(variables[next]!) <= address) {
      next++;
      node = -1;
    }
    const value = go.image.word(address);
    if (value === 0 || !roots.isLive(address, value)) continue;
    const variable = variables[next];
    if (variable && variable.address <= address) {
      if (node < 0) node = roots.add({kind: 'global', ...variable});
      roots.addWord(node, address - variable.address, value, address);
    } else {
      const name = `${section.name}+0x${(address - section.start).toString(16)}`;
      roots.addWord(roots.add({kind: 'global', name, address, size: 8}), 0, value, address);
    }
  }
}

function endOf(variable: GlobalVariable): Address {
  return variable.address + variable.size;
}
