/**
 * Analyzed heaps → HPROF files in a temporary folder, read back, for tests; they go away with the test.
 */
import {join} from 'node:path';
import {type HprofOptions, hprof} from '../../formats/hprof/export-hprof.js';
import type {AnalysisColumns} from '../../src/analyses/analysis-columns.js';
import {computeAnalyses} from '../../src/analyses/analyze.js';
import type {HeapGraph} from '../../src/graph/heap-graph.js';
import {addressOf, nodeOfObject} from '../../src/graph/objects.js';
import {temporaryFolder} from './exported.js';
import {noContents} from './graph-from-text.js';
import {HprofFile} from './hprof-reader.js';

export const MODES = ['exact', 'full'] as const;

export async function exportColumns(columns: AnalysisColumns, options: HprofOptions): Promise<HprofFile> {
  const path = join(temporaryFolder(), 'heap.hprof');
  await hprof.write({columns}, path, options, {});
  return new HprofFile(path);
}

export async function exportGraph(graph: HeapGraph, options: HprofOptions): Promise<{file: HprofFile; columns: AnalysisColumns}> {
  const columns = await computeAnalyses(graph, noContents);
  return {columns, file: await exportColumns(columns, options)};
}

/** Node ids in exact files, addresses in full ones. */
export function idOf(file: HprofFile, graph: HeapGraph, object: number): number {
  return file.idSize === 4 ? nodeOfObject(graph, object) : addressOf(graph, object);
}
