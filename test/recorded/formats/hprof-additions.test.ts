/**
 * What options add to an HPROF file: entries of maps, which must be those that the library reads, and unreachable objects. Neither may change
 * anything of what is there without them.
 */
import {describe, expect, test} from 'vitest';
import {getBit} from '../../../src/base/bitset.js';
import {firstObjectNode, nodeOfObject, sizeOf} from '../../../src/graph/objects.js';
import type {AnalyzedHeap, NodeId, Value} from '../../../src/index.js';
import {analyzedFixture} from '../../kit/analyzed-fixture.js';
import {withStacks} from '../../kit/exported.js';
import {exportColumns, exportGraph, idOf, MODES} from '../../kit/exported-hprof.js';
import type {HprofFile, HprofObject} from '../../kit/hprof-reader.js';

/** Non-nil maps in fields of reachable structs, each once, by the node of its memory. */
function findMaps(heap: AnalyzedHeap): Map<NodeId, Value> {
  const maps = new Map<NodeId, Value>();
  const visit = (value: Value) => {
    if (value.kind === 'struct') for (const {name} of value.type!.fields) if (name !== '_') visit(value.field(name));
    const node = value.kind === 'map' ? value.node() : undefined;
    if (node !== undefined) maps.set(node, value);
  };
  for (const root of heap.roots()) {
    const value = heap.value(root);
    if (value.missing === undefined) visit(value);
  }
  for (const id of heap.objects().where((node) => heap.node(node).type?.kind === 'struct')) visit(heap.value(id));
  return maps;
}

/** A key or an element as both sides can say it: a number, a text, what it points to; only its kind for anything else. */
function told(value: Value, object: (node: NodeId) => number): unknown {
  const {kind} = value;
  if (/^u?int(\d+|ptr)?$/.test(kind)) return String(BigInt.asIntN(value.type!.size * 8, value.bigint()!));
  if (kind === 'ptr' && value.node() !== undefined) return object(value.node()!);
  if (kind === 'string') return value.length();
  return undefined;
}
function toldInFile(value: Value, fields: ReadonlyMap<string, number | bigint>, name: string): unknown {
  const {kind} = value;
  if (/^u?int(\d+|ptr)?$/.test(kind)) return String(fields.get(name));
  if (kind === 'ptr' && value.node() !== undefined) return fields.get(name);
  if (kind === 'string') return Number(fields.get(`${name}.len`));
  return undefined;
}

function rowsOf(file: HprofFile, id: number): HprofObject[] {
  const list = Number(file.fieldsOf(file.objects.get(id)!).get('entries'));
  return list === 0 ? [] : file.referencesOf(file.objects.get(list)!).map((row) => file.objects.get(row)!);
}

describe.each(['zoo-1.26.8', 'maps-1.21.13'])('--maps entries, %s', (name) => {
  test.each(MODES)('%s: the entries are those of the library', async (sizes) => {
    const heap = await analyzedFixture(name);
    const {graph} = heap.columns;
    const file = await exportColumns(heap.columns, {sizes, maps: 'entries'});
    const inFile = (node: NodeId) => idOf(file, graph, node - firstObjectNode(graph));
    let compared = 0;
    let texts = 0;
    for (const [node, map] of findMaps(heap)) {
      const rows = rowsOf(file, inFile(node));
      const entries = [...map.entries()];
      expect(rows.length, map.type!.name).toBe(entries.length);
      for (const [index, [key, value]] of entries.entries()) {
        const fields = file.fieldsOf(rows[index]!);
        expect([toldInFile(key, fields, 'key'), toldInFile(value, fields, 'value')]).toEqual([told(key, inFile), told(value, inFile)]);
        compared++;
        if (sizes === 'exact' || key.kind !== 'string' || !/^[ -~]+$/.test(key.text() ?? '')) continue;
        expect(file.textOf(file.objects.get(Number(fields.get('key')))!)).toBe(key.text());
        texts++;
      }
    }
    expect(compared).toBeGreaterThan(1000);
    if (sizes === 'full') expect(texts).toBeGreaterThan(100);
    expect(file.summary('map_entries')).toBeGreaterThanOrEqual(compared);
    expect(file.objects.size).toBe(instancesOf(file));
  });

  test.each(MODES)('%s: everything else is as it was', async (sizes) => {
    const {columns} = await analyzedFixture(name);
    const [plain, file] = [await exportColumns(columns, {sizes}), await exportColumns(columns, {sizes, maps: 'entries'})];
    const isMap = (object: HprofObject) => /^(map|hash)</.test(plain.className(object));
    for (let object = 0; object < columns.graph.objects.count; object++) {
      if (!getBit(columns.reachable, nodeOfObject(columns.graph, object))) continue;
      const id = idOf(file, columns.graph, object);
      const [before, after] = [plain.objects.get(id)!, file.objects.get(id)!];
      const more = isMap(before) && sizes === 'full' ? 8 : 0;
      expect(file.netBeansSize(after)).toBe(plain.netBeansSize(before) + more);
      if (sizes === 'exact') expect(file.matSize(after)).toBe(sizeOf(columns.graph, object));
    }
    for (const row of [...file.objects.values()].filter((one) => / entry$/.test(file.className(one)))) {
      expect(file.matSize(row)).toBe(Math.ceil(file.netBeansSize(row) / 8) * 8);
    }
  });
});

/** The sum that docs/hprof.md gives. */
function instancesOf(file: HprofFile): number {
  const parts = ['reachable_objects', 'unreachable_objects_written', 'strings', 'substrings', 'parts', 'root_arrays', 'constants'];
  const sum = [...parts, 'map_arrays', 'map_entries'].reduce((total, name) => total + file.summary(name), 0);
  return sum + 3 * file.summary('goroutines');
}

test.each(MODES)('%s: redacted keys are hidden in entries too, and without contents there are no scalars', async (sizes) => {
  const {columns} = await analyzedFixture('zoo-1.26.8');
  const redacted = await exportColumns(columns, {sizes, maps: 'entries', contents: 'full', redact: /[a-z]/});
  const strings = [...redacted.objects.values()]
    .filter((one) => redacted.className(one) === 'java/lang/String')
    .map((one) => redacted.textOf(one));
  expect(strings.filter((text) => /[a-z]/.test(text) && !text.startsWith('goroutine '))).toEqual([]);
  const none = await exportColumns(columns, {sizes, maps: 'entries', contents: 'none'});
  const rows = [...none.objects.values()].filter((one) => / entry$/.test(none.className(one)));
  expect(rows.length).toBe(none.summary('map_entries'));
  expect(rows.length).toBeGreaterThan(1000);
  for (const row of rows) {
    const types = none.classes.get(row.type)!.fields.filter(({type, name}) => type !== 2 && name !== '(unused)');
    expect(types).toEqual([]);
  }
});

test.each(MODES)('%s: unreachable objects have no root and lead where they led', async (sizes) => {
  const {file, columns} = await exportGraph(withStacks(), {sizes, unreachable: true});
  const {graph, reachable} = columns;
  const garbage = Array.from({length: graph.objects.count}, (_, object) => object).filter(
    (object) => !getBit(reachable, nodeOfObject(graph, object)),
  );
  expect(garbage.length).toBe(2);
  expect([file.summary('unreachable_objects'), file.summary('unreachable_objects_written')]).toEqual([2, 2]);
  const [first, second] = garbage.map((object) => file.objects.get(idOf(file, graph, object))!);
  expect(file.referencesOf(first!)).toEqual([second!.id]);
  expect(file.referencesOf(second!).length).toBe(1);
  const held = new Set([
    ...file.roots.map(({id}) => id),
    ...[...file.objects.values()].filter((one) => one !== first).flatMap((one) => file.referencesOf(one)),
  ]);
  expect([held.has(first!.id), held.has(second!.id)]).toEqual([false, false]);
  expect(file.objects.size).toBe(instancesOf(file));
  const plain = await exportColumns(columns, {sizes});
  expect(plain.objects.has(first!.id)).toBe(false);
  expect([plain.summary('unreachable_objects'), plain.summary('unreachable_objects_written')]).toEqual([2, 0]);
});
