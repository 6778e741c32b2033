/**
 * Paths to one node → those that differ in more than keys, indices and goroutines. A path's form is its generalized path (answers/word-steps.ts):
 * `[…]` for every index and key, nothing for the insides of maps, interfaces and channels; a local by its name and function, a goroutine by its
 * function; of steps that repeat, as in lists and trees, the first stays, and `…` stands for the others. A thousand workers that hold a node in
 * the same way are one form.
 */
import {InternedPaths, NOWHERE} from '../answers/interned-paths.js';
import {SILENT, WordSteps} from '../answers/word-steps.js';
import type {Work} from '../base/progress.js';
import type {TypeTable} from '../graph/heap-graph.js';
import type {SqlDatabase} from '../sql/index.js';
import {type Query, type RowOf, runQuery} from './queries/run-query.js';
import {beginSearch, type FoundPath, type Wanted} from './search-paths.js';

/** `steps` is a JSON array of nodes, each with the pointer that leads to it: [node, holder, offset]. `entered_at`: where in the node's data. */
const formRows = {
  id: 'path-forms',
  title: 'What the form of a path depends on',
  sql: `SELECT coalesce(o.type_id, r.type_id, 0) AS type_id, coalesce(o.length, 1) AS length, coalesce(o.header, 0) AS header,
      coalesce(e.target_offset - o.header, 0) AS entered_at, r.kind, r.name, r.goroutine_id, coalesce(f.function, g.function) AS function
    FROM json_each(:steps) p LEFT JOIN objects o ON o.id = p.value ->> 0 LEFT JOIN roots r ON r.id = p.value ->> 0
      LEFT JOIN edges e ON e.source_id = p.value ->> 1 AND e.offset = p.value ->> 2
      LEFT JOIN frames f ON f.id = r.frame_id LEFT JOIN goroutines g ON g.id = r.goroutine_id
    ORDER BY p.key`,
  params: {steps: 'text'},
  columns: {
    type_id: 'type',
    length: 'count',
    header: 'bytes',
    entered_at: 'bytes',
    kind: 'text',
    name: 'text',
    goroutine_id: 'number',
    function: 'text',
  },
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

/**
 * Paths that are looked at, and how long. Once there are as many forms as wanted, so many more are counted: a number, and no time, so that an
 * answer does not depend on what else the machine does.
 */
const MOST_PATHS = 10_000;
const MOST_SECONDS = 10;
const MOST_COUNTED = 2000;
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
  const forms = new Map<number, {path: FoundPath; count: number}>();
  const reader = new FormReader(database, types);
  let [seen, counted] = [0, 0];
  let isCut = false;
  if (wanted.count > 0)
    for await (const path of search.paths) {
      const form = await reader.read(path);
      const known = forms.get(form);
      if (known) known.count++;
      else if (forms.size < wanted.count) forms.set(form, {path, count: 1});
      if (forms.size >= wanted.count) counted++;
      isCut = ++seen >= MOST_PATHS || counted > (wanted.count === 1 ? 0 : MOST_COUNTED);
      if (isCut) break;
    }
  return {paths: [...forms.values()], exact: !isCut && !search.gaveUp(), dominates: search.dominates};
}

class FormReader {
  readonly #database: SqlDatabase;
  readonly #paths = new InternedPaths();
  readonly #words: WordSteps;

  constructor(database: SqlDatabase, types: TypeTable) {
    this.#database = database;
    this.#words = new WordSteps(types, this.#paths);
  }

  /** Paths of one form have one number. */
  async read({sources, offsets}: FoundPath): Promise<number> {
    const steps = [...sources.keys()].filter((step) => step < ENDS || step >= sources.length - ENDS);
    const asked = steps.map((step) => [sources[step], sources[step - 1] ?? null, offsets[step - 1] ?? null]);
    const rows = await runQuery(this.#database, formRows, {steps: JSON.stringify(asked)});
    let form = NOWHERE;
    let isRow = false; // whether the pointer before leads to elements
    rows.forEach((row, at) => {
      if (row.kind !== null) form = this.#paths.extend(form, this.#paths.stepNumber('', textOfRoot(row)));
      if (row.kind !== null && row.type_id === 0) return; // where on a stack a word lies says nothing
      isRow ||= row.length! > 1;
      const word = this.#words.at(row.type_id!, offsets[steps[at]!]! - row.header!, isRow, isRow ? 0 : row.entered_at!);
      if (word.step !== SILENT) form = this.#paths.extend(form, word.step);
      isRow = word.leadsToElements;
    });
    return form;
  }
}

function textOfRoot({kind, name, goroutine_id, function: within}: RowOf<typeof formRows>): string {
  if (goroutine_id === null) return `${kind} ${name}`;
  return kind === 'local' ? `${name} in ${within}` : `${kind} of ${within}`;
}
