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
  type Difference,
  findHeapWords,
  findNewObjects,
  findUnexplained,
  readDatabaseSide,
} from './compare.js';
import {withCoreWords} from './core-words.js';
import {buildDumpGraph, type DumpGraph} from './dump-graph.js';
import {type HeapDump, readHeapDump} from './heap-dump.js';
import {readTruth} from './truth.js';

export interface Agreement {
  readonly objects: Comparison;
  readonly pointers: Comparison;
  readonly masks: Comparison;
  readonly globals: Comparison;
  readonly stacks: Comparison;
  /** The differences above that the core itself does not confirm. */
  readonly unexplained: readonly string[];
  readonly wordsOwnedTwice: readonly string[];
  /** Objects that appeared between dump and core. */
  readonly newObjects: number;
  readonly newBytes: number;
  /** What the program allocated between its MemStats and the dump: the runtime then may have started a thread. */
  readonly bytesBeforeDump: number;
  /** SUM(size) less MemStats.HeapAlloc, less what was allocated before and after the dump. */
  readonly unexplainedBytes: number;
  readonly stackWordsOnlyInDatabase: number;
}

export interface AgreementFiles {
  readonly core: string;
  readonly heapDump: string;
  readonly truth: string;
}

export function computeAgreement(database: Database.Database, files: AgreementFiles): Agreement {
  const dump = readHeapDump(files.heapDump);
  const graph = buildDumpGraph(dump);
  const side = readDatabaseSide(database);
  const words = readRootWords(database);
  const added = findNewObjects(side, dump);
  const newBytes = added.reduce((sum, {size}) => sum + size, 0);
  const bytes = side.objects.reduce((sum, {size}) => sum + size, 0);
  const heapAlloc = readTruth(files.truth).memstats.HeapAlloc!;
  const bytesBeforeDump = dump.memstats.HeapAlloc! - heapAlloc;
  const {onlyInDatabase, ...stacks} = compareStacks(words, dump, graph);
  const comparisons = {
    objects: compareObjects(side, dump),
    pointers: comparePointers(side, graph),
    masks: compareMasks(side, dump),
    globals: compareGlobals(words, dump, graph),
    stacks,
  };
  const differences = Object.values(comparisons).flatMap((comparison) => comparison.differences);
  return {
    ...comparisons,
    unexplained: withCoreWords(files.core, (readWord) => findUnexplained(side, differences, readWord)),
    wordsOwnedTwice: findWordsOwnedTwice(words),
    newObjects: added.length,
    newBytes,
    bytesBeforeDump,
    unexplainedBytes: bytes - heapAlloc - bytesBeforeDump - newBytes,
    stackWordsOnlyInDatabase: onlyInDatabase,
  };
}

/** _Gwaiting; the goroutine that writes the dump says so as well. */
const WAITING = 4;

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
  const found = new Map(words.filter(({kind}) => kind === 'global' || kind === 'static').map((word) => [word.address, word]));
  const differences: Difference[] = [];
  for (const [address, pointsTo] of expected) {
    const word = found.get(address);
    if (word?.pointsTo === pointsTo) continue;
    const text = `${word?.name ?? 'global word'} ${hex(address)}: ${hex(word?.pointsTo)} now, ${hex(pointsTo)} in the dump`;
    differences.push({text, word: {address, found: word?.pointsTo}});
  }
  for (const [address, word] of found) {
    if (expected.has(address)) continue;
    const text = `${word.name} ${hex(address)}: ${hex(word.pointsTo)} now, no pointer into the heap in the dump`;
    differences.push({text, word: {address, found: word.pointsTo}});
  }
  return {compared: expected.size, differences};
}

function compareStacks(words: readonly Word[], dump: HeapDump, graph: DumpGraph): Comparison & {onlyInDatabase: number} {
  const onStack = words.filter(({kind}) => kind === 'goroutine' || kind === 'local' || kind === 'conservative');
  const found = new Map(onStack.map((word) => [word.address, word]));
  const differences: Difference[] = [];
  const expected = new Set<number>();
  const still = dump.goroutines.filter(({system, status, id}) => !system && status === WAITING && id !== 1);
  for (const goroutine of still) {
    for (const frame of goroutine.frames) {
      for (const [address, pointsTo] of findHeapWords(frame, graph)) {
        expected.add(address);
        const word = found.get(address);
        if (word?.pointsTo === pointsTo && word.goroutine === goroutine.id) continue;
        const whose = word === undefined || word.goroutine === goroutine.id ? '' : ` in goroutine ${word.goroutine}`;
        const text = `goroutine ${goroutine.id} ${frame.name} ${hex(address)}: ${hex(word?.pointsTo)} now${whose}, ${hex(pointsTo)} in the dump`;
        differences.push(whose === '' ? {text, word: {address, found: word?.pointsTo}} : {text});
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

function hex(value: number | undefined): string {
  return value === undefined ? 'nothing' : `0x${value.toString(16)}`;
}
