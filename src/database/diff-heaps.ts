/**
 * Databases of one program → what is different between their heaps. Where they are of one process also which objects died and were born, and with a
 * third one what was born between the first two and lives in the third.
 */
import {checkpoint, type Work} from '../base/progress.js';
import {keptSentences, livesSentences} from '../findings/change-sentences.js';
import {diffRows, placesOfKept, type RowDiff} from '../findings/heap-diff.js';
import type {HeapRows} from '../findings/heap-rows.js';
import {type HeapTrend, trendOfRows} from '../findings/heap-trend.js';
import {compareLives, type ObjectLives, type Sum} from '../findings/object-lives.js';
import type {SqlDatabase} from '../sql/index.js';
import {readHeapRows} from './read-heap-rows.js';
import {readObjectLists, SharedTypes} from './read-object-list.js';

/** Opens a database for as long as it is asked: each is needed several times, and none all the time. */
export type AskDatabase = <T>(ask: (database: SqlDatabase) => Promise<T>) => Promise<T>;

export interface HeapDiff extends RowDiff {
  /** Types of which some died or were born, most bytes born first; null where the dumps are not of one process, or do not say. */
  readonly objects: readonly TypeLivesRow[] | null;
  /** Born between the first two dumps, and alive in the third; null without one of the same process. */
  readonly kept: readonly KeptRow[] | null;
}
export interface TypeLivesRow {
  readonly type: string;
  readonly survived_count: number;
  readonly survived_bytes: number;
  readonly died_count: number;
  readonly died_bytes: number;
  readonly born_count: number;
  readonly born_bytes: number;
}
export interface KeptRow extends Sum {
  readonly name: string; // the path in the third dump
  readonly type: string;
}

/** Their ids are neighbours. */
const MOST_OBJECTS = 'SELECT coalesce(1 + (SELECT max(id) FROM objects) - (SELECT min(id) FROM objects), 0) AS objects'; // each an end of the table

/** Of `before` and `after`; `third` only counts for `kept`. Throws as questions of databases do. */
export async function diffHeaps(
  before: AskDatabase,
  after: AskDatabase,
  third: AskDatabase | undefined,
  work: Work = {},
): Promise<HeapDiff> {
  const rowsOf = async (ask: AskDatabase, done: number) => {
    work.onProgress?.('compare rows', done, 2);
    return ask(readHeapRows);
  };
  const rows = [await rowsOf(before, 0), await rowsOf(after, 1)] as const;
  const diff = diffRows(...rows);
  const [process] = rows.map((heap) => heap.process);
  if (process === '' || rows.some((heap) => heap.process !== process)) return {...diff, objects: null, kept: null};
  const heap = third && (await third(readHeapRows));
  const isThird = heap?.process === process;
  const types = new SharedTypes();
  const {types: lives, kept} = await before((first) =>
    after((second) => {
      const two = [first, second];
      return isThird ? third!((last) => compareObjects([...two, last], types, work)) : compareObjects(two, types, work);
    }),
  );
  const names = types.names();
  const changed = lives.filter(({died, born}) => died.count + born.count > 0);
  const objects = changed.map(({type, survived, died, born}) => ({
    type: names[type]!,
    ...{survived_count: survived.count, survived_bytes: survived.bytes},
    ...{died_count: died.count, died_bytes: died.bytes},
    ...{born_count: born.count, born_bytes: born.bytes},
  }));
  const sentences = [...diff.sentences, ...livesSentences(objects)];
  if (!isThird) return {...diff, sentences, objects, kept: null};
  const paths = new Map(heap!.paths.map(({id, name}) => [id, name]));
  const keptRows = kept.map(({path, type, count, bytes}) => ({name: paths.get(path) ?? '', type: names[type]!, count, bytes}));
  return {...diff, sentences: [...sentences, ...keptSentences(placesOfKept(heap!, kept, names))], objects, kept: keptRows};
}

/** Of two or three databases of one process. */
async function compareObjects(databases: readonly SqlDatabase[], types: SharedTypes, work: Work): Promise<ObjectLives> {
  let total = 0;
  for (const database of databases) total += (await database.rows<{objects: number}>(MOST_OBJECTS))[0]!.objects;
  const [before, after, third] = databases.map(({path}) => readObjectLists(path, types));
  const comparison = compareLives(before!, after!, third);
  for (let step = comparison.next(); ; step = comparison.next()) {
    if (step.done) return step.value;
    work.onProgress?.('compare objects', step.value, total);
    await checkpoint(work);
  }
}

/** Of at least two databases, in the order in which they were dumped. */
export async function trendOfHeaps(heaps: readonly AskDatabase[]): Promise<HeapTrend> {
  const rows: HeapRows[] = [];
  for (const ask of heaps) rows.push(await ask(readHeapRows));
  return trendOfRows(rows);
}
