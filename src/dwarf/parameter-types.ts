/**
 * A function's entry → the types of its parameters, results left out. Those of a function that was inlined elsewhere are named by its
 * abstract origin. Truth: DWARF 5 section 3.3, cmd/internal/dwarf/dwarf.go, Go 1.17 – 1.27.
 */
import {DW_AT, DW_TAG} from './constants.js';
import type {Die} from './die.js';
import type {Dwarf} from './dwarf.js';

/** Entries of the types, in the order of the parameters. Throws `bad-format` when an entry is damaged. */
export function readParameterTypes(dwarf: Dwarf, fn: Die): number[] {
  const types: number[] = [];
  for (const die of dwarf.children(fn)) {
    if (die.tag !== DW_TAG.formal_parameter) continue;
    const origin = die.number(DW_AT.abstract_origin);
    const declaration = origin === undefined ? die : dwarf.die(origin);
    const type = declaration.number(DW_AT.type);
    if (type !== undefined && declaration.number(DW_AT.variable_parameter) !== 1) types.push(type);
  }
  return types;
}
