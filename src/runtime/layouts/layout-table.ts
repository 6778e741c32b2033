/**
 * What the runtime's structs and constants look like in one minor version of Go, for programs without DWARF. A struct is
 * written as `size field@offset[:size] …`; a field is 8 bytes unless it says otherwise. The tables beside this file are
 * written by fixtures/make-layouts.js. They are hints: layouts change within a minor version too (search/layout-guess.ts).
 */
import type {Bytes} from '../../base/units.js';
import type {Arch} from '../../image/core-notes.js';
import type {FieldPlace, StructPlaces} from '../layout.js';

export interface LayoutTable {
  readonly go: string; // the release that the table was made from, 1.26.8
  readonly constants: Readonly<Record<string, number>>;
  /** Those of the runtime's variables that goheap uses and that this version has, with spaces between them. */
  readonly variables: string;
  readonly structs: Readonly<Record<string, string>>; // of amd64
  readonly arm64: Readonly<Record<string, string>>; // only structs that differ there
  /** By GOEXPERIMENT: structs that it changes or adds, on amd64. */
  readonly experiments: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** `experiments`: GOEXPERIMENTs of the program's build. */
export function readLayoutTable(table: LayoutTable, arch: Arch, experiments: readonly string[] = []): Map<string, StructPlaces> {
  const texts: Record<string, string> = {...table.structs};
  for (const experiment of experiments) Object.assign(texts, table.experiments[experiment]);
  if (arch === 'arm64') Object.assign(texts, table.arm64);
  return new Map(Object.entries(texts).map(([name, text]) => [name, readStruct(text)]));
}

function readStruct(text: string): StructPlaces {
  const [size, ...fields] = text.split(' ');
  return {size: Number(size), fields: new Map(fields.map(readField))};
}

function readField(text: string): [string, FieldPlace] {
  const [name = '', place = ''] = text.split('@');
  const [offset, size = '8'] = place.split(':');
  return [name, {offset: Number(offset), size: Number(size) satisfies Bytes}];
}
