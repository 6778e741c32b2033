/**
 * A database → what a report tells of it, as rows of the named queries: numbers stay numbers, and what is cut off is only what comes last in a list.
 */
import type {Work} from '../base/progress.js';
import {type AskDatabase, diffHeaps, type HeapDiff} from '../database/diff-heaps.js';
import {readGoroutineStacks, type Stack} from '../database/goroutine-stacks.js';
import {goroutineGroups} from '../database/queries/goroutine-queries.js';
import {histogramByOwner, histogramByType} from '../database/queries/histogram-queries.js';
import {holders} from '../database/queries/holder-queries.js';
import {type RowOf, runQuery} from '../database/queries/run-query.js';
import {suspects} from '../database/queries/suspect-queries.js';
import {waste, wasteByKind} from '../database/queries/waste-queries.js';
import {type ReadInfo, readInfo} from '../database/read-info.js';
import type {SqlDatabase} from '../sql/index.js';

/** Rows of each list: as many as somebody reads who does not ask further. */
const ROWS = {findings: 20, holders: 12, owners: 12, types: 15, groups: 10, waste: 12, warnings: 20, frames: 24};

export interface Report extends Omit<ReadInfo, 'roots'> {
  readonly findings: readonly RowOf<typeof suspects>[];
  readonly holders: readonly RowOf<typeof holders>[];
  readonly owners: readonly RowOf<typeof histogramByOwner>[];
  readonly types: readonly RowOf<typeof histogramByType>[];
  readonly groups: readonly Stack[]; // the program's own come first; of each the innermost frames
  readonly waste: readonly RowOf<typeof waste>[];
  readonly waste_by_kind: readonly RowOf<typeof wasteByKind>[];
  readonly comparison: HeapDiff | null; // with an earlier dump, where one was given
}

/** `input`: as the commands that findings name are to call it. */
export async function readReport(database: SqlDatabase, input: string): Promise<Report> {
  const {roots: _, ...info} = await readInfo(database);
  const heads = await runQuery(database, goroutineGroups, {filter: '', leaked: 0, limit: ROWS.groups});
  const groups = await readGoroutineStacks(database, heads, false);
  const findings = await runQuery(database, suspects, {limit: ROWS.findings});
  return {
    ...info,
    warnings: info.warnings.slice(0, ROWS.warnings),
    findings: findings.map((row) => ({...row, next: row.next!.replace('INPUT', () => input)})),
    holders: await runQuery(database, holders, {limit: ROWS.holders}),
    owners: await runQuery(database, histogramByOwner, {filter: '', limit: ROWS.owners}),
    types: await runQuery(database, histogramByType, {filter: '', limit: ROWS.types}),
    groups: groups.map((group) => ({...group, frames: group.frames.slice(0, ROWS.frames)})),
    waste: await runQuery(database, waste, {kind: '', limit: ROWS.waste}),
    waste_by_kind: await runQuery(database, wasteByKind, {kind: '', limit: ROWS.waste}),
    comparison: null,
  };
}

/** Rows of each of the comparison's tables. */
const CHANGED = 12;

/** The same with what is different from an earlier dump. */
export async function compareReport(report: Report, before: AskDatabase, after: AskDatabase, work: Work): Promise<Report> {
  const diff = await diffHeaps(before, after, undefined, work);
  const cut = <T>(rows: readonly T[]) => rows.slice(0, CHANGED);
  const lists = Object.entries(diff).map(([key, value]) => [key, Array.isArray(value) ? cut(value) : value] as const);
  return {...report, comparison: Object.fromEntries(lists) as unknown as HeapDiff};
}
