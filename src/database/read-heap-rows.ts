/**
 * A database → the rows by which its heap is compared with another dump of the program (findings).
 */
import type {HeapRows} from '../findings/heap-rows.js';
import type {HeapPath, PathObjects} from '../findings/path-changes.js';
import type {HeapRow} from '../findings/row-series.js';
import {type ThreadWord, threadWord} from '../graph/language.js';
import type {SqlDatabase} from '../sql/index.js';
import {allocationSites, allPaths, allPathTypes, closureCaptures, goroutinesByCalls} from './queries/diff-queries.js';
import {histogramByOwner, histogramByPackage, histogramByType} from './queries/histogram-queries.js';
import {holders} from './queries/holder-queries.js';
import {facts, memory} from './queries/info-queries.js';
import {type Query, type RowOf, runQuery} from './queries/run-query.js';
import {waste} from './queries/waste-queries.js';

/** Of a query with a limit. */
const ALL = {filter: '', limit: -1};
const MOST_HOLDERS = {limit: Number.MAX_SAFE_INTEGER};
/** Calls of a goroutine or of an allocation that its name has. */
const NAMED_CALLS = 3;
const OF_THE_RUNTIME = /^(?:runtime|internal|sync|time)[./]/;

export async function readHeapRows(database: SqlDatabase): Promise<HeapRows> {
  const rows = async <Q extends Query>(query: Q, params: Parameters<typeof runQuery<Q>>[2], row: (row: RowOf<Q>) => HeapRow) =>
    (await runQuery(database, query, params)).map(row);
  const meta = new Map((await runQuery(database, facts, {})).map(({key, value}) => [key, value as string | number | null]));
  const thread = threadWord(meta.get('language'));
  return {
    buildId: String(meta.get('build_id') ?? ''),
    process: String(meta.get('process_identity') ?? ''),
    thread,
    bytes: Number(meta.get('reachable_bytes')),
    sections: {
      holders: (await rows(holders, MOST_HOLDERS, holderRow)).filter(({name}) => name !== ''),
      owners: await rows(histogramByOwner, ALL, ({owner, kind, objects, bytes}) => named(owner, objects, bytes, kind)),
      types: await rows(histogramByType, ALL, ({type, objects, bytes, type_id: id}) => ({...named(type, objects, bytes), id})),
      packages: await rows(histogramByPackage, ALL, (row) => named(row.package ?? 'unknown', row.objects, row.bytes)),
      goroutine_groups: await rows(goroutinesByCalls, {}, (row) => goroutineRow(row, thread)),
      memory: await rows(memory, {}, ({category, part, bytes}) => named(`${category} ${part}`, null, bytes)),
      waste: await rows(waste, {kind: '', limit: -1}, (row) => named(`${row.kind} ${row.path ?? ''}`, row.count, row.bytes, row.type)),
      sites: await rows(allocationSites, {}, siteRow),
    },
    paths: await readPaths(database),
    closures: new Map((await runQuery(database, closureCaptures, {})).map(({name, captures}) => [name!, captures!])),
  };
}

function named(name: string | null, count: number | null, bytes: number | null, kind: string | null = ''): HeapRow {
  return {key: `${name} ${kind}`, name: name ?? '', count, bytes: bytes ?? 0};
}

/** What gathers the same elsewhere has moved. */
function holderRow({name, type, count, retained, gathers_type, node_id: id}: RowOf<typeof holders>): HeapRow {
  const likeness = gathers_type === null || type === null ? undefined : `${type} ${gathers_type}`;
  return {...named(name, count, retained), id, likeness};
}

function goroutineRow(
  {id, function: entry, wait_reason, goroutines, bytes, calls}: RowOf<typeof goroutinesByCalls>,
  thread: ThreadWord,
): HeapRow {
  const at = functionsOf(calls).find((call) => !OF_THE_RUNTIME.test(call));
  const place = at === undefined || at === entry ? '' : ` at ${at}`;
  const name = `${thread} ${entry ?? '?'}${place}${wait_reason === null ? '' : ` [${wait_reason}]`}`;
  return {...named(name, goroutines, bytes), id, key: `${calls} ${wait_reason}`};
}

function siteRow({stack, live_objects, live_bytes}: RowOf<typeof allocationSites>): HeapRow {
  const calls = functionsOf(stack).filter((call) => !OF_THE_RUNTIME.test(call));
  return {...named(calls.slice(0, NAMED_CALLS).join(' ← ') || 'runtime', live_objects, live_bytes), key: stack ?? ''};
}

function functionsOf(json: string | null): string[] {
  return (JSON.parse(json ?? '[]') as (string | null)[]).filter((name) => name !== null);
}

async function readPaths(database: SqlDatabase): Promise<HeapPath[]> {
  const types = new Map<number, PathObjects[]>();
  for (const {path_id, type, package: path, kind, objects, values, bytes} of await runQuery(database, allPathTypes, {})) {
    const row = {type: type!, package: path ?? '', kind: kind!, objects: objects!, values: values!, bytes: bytes!};
    const list = types.get(path_id!);
    if (list) list.push(row);
    else types.set(path_id!, [row]);
  }
  const rows = await runQuery(database, allPaths, {});
  return rows.map(({id, parent_id, name, held_bytes}) => {
    return {id: id!, parent: parent_id, name: name!, held: held_bytes!, types: types.get(id!) ?? []};
  });
}
