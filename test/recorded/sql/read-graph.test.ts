/**
 * Graph → database → graph: everything that the database promises to keep comes back equal.
 */
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import Sqlite from 'better-sqlite3';
import {expect, test} from 'vitest';
import type {AnalysisColumns} from '../../../src/analyses/analysis-columns.js';
import {ROOT_KINDS} from '../../../src/graph/heap-graph.js';
import {lengthOf} from '../../../src/graph/objects.js';
import {databaseContents} from '../../../src/sql/database-contents.js';
import {readGraph} from '../../../src/sql/read-graph.js';
import {storedObjects} from '../../../src/sql/stored-objects.js';
import {readRows} from '../../../src/sql/table-reader.js';
import {exportGraph, exportText, withStacks, ZOO} from '../../kit/exported.js';
import {randomGraphText} from '../../kit/random-graph.js';
import {temporaryFolder} from '../../kit/small-database.js';

test.each([ZOO, ...Array.from({length: 40}, (_, seed) => randomGraphText(seed + 500))])('round trip %#', async (text) => {
  const {columns, connection} = await exportText(text);
  const read = await readGraph(connection);
  expect(comparable(read)).toEqual(comparable(columns));
});

test('stacks, memory, warnings and layouts come back too', async () => {
  const {columns, connection} = await exportGraph(withStacks({module: 'example.test/zoo', complete: 0}));
  const read = await readGraph(connection);
  expect(comparable(read)).toEqual(comparable(columns));
  expect(stacks(read)).toEqual(stacks(columns));
});

test('a page that is none is the fault of the file, for all who read tables', async () => {
  const {connection} = await exportText(ZOO);
  const path = join(temporaryFolder(), 'damaged.db');
  await connection.backup(path);
  const roots = ['types', 'contents', 'objects'].map((table) =>
    Number(connection.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck().get(table)),
  );
  const bytes = readFileSync(path);
  for (const page of roots) bytes.writeUInt8(48, (page - 1) * bytes.readUInt16BE(16));
  writeFileSync(path, bytes);
  const damaged = new Sqlite(path);
  const fault = expect.objectContaining({code: 'bad-format', message: expect.stringContaining('malformed')});
  await expect(readGraph(damaged)).rejects.toThrow(fault);
  expect(() => readRows(damaged, 'types', '*')).toThrow(fault);
  expect(() => storedObjects(damaged)).toThrow(fault);
  expect(() => databaseContents(damaged).bytes(4096, 8)).toThrow(fault);
  damaged.close();
});

function stacks({graph: {frames, goroutines, strings}}: AnalysisColumns): object {
  const text = (indexes: Uint32Array) => Array.from(indexes, (index) => strings[index]);
  const {firstFrame, system, line, waitSeconds, waitAtMost, waitExact} = goroutines;
  return {
    frames: {...frames, functionName: text(frames.functionName), file: text(frames.file)},
    goroutines: {firstFrame, system, line, waitSeconds, waitAtMost, waitExact},
    texts: [goroutines.waitReason, goroutines.entryFunction, goroutines.createdBy, goroutines.file, goroutines.labels].map(text),
  };
}

/** How wide the columns are does not matter. */
function lengthsOf(objects: AnalysisColumns['graph']['objects']): number[] {
  return Array.from(objects.length, (_, object) => lengthOf(objects, object));
}

/** Columns with the strings that indexes stand for, goroutines by id (the database's order), and the default that the writer adds. */
function comparable(columns: AnalysisColumns): object {
  const {graph, contents: _, ...analyses} = columns;
  const {goroutines, roots, waits} = graph;
  const text = (indexes: Uint32Array) => Array.from(indexes, (index) => graph.strings[index]);
  const order = Array.from(goroutines.id.keys()).sort((a, b) => goroutines.id[a]! - goroutines.id[b]!);
  const ordered = (values: ArrayLike<unknown>) => order.map((row) => values[row]);
  return {
    ...analyses,
    spans: graph.spans,
    objects: {...graph.objects, type: Array.from(graph.objects.type), length: lengthsOf(graph.objects), longLength: undefined},
    edges: graph.edges,
    types: graph.types,
    itabs: graph.itabs,
    memory: graph.memory,
    allocations: graph.allocations,
    warnings: graph.warnings,
    valueLayouts: graph.valueLayouts,
    metadata: {complete: 1, ...graph.metadata, contents: 'preview'},
    roots: {
      ...roots,
      name: text(roots.name),
      file: text(roots.file),
      goroutine: Array.from(roots.goroutine, (row, root) => goroutines.id[row] ?? ROOT_KINDS[roots.kind[root]!] === 'goroutine'),
    },
    waits: Array.from(waits.goroutine, (row, wait) =>
      [goroutines.id[row], waits.how[wait], waits.address[wait], waits.object[wait], waits.type[wait], waits.sudog[wait]].join(' '),
    ).sort(),
    goroutines: {
      blocked: ordered(goroutines.blocked),
      id: ordered(goroutines.id),
      root: ordered(goroutines.root),
      status: ordered(text(goroutines.status)),
      stackStart: ordered(goroutines.stackStart),
      stackBytes: ordered(goroutines.stackBytes),
      group: ordered(goroutines.group),
    },
  };
}
