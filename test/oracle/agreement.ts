/**
 * All comparisons of one database with the heap dump and the printed truth of the same process, as a list that tests check
 * and the matrix prints. Root words: data and bss must be the same set of words; of stacks, those of goroutines that stood
 * still between dump and core (not the one that wrote the dump, not the runtime's own). The dump does not list the words of
 * stack objects, so words that only the database has are counted, not judged, on stacks.
 */
import type Database from 'better-sqlite3';
import {
  type Comparison,
  compareMasks,
  compareObjects,
  comparePointers,
  findHeapWords,
  findNewObjects,
  readDatabaseSide,
} from './compare.js';
import {buildDumpGraph, type DumpGraph} from './dump-graph.js';
import type {HeapDump} from './heap-dump.js';
import type {Truth} from './truth.js';

export interface Agreement {
  readonly objects: Comparison;
  readonly pointers: Comparison;
  readonly masks: Comparison;
  readonly globals: Comparison;
  readonly stacks: Comparison;
  readonly wordsOwnedTwice: readonly string[];
  /** Objects that appeared between dump and core. */
  readonly newObjects: number;
  readonly newBytes: number;
  /** SUM(size) less MemStats.HeapAlloc, less what is new. */
  readonly unexplainedBytes: number;
  readonly stackWordsOnlyInDatabase: number;
}

export function computeAgreement(database: Database.Database, dump: HeapDump, truth: Truth): Agreement {
  const graph = buildDumpGraph(dump);
  const side = readDatabaseSide(database);
  const words = readRootWords(database);
  const added = findNewObjects(side, dump);
  const newBytes = added.reduce((sum, {size}) => sum + size, 0);
  const bytes = side.objects.reduce((sum, {size}) => sum + size, 0);
  const stacks = compareStacks(words, dump, graph);
  return {
    objects: compareObjects(side, dump),
    pointers: comparePointers(side, graph),
    masks: compareMasks(side, dump),
    globals: compareGlobals(words, dump, graph),
    stacks,
    wordsOwnedTwice: findWordsOwnedTwice(words),
    newObjects: added.length,
    newBytes,
    unexplainedBytes: bytes - truth.memstats.HeapAlloc! - newBytes,
    stackWordsOnlyInDatabase: stacks.onlyInDatabase,
  };
}

interface Word {
  readonly kind: string;
  readonly name: string | null;
  readonly goroutine: number | null;
  readonly address: number;
  readonly pointsTo: number;
}

function readRootWords(database: Database.Database): Word[] {
  return database
    .prepare(
      `SELECT r.kind, r.name, r.goroutine_id AS goroutine, r.address + e.offset AS address, o.address + e.target_offset AS pointsTo
       FROM roots r JOIN edges e ON e.source_id = r.id JOIN objects o ON o.id = e.target_id WHERE r.address IS NOT NULL`,
    )
    .all() as Word[];
}

/** Words in data and bss: those of the masks, all of them and no other. */
function compareGlobals(words: readonly Word[], dump: HeapDump, graph: DumpGraph): Comparison {
  const expected = new Map([...findHeapWords(dump.data, graph), ...findHeapWords(dump.bss, graph)]);
  const found = new Map(words.filter(({kind}) => kind === 'global').map((word) => [word.address, word]));
  const differences: string[] = [];
  for (const [address, pointsTo] of expected) {
    const word = found.get(address);
    if (word === undefined) differences.push(`global word ${hex(address)} -> ${hex(pointsTo)} belongs to no root node`);
    else if (word.pointsTo !== pointsTo)
      differences.push(`${word.name} ${hex(address)}: ${hex(word.pointsTo)} now, ${hex(pointsTo)} in the dump`);
  }
  for (const [address, word] of found) {
    if (!expected.has(address))
      differences.push(`${word.name} ${hex(address)} -> ${hex(word.pointsTo)}: no pointer into the heap in the dump`);
  }
  return {compared: expected.size, differences};
}

function compareStacks(words: readonly Word[], dump: HeapDump, graph: DumpGraph): Comparison & {onlyInDatabase: number} {
  const onStack = words.filter(({kind}) => kind === 'goroutine' || kind === 'local' || kind === 'conservative');
  const found = new Map(onStack.map((word) => [word.address, word]));
  const differences: string[] = [];
  const expected = new Set<number>();
  const still = dump.goroutines.filter(({system, id}) => !system && id !== 1);
  for (const goroutine of still) {
    for (const frame of goroutine.frames) {
      for (const [address, pointsTo] of findHeapWords(frame, graph)) {
        expected.add(address);
        const word = found.get(address);
        const where = `goroutine ${goroutine.id} ${frame.name} ${hex(address)}`;
        if (word === undefined) differences.push(`${where} -> ${hex(pointsTo)} belongs to no root node`);
        else if (word.pointsTo !== pointsTo) differences.push(`${where}: ${hex(word.pointsTo)} now, ${hex(pointsTo)} in the dump`);
        else if (word.goroutine !== goroutine.id) differences.push(`${where} belongs to goroutine ${word.goroutine}`);
      }
    }
  }
  const ids = new Set(still.map(({id}) => id));
  const onlyInDatabase = onStack.filter(
    ({goroutine, address}) => goroutine !== null && ids.has(goroutine) && !expected.has(address),
  ).length;
  return {compared: expected.size, differences, onlyInDatabase};
}

/** No two root nodes own one word; the copies that a finalizer keeps of its object's words are no root words. */
function findWordsOwnedTwice(words: readonly Word[]): string[] {
  const owner = new Map<number, Word>();
  const twice: string[] = [];
  for (const word of words) {
    if (word.kind === 'finalizer-object' || word.kind === 'register') continue;
    const other = owner.get(word.address);
    if (other !== undefined) twice.push(`${hex(word.address)}: ${other.kind} ${other.name} and ${word.kind} ${word.name}`);
    owner.set(word.address, word);
  }
  return twice;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
