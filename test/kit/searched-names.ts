/**
 * The runtime's names of a program as a search finds them, beside what its DWARF says: the same core opened as if it were
 * stripped.
 */
import {expect} from 'vitest';
import {WarningLog} from '../../src/base/warnings.js';
import {findProgramData} from '../../src/image/program-data.js';
import {findRuntimeNames, type NameSources} from '../../src/runtime/find-runtime-names.js';
import type {GoRuntime} from '../../src/runtime/go-runtime.js';
import {type LayoutTable, readLayoutTable} from '../../src/runtime/layouts/layout-table.js';
import {LAYOUT_TABLES} from '../../src/runtime/layouts/layout-tables.js';
import type {RuntimeNames} from '../../src/runtime/runtime-names.js';
import type {OpenFixture} from './open-fixture.js';

export interface SearchedNames {
  readonly names: RuntimeNames;
  readonly warnings: WarningLog;
}

export function searchNames({files, go}: Pick<OpenFixture, 'files' | 'go'>, changes: Partial<NameSources> = {}): SearchedNames {
  const warnings = new WarningLog();
  const {image} = go;
  const data = findProgramData(files.executable?.elf, image.bias, image.mappings);
  const path = files.core.path;
  return {names: findRuntimeNames({image, dwarf: undefined, symbols: new Map(), data, path, ...changes}, warnings), warnings};
}

export function tableOf(go: GoRuntime): LayoutTable {
  return LAYOUT_TABLES.get(go.minor)!;
}

/** Every variable that the program has, but for those that the search says are lost, is where its DWARF says. */
export function expectSameAddresses(go: GoRuntime, names: RuntimeNames): void {
  const variables = tableOf(go).variables.split(' ');
  const addresses = (source: Pick<RuntimeNames, 'findAddress'>) => variables.map((name) => [name, source.findAddress(name)] as const);
  // A program that does not use one may lack it, though the search finds where it would be.
  const inProgram = addresses(go).filter(([name, address]) => address !== undefined && !names.lost.includes(name));
  expect(inProgram.length).toBeGreaterThan(10);
  expect(Object.fromEntries(addresses(names))).toMatchObject(Object.fromEntries(inProgram));
}

/** Offset and size of every field that the version's table has and the program has too, and the constants. */
export function expectSameLayouts(go: GoRuntime, names: RuntimeNames): void {
  const places = (source: Pick<RuntimeNames, 'structLayout'>, struct: string, fields: Iterable<string>) => {
    const layout = source.structLayout(struct)!;
    return Object.fromEntries([...fields].map((field) => [`${struct}.${field}`, layout.fields.get(field)?.offset]));
  };
  const structs = [...readLayoutTable(tableOf(go), go.image.arch)].filter(([struct]) => go.names.structLayout(struct) !== undefined);
  expect(structs.length).toBeGreaterThan(20);
  for (const [struct, {fields}] of structs) {
    const inProgram = [...fields.keys()].filter((field) => go.names.structLayout(struct)!.fields.has(field));
    expect(places(names, struct, inProgram)).toEqual(places(go.names, struct, inProgram));
  }
  if (go.goVersion.includes(' X:')) return; // experiments change constants
  for (const [name, value] of Object.entries(tableOf(go).constants)) expect(go.names.findConstant(name) ?? value).toBe(value);
}
