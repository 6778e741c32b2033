/**
 * A graph → a database in a temporary folder, for tests; and the graph that most of them use.
 */

import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {onTestFinished} from 'vitest';
import {type SqliteOptions, sqlite} from '../../formats/sqlite/export-sqlite.js';
import type {AnalysisColumns} from '../../src/analyses/analysis-columns.js';
import {computeAnalyses} from '../../src/analyses/analyze.js';
import {NONE} from '../../src/base/units.js';
import type {Contents, HeapGraph} from '../../src/graph/heap-graph.js';
import {type Connection, openConnection} from '../../src/sql/open-database.js';
import {graphFromText, noContents, nodeNamed} from './graph-from-text.js';

/** A list, a cycle, garbage, a goroutine with a local, interior and unfollowed pointers, nested and repeated fields. */
export const ZOO = `
  type main.Inner 16 X@0:int Y@8:*string
  type main.Node 16 Next@0:*main.Node Val@8:int
  type main.Big 72 Flag@0:bool In@8:main.Inner Ptrs@24:[4]*main.Node Tail@56:string
  global main.list : *main.Node -> n1
  global main.big : *main.Big -> big
  global main.array : [2]*main.Node -> n3 8=n3
  goroutine 7 size=64 -> 16=stacked
  local x in 7 : *main.Node -> shared
  g state in 7 -> labels
  n1 : main.Node -> n2
  n2 : main.Node -> n3
  n3 : main.Node -> shared
  shared : main.Node -> shared
  big : main.Big size=96 header=8 -> 24=text 32=n1 48=n2:8 64=text:3
  many : main.Node x3 size=48 -> 0=n1 16=!big 32=leaf
  stacked -> many
  text : uint8 x11 size=16 evidence=field noscan
  labels size=32 -> leaf
  leaf : int evidence=global noscan
  dead1 : main.Node -> dead2
  dead2 : main.Node -> n2
  meta go_version=go1.26.8 goarch=amd64
`;

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-test-'));
  onTestFinished(() => rmSync(folder, {recursive: true}));
  return folder;
}

/** Exports the graph and opens the database; both go away with the test. */
export async function exportGraph(graph: HeapGraph, options: SqliteOptions = {}, contents: Contents = noContents): Promise<Exported> {
  const columns = await computeAnalyses(graph, contents);
  const path = join(temporaryFolder(), 'heap.db');
  await sqlite.write({columns}, path, options, {});
  const connection = openConnection(path);
  onTestFinished(() => void connection.close());
  return {
    graph,
    columns,
    path,
    connection,
    all: (sql, ...values) => connection.prepare<unknown[], Record<string, unknown>>(sql).all(...values),
  };
}

export interface Exported {
  readonly graph: HeapGraph;
  readonly columns: AnalysisColumns;
  readonly path: string;
  readonly connection: Connection;
  all(sql: string, ...values: unknown[]): Record<string, unknown>[];
}

export function exportText(text: string, options: SqliteOptions = {}, contents: Contents = noContents): Promise<Exported> {
  return exportGraph(graphFromText(text), options, contents);
}

/** The zoo with what its text cannot say: a goroutine's state and frames, memory, warnings, itabs, layouts. */
export function withStacks(metadata: HeapGraph['metadata'] = {}): HeapGraph {
  const graph = graphFromText(ZOO);
  const strings = [...graph.strings];
  const text = (value: string) => Uint32Array.of(strings.push(value) - 1);
  const goroutines: HeapGraph['goroutines'] = {
    ...graph.goroutines,
    status: text('waiting'),
    waitReason: text('chan receive'),
    waitSeconds: Float64Array.of(1.5),
    waitAtMost: Float64Array.of(2.5),
    waitExact: Uint8Array.of(1),
    blocked: Uint8Array.of(1),
    entryFunction: text('main.work'),
    createdBy: text('main.main'),
    file: text('main.go'),
    line: Uint32Array.of(12),
    group: Uint32Array.of(3),
    labels: text('{"a":"b"}'),
    firstFrame: Uint32Array.of(0, 2),
  };
  const frames: HeapGraph['frames'] = {
    count: 2,
    functionName: Uint32Array.of(text('runtime.gopark')[0]!, goroutines.entryFunction[0]!),
    inlined: Uint8Array.of(0, 1),
    wrapper: Uint8Array.of(0, 0),
    file: Uint32Array.of(0, goroutines.file[0]!),
    line: Uint32Array.of(0, 20),
    pc: Float64Array.of(100, 101),
    sp: Float64Array.of(200, 248),
    size: Float64Array.of(48, Number.NaN),
    omitted: Uint32Array.of(7, 0),
  };
  return {
    ...graph,
    strings,
    goroutines,
    frames,
    waits: {
      count: 1,
      goroutine: Uint32Array.of(0),
      how: Uint8Array.of(1),
      address: Float64Array.of(0xc000000010),
      object: Uint32Array.of(nodeNamed(graph, 'n1')),
      type: Uint32Array.of(5),
      sudog: Uint32Array.of(NONE),
    },
    metadata: {...graph.metadata, ...metadata},
    memory: [{category: 'heap', part: 'in use', bytes: 8192, touched: 4096}],
    allocations: {
      sites: [
        {stack: [{function: 'main.make', file: 'main.go', line: 7}], objectSize: 16, allocations: 3, frees: 1, objectsPerSample: 2.5},
      ],
      object: Uint32Array.of(nodeNamed(graph, 'n1')),
      site: Uint32Array.of(0),
    },
    warnings: [{code: 'gap', message: 'A gap.', count: 2}],
    itabs: {address: Float64Array.of(0x600000), type: Uint32Array.of(5)},
    valueLayouts: {hmap: {count: 0}},
  };
}
