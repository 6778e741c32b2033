/**
 * A function's entry → the variables that its closures hold, with their places in the closure.
 * Truth: DW_AT_go_closure_offset, cmd/internal/dwarf/dwarf.go, Go 1.23 – 1.27; older linkers do not write it. A variable whose use
 * the compiler replaced by that of a register from the start has no entry, and is missing here.
 */
import type {Bytes} from '../base/units.js';
import {DW_AT, DW_TAG} from './constants.js';
import type {Die} from './die.js';
import type {Dwarf} from './dwarf.js';

export interface CapturedVariable {
  readonly name: string; // with `&` in front when the closure holds its address
  readonly offset: Bytes; // in the closure
  readonly typeOffset: number; // entry of its type
}

/** By offset, each place once. Throws `bad-format` when an entry is damaged. */
export function readCapturedVariables(dwarf: Dwarf, fn: Die): CapturedVariable[] {
  const byOffset = new Map<Bytes, CapturedVariable>();
  for (const die of dwarf.children(fn)) {
    if (die.tag !== DW_TAG.variable) continue;
    const origin = die.number(DW_AT.abstract_origin);
    const declaration = origin === undefined ? die : dwarf.die(origin);
    const offset = die.number(DW_AT.go_closure_offset) ?? declaration.number(DW_AT.go_closure_offset);
    const typeOffset = declaration.number(DW_AT.type);
    if (offset === undefined || typeOffset === undefined || byOffset.has(offset)) continue;
    byOffset.set(offset, {name: declaration.string(DW_AT.name) ?? '', offset, typeOffset});
  }
  return [...byOffset.values()].sort((a, b) => a.offset - b.offset);
}
