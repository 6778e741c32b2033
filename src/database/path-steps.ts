/**
 * A path from a root to a node → one row a step, and the expression a Go programmer would write for it: what the command prints and the page
 * shows. Each row says which pointer of its node leads on to the next. A local variable starts with its goroutine.
 */
import {getBit} from '../base/bitset.js';
import type {TypeTable} from '../graph/heap-graph.js';
import type {SqlDatabase} from '../sql/index.js';
import {type Holder, nameOfRoot, PathExpression, partOfHolder} from '../values/path-expression.js';
import type {LateValues} from './late-values.js';
import {type Query, type RowOf, runQuery} from './queries/run-query.js';
import type {FoundPath} from './search-paths.js';

/** `pointers` is a JSON array of [node, offset]. */
const stepRows = {
  id: 'path-steps',
  title: 'The nodes of a path, and what setting their pointers to nil releases',
  sql: `SELECT p.value ->> 0 AS node_id, coalesce(r.kind, iif(o.id IS NULL, 'program', 'object')) AS kind,
      coalesce(r.name, r.kind, printf('0x%x', o.address), 'program') AS name, coalesce(t.name, 'unknown') AS type,
      coalesce(o.address, r.address) AS address, coalesce(o.size, r.size) AS size, coalesce(o.retained, r.retained) AS retained,
      p.value ->> 1 AS offset, CASE e.bridge WHEN 1 THEN x.retained END AS releases,
      coalesce(o.type_id, r.type_id, 0) AS type_id, coalesce(o.length, 1) AS length, coalesce(o.header, 0) AS header,
      r.name AS root_name, r.goroutine_id, r.parent_id, (SELECT value FROM meta WHERE key = 'language') AS language
    FROM json_each(:pointers) p LEFT JOIN objects o ON o.id = p.value ->> 0 LEFT JOIN roots r ON r.id = p.value ->> 0
      LEFT JOIN types t ON t.id = coalesce(o.type_id, r.type_id)
      LEFT JOIN edges e ON e.source_id = p.value ->> 0 AND e.offset = p.value ->> 1 LEFT JOIN objects x ON x.id = e.target_id
    ORDER BY p.key`,
  params: {pointers: 'text'},
  columns: {
    node_id: 'node',
    kind: 'text',
    name: 'text',
    type: 'text',
    address: 'address',
    size: 'bytes',
    retained: 'bytes',
    offset: 'number',
    releases: 'bytes',
    type_id: 'type',
    length: 'count',
    header: 'bytes',
    root_name: 'text',
    goroutine_id: 'number',
    parent_id: 'node',
    language: 'text',
  },
} as const satisfies Query;

type Row = RowOf<typeof stepRows>;

export interface PathStep extends Pick<Row, 'kind' | 'name' | 'type' | 'address' | 'size' | 'retained'> {
  /** From 0: the root, or the goroutine of a local. */
  readonly step: number;
  readonly node_id: number;
  /** Of the pointer that leads to the next step; null at the last one and between a goroutine and its variables. */
  readonly offset: number | null;
  /** That pointer as the view edge_fields names it. */
  readonly field: string | null;
  /** What setting it to nil releases; null where nothing or not known. */
  readonly releases: number | null;
  /** 1: the node dominates the path's end. */
  readonly dominates: number;
}
export interface PathSteps {
  /** As Go would write it: main.cache.items[3].next; `…` stands for steps that are left out. */
  readonly expression: string;
  readonly steps: readonly PathStep[];
  /** How many steps there are, with those that are left out. */
  readonly length: number;
}
export interface DescribeOptions {
  readonly types: TypeTable;
  /** Bit per node, as `searchPaths` gives it. */
  readonly dominates: Uint8Array;
  /** Read the keys of maps. */
  readonly values?: LateValues | undefined;
  /** How many steps to give at each end of a long path; else all. */
  readonly ends?: number;
}

/** Describes a path that was searched for, to the node `id`. */
export async function describePath(database: SqlDatabase, found: FoundPath, id: number, options: DescribeOptions): Promise<PathSteps> {
  const {types, dominates, values, ends = Number.POSITIVE_INFINITY} = options;
  const pointers = [...found.sources.map((source, step) => [source, found.offsets[step]!]), [id, null]];
  const [first] = await runQuery(database, stepRows, {pointers: JSON.stringify(pointers.slice(0, 1))});
  if (first!.parent_id) pointers.unshift([first!.parent_id, null]);
  const length = pointers.length;
  const listed = [...pointers.keys()].filter((step) => step < ends || step >= length - ends);
  const rows = await runQuery(database, stepRows, {pointers: JSON.stringify(listed.map((step) => pointers[step]))});
  const valueAt = await values?.forKeys(
    types,
    rows.map((row) => row.type_id!),
  );
  const expression = new PathExpression({types}, nameOf(first!), valueAt);
  const steps = rows.map((row, at): PathStep => {
    const step = listed[at]!;
    if (at > 0 && step > listed[at - 1]! + 1) expression.skip();
    const {type_id, length: elements, header, root_name: _, goroutine_id: __, parent_id: ___, language: ____, ...shown} = row;
    const {node_id, offset} = shown;
    const holder: Holder = {type: type_id!, length: elements!, header: header!, address: shown.address ?? undefined};
    if (offset !== null) expression.follow(holder, offset);
    const field = offset === null ? null : fieldAt(types, holder, offset);
    return {...shown, step, node_id: node_id!, field, dominates: Number(getBit(dominates, node_id!))};
  });
  return {expression: expression.toString(), steps, length};
}

function nameOf({kind, root_name, goroutine_id, language}: Row): string {
  return nameOfRoot({kind: kind!, name: root_name ?? '', goroutine: goroutine_id ?? undefined, language});
}

/** Null when the type does not say. */
function fieldAt(types: TypeTable, holder: Holder, offset: number): string | null {
  const part = partOfHolder({types}, holder, offset);
  return part.type === 0 ? null : part.path;
}
