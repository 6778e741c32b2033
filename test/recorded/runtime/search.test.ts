/**
 * The search for the runtime's names against the DWARF of the same program, and what it does when a layout is not what its
 * table says.
 */
import {afterAll, describe, expect, test} from 'vitest';
import {StringTable} from '../../../src/base/string-table.js';
import {findSection} from '../../../src/elf/elf-file.js';
import {readSymbols} from '../../../src/elf/symbols.js';
import {measureMemory} from '../../../src/heap/memory-use.js';
import {readHeap} from '../../../src/heap/read-heap.js';
import {findProgramData} from '../../../src/image/program-data.js';
import {PageRuns} from '../../../src/image/touched-pages.js';
import {inflate} from '../../../src/image/unpack/decompress.js';
import {FunctionTypeFinder} from '../../../src/runtime/functions/function-types.js';
import {readSectionGlobals} from '../../../src/runtime/globals.js';
import {type GoRuntime, readGoRuntime} from '../../../src/runtime/go-runtime.js';
import type {StructPlaces} from '../../../src/runtime/layout.js';
import type {LayoutTable} from '../../../src/runtime/layouts/layout-table.js';
import {LAYOUT_TABLES} from '../../../src/runtime/layouts/layout-tables.js';
import {readSpans} from '../../../src/runtime/memory/spans.js';
import {readTypeWords} from '../../../src/runtime/types/type-words.js';
import {fixtureNames} from '../../kit/fixtures.js';
import {type OpenFixture, openFixture} from '../../kit/open-fixture.js';
import {expectSameAddresses, expectSameLayouts, searchNames, tableOf} from '../../kit/searched-names.js';

describe.each(fixtureNames())('%s', (name) => {
  const opened = openFixture(name);
  const {files, go} = opened;
  afterAll(() => files.close());

  const {names, warnings} = searchNames(opened);

  test('a search finds what DWARF tells', () => {
    expect(names.source).toBe('search');
    expect(names.lost).toEqual([]);
    expect(warnings.list()).toEqual([]);
    expectSameAddresses(go, names);
    expectSameLayouts(go, names);
  });

  test('without the stamp of its linker the version is a string of the program', () => {
    const stamp = findSection(files.executable!.elf, '.go.buildinfo')!;
    const {mappings, bias} = go.image;
    const [first, ...others] = findProgramData(files.executable!.elf, bias, mappings);
    const data = [{start: stamp.address + stamp.size + bias, end: first!.end}, ...others];
    const unstamped = searchNames(opened, {data});
    expect(unstamped.names.goVersion).toBe(go.goVersion);
    expect(unstamped.warnings.list()).toMatchObject([
      {code: 'go-version-guessed', message: expect.stringContaining(`read as ${go.goVersion}, `)},
    ]);
    expectSameLayouts(go, unstamped.names);
  });

  test('symbols tell addresses, the table the layouts', () => {
    const withSymbols = searchNames(opened, {symbols: readSymbols(files.debug!.elf, inflate)});
    expect(withSymbols.names.source).toBe('symbols');
    expect(withSymbols.warnings.list()).toEqual([]);
    expectSameAddresses(go, withSymbols.names);
    expectSameLayouts(go, withSymbols.names);
  });

  test('the tables have every name that readers ask for', async () => {
    const asked = await recordAskedNames(opened);
    const layout = (struct: string) => names.structLayout(struct)?.fields;
    expect(asked.fields.size).toBeGreaterThan(80);
    expect([...asked.fields].filter(([, [struct, field]]) => !layout(struct)?.has(field)).map(([key]) => key)).toEqual([]);
    expect([...asked.variables].filter((variable) => names.findAddress(variable) === undefined)).toEqual([]);
    expect([...asked.constants].filter((constant) => names.findConstant(constant) === undefined)).toEqual([]);
  });
});

describe('layouts that another release changed', () => {
  const opened = openFixture('zoo-1.26.8');
  afterAll(() => opened.files.close());

  test.each([
    ['runtime.m', 'alllink', 24],
    ['runtime.m', 'procid', -8],
    ['runtime.g', 'atomicstatus', 16],
    ['runtime.g', 'm', 8],
    ['runtime.mspan', 'allocBits', 8],
    ['runtime.mspan', 'startAddr', 16],
    ['runtime.mheap', 'arenas', -64],
    ['runtime.heapArena', 'pageInUse', 64],
    ['runtime.moduledata', 'textsectmap', -8],
    ['runtime.moduledata', 'gcdatamask', -8],
  ])('%s from %s on, by %i bytes', (struct, field, by) => {
    const {names, warnings} = searchNames(opened, {tables: changedTables(opened.go, struct, field, by)});
    expect(warnings.list().map(({code, message}) => [code, message.includes(struct)])).toEqual([['layout-repaired', true]]);
    expectSameAddresses(opened.go, names);
    const offset = (source: GoRuntime['names']) => source.structLayout(struct)!.fields.get(field)!.offset;
    expect(offset(names)).toBe(offset(opened.go.names));
  });

  test('that nothing explains are an error that names the struct', () => {
    const tables = changedTables(opened.go, 'runtime.m', 'g0', 1000);
    expect(() => searchNames(opened, {tables})).toThrow(
      expect.objectContaining({code: 'unsupported', message: expect.stringMatching(/runtime\.m in go1\.26\.8 does not fit the dump/)}),
    );
  });
});

describe('programs that cannot be read', () => {
  const opened = openFixture('tiny-1.27.1');
  afterAll(() => opened.files.close());

  test('no Go', () => {
    expect(() => searchNames(opened, {data: []})).toThrow(
      expect.objectContaining({code: 'unsupported', message: expect.stringMatching(/not a Go program: nothing in its memory says/)}),
    );
  });

  test('a version without layouts', () => {
    const tables = new Map([...LAYOUT_TABLES].filter(([minor]) => minor !== 27).map(([minor, table]) => [minor * 2, table]));
    expect(() => searchNames(opened, {tables})).toThrow(
      expect.objectContaining({code: 'unsupported', message: expect.stringMatching(/goheap has no layouts of go1\.27\.1/)}),
    );
  });
});

test('a version newer than all tables is read by the newest of them, as far as it fits', () => {
  const opened = openFixture('tiny-1.26.8');
  const {names, warnings} = searchNames(opened, {tables: new Map([...LAYOUT_TABLES].filter(([minor]) => minor < 26))});
  // Go 1.26 put a field into moduledata.
  expect(warnings.list().map(({code, message}) => [code, message.includes('runtime.moduledata')])).toEqual([['layout-repaired', true]]);
  expectSameAddresses(opened.go, names);
  opened.files.close();
});

/** Reads a heap by DWARF and notes which of its names were of use. */
async function recordAskedNames({files, go, warnings, fixture}: OpenFixture) {
  const fields = new Map<string, readonly [struct: string, field: string]>();
  const variables = new Set<string>();
  const constants = new Set<string>();
  const note = (struct: string, layout: StructPlaces): StructPlaces => {
    const places = new Map(layout.fields);
    places.get = (field) => {
      const place = layout.fields.get(field);
      if (place) fields.set(`${struct}.${field}`, [struct, field]);
      return place;
    };
    return {size: layout.size, fields: places};
  };
  const names: GoRuntime['names'] = {
    ...go.names,
    structLayout: (struct) => {
      const layout = go.names.structLayout(struct);
      return layout && note(struct, layout);
    },
    findAddress: (variable) => {
      const address = go.names.findAddress(variable);
      if (address !== undefined) variables.add(variable);
      return address;
    },
    findConstant: (name) => {
      const value = go.names.findConstant(name);
      if (value !== undefined) constants.add(name);
      return value;
    },
  };
  const recording = readGoRuntime(go.image, names, go.dwarf, warnings, fixture.executable);
  const {threads} = files.core;
  const {spans, objects, goroutines, machines} = await readHeap(
    recording,
    {
      runtime: readSpans(recording),
      threads,
      globals: {sections: readSectionGlobals(recording, new Map()), blocks: []},
      typeWords: readTypeWords(recording),
      functionTypes: new FunctionTypeFinder(recording, new Map()),
    },
    new StringTable(),
    {},
  );
  measureMemory(recording, {spans, objects, goroutines, machines, variables: []}, files.addressSpace(go.image.bias), new PageRuns());
  return {fields, variables, constants};
}

/** The tables with one struct of the program's version as it would be in a release that lacks or has something before the field. */
function changedTables(go: GoRuntime, struct: string, from: string, by: number): Map<number, LayoutTable> {
  const table = tableOf(go);
  const [size, ...fields] = table.structs[struct]!.split(' ');
  const first = fields.findIndex((field) => field.startsWith(`${from}@`));
  const moved = fields.map((field, i) => (i < first ? field : field.replace(/@(\d+)/, (_, offset) => `@${Number(offset) + by}`)));
  const structs = {...table.structs, [struct]: [Number(size) + by, ...moved].join(' ')};
  return new Map(LAYOUT_TABLES).set(go.minor, {...table, structs});
}
