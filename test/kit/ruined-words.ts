/**
 * The words by which a Go runtime finds its own things, and where they lie in a core's file: variables, and fields of the structs that these lead
 * to. To be changed into what no sound program has there.
 */
import {closeSync, openSync, readSync, writeSync} from 'node:fs';
import type {GoRuntime} from '../../src/runtime/go-runtime.js';
import {readLayoutTable} from '../../src/runtime/layouts/layout-table.js';
import type {OpenFixture} from './open-fixture.js';
import {tableOf} from './searched-names.js';

export interface RuntimeWord {
  readonly name: string; // `runtime.g.goid of 0xc000002380`
  readonly offset: number; // in the core's file
}

/** Nothing, all ones, what JavaScript's numbers cannot hold, and negative numbers. */
export const RUINS = [0n, 2n ** 64n - 1n, 2n ** 53n + 1n, 2n ** 63n, 0xdead_beef_0000_0007n];
/** Structs of a kind that are looked at. */
const EACH = 4;

export function runtimeWords({go, files}: Pick<OpenFixture, 'go' | 'files'>): RuntimeWord[] {
  const {image} = go;
  const layouts = readLayoutTable(tableOf(go), image.arch);
  const words: RuntimeWord[] = [];
  const add = (name: string, address: number) => {
    const mapping = image.mappings.find(({start, end, source}) => source === files.core.source && address >= start && address + 8 <= end);
    if (mapping) words.push({name, offset: mapping.offset + address - mapping.start});
  };
  for (const variable of tableOf(go).variables.split(' ')) {
    const address = go.findAddress(variable);
    for (let word = 0; address !== undefined && word < 3; word++) add(`${variable}+${word * 8}`, address + word * 8);
  }
  for (const [struct, addresses] of Object.entries(structsOf(go))) {
    for (const address of addresses) {
      for (const [field, {offset}] of layouts.get(struct)?.fields ?? []) {
        add(`${struct}.${field} of 0x${address.toString(16)}`, Math.floor((address + offset) / 8) * 8);
      }
    }
  }
  return words;
}

function structsOf(go: GoRuntime): Record<string, number[]> {
  const {image, layouts} = go;
  const list = (slice: number) =>
    Array.from({length: Math.min(EACH, image.word(slice + 8))}, (_, i) => image.word(image.word(slice) + i * 8));
  const heap = go.address('runtime.mheap_');
  const spans = list(heap + layouts.get('runtime.mheap').offsetOf('allspans'));
  return {
    'runtime.mheap': [heap],
    'runtime.mspan': spans,
    'runtime.g': list(go.address('runtime.allgs')),
    'runtime.m': [image.word(go.address('runtime.allm'))],
    'runtime.p': go.findAddress('runtime.allp') === undefined ? [] : list(go.address('runtime.allp')),
    'runtime.schedt': [go.findAddress('runtime.sched')].filter((address) => address !== undefined),
    'runtime.moduledata': [go.address('runtime.firstmoduledata')],
  };
}

/** Runs `look` on the file with another value at the word, and puts the old one back. */
export async function withRuin(path: string, {offset}: RuntimeWord, value: bigint, look: () => Promise<void>): Promise<void> {
  const file = openSync(path, 'r+');
  const before = Buffer.alloc(8);
  readSync(file, before, 0, 8, offset);
  const ruined = Buffer.alloc(8);
  ruined.writeBigUInt64LE(value);
  writeSync(file, ruined, 0, 8, offset);
  try {
    await look();
  } finally {
    writeSync(file, before, 0, 8, offset);
    closeSync(file);
  }
}
