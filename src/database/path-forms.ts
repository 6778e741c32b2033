/**
 * Paths to one node → those that differ in more than keys, indices and goroutines. A path's form is its generalized text: `[…]` for every index, a
 * local by its name and function, a goroutine by its function; of steps that repeat, as in lists and trees, the first stays, and `…` stands for the
 * others. A thousand workers that hold a node in the same way are one form.
 */
import type {Work} from '../base/progress.js';
import type {TypeTable} from '../graph/heap-graph.js';
import type {SqlDatabase} from '../sql/index.js';
import {partOfHolder} from '../values/path-expression.js';
import {type Query, type RowOf, runQuery} from './queries/run-query.js';
import {beginSearch, type FoundPath, type Wanted} from './search-paths.js';

/** `nodes` is a JSON array. */
const formRows = {
  id: 'path-forms',
  title: 'What the form of a path depends on',
  sql: `SELECT coalesce(o.type_id, r.type_id, 0) AS type_id, coalesce(o.length, 1) AS length, coalesce(o.header, 0) AS header, r.kind, r.name,
      r.goroutine_id, coalesce(f.function, g.function) AS function
    FROM json_each(:nodes) p LEFT JOIN objects o ON o.id = p.value LEFT JOIN roots r ON r.id = p.value
      LEFT JOIN frames f ON f.id = r.frame_id LEFT JOIN goroutines g ON g.id = r.goroutine_id
    ORDER BY p.key`,
  params: {nodes: 'text'},
  columns: {type_id: 'type', length: 'count', header: 'bytes', kind: 'text', name: 'text', goroutine_id: 'number', function: 'text'},
} as const satisfies Query;

export interface PathOfForm {
  /** The first that was found. */
  readonly path: FoundPath;
  /** Paths of this form, each from another root node. */
  readonly count: number;
}
export interface PathsByForm {
  readonly paths: readonly PathOfForm[];
  /** False: the search ended early; there may be more, and counts are lower bounds. */
  readonly exact: boolean;
  /** As of `searchPaths`. */
  readonly dominates: Uint8Array;
}

/** Paths that are looked at, and how long. Once there are as many forms as wanted, counting goes on for a moment only. */
const MOST_PATHS = 10_000;
const MOST_SECONDS = 10;
const COUNTING_SECONDS = 1;
/** Steps at each end of a path that make its form. */
const ENDS = 64;

/** Up to `wanted.count` forms, in the order of the search. Rejects with `signal.reason` when aborted. */
export async function searchPathForms(
  database: SqlDatabase,
  types: TypeTable,
  id: number,
  wanted: Wanted,
  work: Work = {},
): Promise<PathsByForm> {
  const limits = wanted.limits ?? {places: Number.POSITIVE_INFINITY, seconds: MOST_SECONDS};
  const search = await beginSearch(database, id, {...wanted, limits}, work);
  const forms = new Map<string, {path: FoundPath; count: number}>();
  const startMs = performance.now();
  let seen = 0;
  let isCut = false;
  if (wanted.count > 0)
    for await (const path of search.paths) {
      const form = await readForm(database, types, path);
      const known = forms.get(form);
      if (known) known.count++;
      else if (forms.size < wanted.count) forms.set(form, {path, count: 1});
      const seconds = (performance.now() - startMs) / 1000;
      isCut = ++seen >= MOST_PATHS || (forms.size >= wanted.count && (wanted.count === 1 || seconds > COUNTING_SECONDS));
      if (isCut) break;
    }
  return {paths: [...forms.values()], exact: !isCut && !search.gaveUp(), dominates: search.dominates};
}

async function readForm(database: SqlDatabase, types: TypeTable, {sources, offsets}: FoundPath): Promise<string> {
  const steps = [...sources.keys()].filter((step) => step < ENDS || step >= sources.length - ENDS);
  const rows = await runQuery(database, formRows, {nodes: JSON.stringify(steps.map((step) => sources[step]))});
  const form = rows.length === 0 ? [] : [formOfRoot(rows[0]!)];
  rows.forEach((row, at) => {
    if (at === 0 && row.kind === 'goroutine') return; // where on its stack a word lies says nothing
    const holder = {type: row.type_id!, length: row.length!, header: row.header!};
    const {path} = partOfHolder({types}, holder, offsets[steps[at]!]!);
    extend(form, `${row.type_id} ${path.replaceAll(/\[\d+\]/g, '[…]')}`);
  });
  return form.join('\n');
}

function formOfRoot({kind, name, goroutine_id, function: within}: RowOf<typeof formRows>): string {
  if (goroutine_id === null) return `${kind} ${name}`;
  return kind === 'local' ? `${name} in ${within}` : `${kind} of ${within}`;
}

/** A step that is there already leads back to it. */
function extend(form: string[], step: string): void {
  const at = form.lastIndexOf(step);
  if (at < 0) form.push(step);
  else form.splice(at + 1, form.length, '…');
}
