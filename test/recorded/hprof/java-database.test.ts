/**
 * A hand-built heap of Java, from the file to a database and back: the graph is the same, texts and values are there, what is Go's alone is not, and what each object
 * retains is what is lost without it.
 */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {hprof} from '../../../formats/hprof/export-hprof.js';
import {sqlite} from '../../../formats/sqlite/export-sqlite.js';
import {findNode} from '../../../src/database/find-node.js';
import {lengthOf} from '../../../src/graph/objects.js';
import {type AnalyzedHeap, type NodeId, openHeap} from '../../../src/index.js';
import {writeHeap} from '../../../src/library/write-heap.js';
import {openDatabase} from '../../../src/sql/index.js';
import {BruteForce} from '../../kit/brute-force.js';
import {HprofWriter} from '../../kit/hprof-writer.js';

const [OBJECT, STRING, NODE, NODES, MAIN, PLUGIN, LOADER] = [0x1000, 0x1100, 0x1200, 0x1300, 0x1400, 0x1500, 0x1600];

function build(): Uint8Array {
  const utf16 = [...Buffer.from('日本', 'utf16le')];
  return new HprofWriter()
    .class(OBJECT, 'java/lang/Object')
    .class(STRING, 'java/lang/String', {above: OBJECT, fields: 'value:object hash:int coder:byte'})
    .class(NODE, 'com/acme/Node', {above: OBJECT, fields: 'next:object name:object count:long'})
    .class(NODES, '[Lcom/acme/Node;', {above: OBJECT})
    .class(LOADER, 'com/acme/PluginLoader', {above: OBJECT})
    .class(PLUGIN, 'com/acme/Plugin', {above: OBJECT, loader: 0x8100, statics: [['cache:object', 0x8400]]})
    .class(MAIN, 'com/acme/Main', {
      above: OBJECT,
      statics: [
        ['nodes:object', 0x8000],
        ['plugin:object', 0x8140],
      ],
    })
    .objects(0x8000, NODES, 0x8040, 0x8080, 0)
    .instance(0x8040, NODE, 0x8080, 0x8200, 7)
    .instance(0x8080, NODE, 0x8040, 0x8240, -1)
    .instance(0x80c0, NODE)
    .instance(0x8100, LOADER)
    .instance(0x8140, PLUGIN)
    .instance(0x8200, STRING, 0x8280, 0, 0)
    .instance(0x8240, STRING, 0x82c0, 0, 1)
    .array(0x8280, 'byte', [...Buffer.from('caf\u00e9', 'latin1')])
    .array(0x82c0, 'byte', utf16)
    .array(0x8400, 'long', [1, 2, -3])
    .root(0x08, 0x80c0, 1, 0)
    .finish();
}

describe('a heap of Java', () => {
  const folder = mkdtempSync(join(tmpdir(), 'java-database-'));
  const [file, database] = [join(folder, 'app.hprof.gz'), join(folder, 'app.db')];
  let [heap, stored] = [] as unknown as [AnalyzedHeap, AnalyzedHeap];
  afterAll(() => rmSync(folder, {recursive: true, force: true}));
  beforeAll(async () => {
    writeFileSync(file, gzipSync(build()));
    heap = await (await openHeap(file, {jvmLayout: 'compressed'})).analyze();
    await writeHeap(heap, sqlite, database, {contents: 'full'});
    stored = await (await openHeap(database)).analyze();
  });
  const at = (from: AnalyzedHeap, address: number) => from.at(address) as NodeId;

  test('is the same from a database', () => {
    const {columns: a} = heap;
    const {columns: b} = stored;
    expect(b.edges).toEqual(a.edges);
    for (const name of ['start', 'slotSize', 'header', 'slots'] as const) expect(b.spans[name], name).toEqual(a.spans[name]);
    for (const name of ['type', 'firstObject'] as const) expect(Array.from(b.objects[name]), name).toEqual(Array.from(a.objects[name]));
    for (let object = 0; object < a.objects.count; object++)
      expect(lengthOf(b.objects, object), `length of ${object}`).toBe(lengthOf(a.objects, object));
    expect(b.types).toEqual(a.types);
    expect(b.retained).toEqual(a.retained);
    expect(stored.info).toMatchObject({source: 'java-heap-dump', language: 'java', jvm_layout: 'compressed'});
  });

  test('retained sizes are what is lost without a node', () => {
    const brute = new BruteForce(heap.columns);
    for (const node of brute.distances().keys())
      if (node > 0) expect(heap.columns.retained[node], `node ${node}`).toBe(brute.bytes(brute.dominatedBy(node)));
  });

  test.each([
    ['the file', () => heap],
    ['the database', () => stored],
  ])('values and texts are read from %s', (_, from) => {
    expect(from().value(at(from(), 0x8040)).decode(0)).toMatchObject({
      count: 7,
      next: '0x8080',
    });
    expect(from().value(at(from(), 0x8080)).decode(2)).toMatchObject({count: -1, name: '日本'});
    expect(from().value(at(from(), 0x8200)).decode()).toBe('caf\u00e9');
    expect(from().value(at(from(), 0x8400)).decode()).toEqual([1, 2, -3]);
    expect(from().value(at(from(), 0x8000)).length()).toBe(3);
  });

  test('paths are told as people write them', () => {
    const pathTo = (address: number) => String([...heap.paths(at(heap, address))][0]);
    expect(pathTo(0x8200)).toBe('com.acme.Main.nodes[0].name');
    expect(pathTo(0x8400)).toBe('com.acme.Main.plugin.‹class›.cache');
  });

  test('flows of control are threads', async () => {
    expect(String([...heap.paths(at(heap, 0x80c0))][0])).toBe('thread 1');
    const sql = await openDatabase(database);
    const thread = await findNode(sql, 'thread 1');
    expect(thread).toBe(await findNode(sql, 'goroutine 1'));
    expect(heap.columns.goroutines.root[0]).toBe(thread);
    await sql.close();
  });

  test('HPROF is not written of it', async () => {
    await expect(writeHeap(heap, hprof, join(folder, 'again.hprof'), {})).rejects.toMatchObject({code: 'unsupported'});
  });
});
