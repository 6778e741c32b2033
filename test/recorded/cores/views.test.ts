/**
 * The six questions that goheap exists for, asked of zoo's database through its views, for main.GList, main.GTree, main.GMapLarge, a
 * goroutine and one list node; the answers against brute force over the runtime's heap dump (test/oracle), which shares no
 * code with goheap. The dump cannot say what goheap finds beyond it (stack objects, registers, cleanups, weak handles):
 * those words are taken over as extra roots, and they must be few.
 */
import {describe, expect, test} from 'vitest';
import {searchPaths} from '../../../src/database/search-paths.js';
import {openDatabase} from '../../../src/sql/index.js';
import {openFixtureDatabase} from '../../kit/fixture-database.js';
import {fixtureNames, unpackFixture} from '../../kit/fixtures.js';
import {buildDumpGraph, computeDepths, computeLoss, findObject, findRoots, type RootWord} from '../../oracle/dump-graph.js';
import {readHeapDump} from '../../oracle/heap-dump.js';
import {readSymbols} from '../../oracle/symbols.js';
import {readTruth} from '../../oracle/truth.js';

const VARIABLES = ['main.GList', 'main.GTree', 'main.GMapLarge'];

describe.each(fixtureNames('zoo'))('%s', async (name) => {
  const fixture = unpackFixture(name);
  const database = await openFixtureDatabase(name);
  const truth = readTruth(fixture.truth);
  const dump = readHeapDump(fixture.heapDump);
  const graph = buildDumpGraph(dump);
  const symbols = readSymbols(fixture.executable);
  const roots = findRoots(dump, graph, (all) => {
    // The goroutine that wrote the dump has moved on since, to other frames and another thread: its stack and its g are taken from the database.
    const words = all.filter(({goroutine}) => goroutine !== 1);
    return {words, extra: findExtraRoots(words)};
  });
  const depth = computeDepths(graph, roots);
  const rootNamed = database.prepare('SELECT id, retained, retained_objects FROM roots WHERE name = ? AND kind = ?');
  const objectAt = database.prepare('SELECT id, depth, retained, retained_objects FROM objects WHERE address = ?');

  /** Objects that root nodes of the database point to and no root word of the dump does. */
  function findExtraRoots(words: readonly RootWord[]): number[] {
    const known = new Set(words.map(({target}) => target));
    const addresses = database.prepare(
      'SELECT DISTINCT o.address FROM edges e JOIN roots r ON r.id = e.source_id JOIN objects o ON o.id = e.target_id',
    );
    return (addresses.pluck().all() as number[])
      .map((address) => findObject(graph, address))
      .filter((object) => object !== undefined && !known.has(object)) as number[];
  }
  function isWordOf(variable: string): (word: RootWord) => boolean {
    const {address, size} = symbols.get(variable)!;
    return (word) => word.address >= address && word.address < address + size;
  }
  function lossWithout(without: Parameters<typeof computeDepths>[2]) {
    const {bytes, objects} = computeLoss(graph, depth, computeDepths(graph, roots, without));
    return {retained: bytes, retained_objects: objects};
  }
  const head = () => findObject(graph, truth.addresses['GList.head']!)!;

  test('the roots that only the database knows are few', () => {
    expect(roots.extra.length).toBeLessThan(roots.words.length * 0.1);
  });

  test('1. the histogram adds up to what is reachable', () => {
    const sums = database
      .prepare('SELECT sum(objects) AS objects, sum(bytes) AS bytes, sum(share) AS share FROM histogram')
      .get() as Record<string, number>;
    const meta = database.prepare("SELECT value FROM meta WHERE key = 'reachable_bytes'").pluck().get();
    expect(sums.bytes).toBe(meta);
    expect(sums.share).toBeCloseTo(1, 6);
    const alive = computeLoss(graph, depth, new Uint32Array(depth.length));
    const moved = 0.002; // what the program allocated and dropped between dump and core
    expect(Math.abs(sums.objects! - alive.objects)).toBeLessThan(alive.objects * moved);
    expect(Math.abs(sums.bytes! - alive.bytes)).toBeLessThan(alive.bytes * moved);
  });

  test('2. the biggest come first', () => {
    const retained = database.prepare('SELECT retained FROM biggest').pluck().all() as number[];
    expect(retained.length).toBeGreaterThan(1000);
    expect(retained).toEqual([...retained].sort((a, b) => b - a));
    const most = database
      .prepare('SELECT max(m) FROM (SELECT max(retained) AS m FROM objects UNION SELECT max(retained) FROM roots)')
      .pluck()
      .get();
    expect(retained[0]).toBe(most);
  });

  test('3. every path is a chain of real pointers; with --shortest there is none with fewer', async () => {
    const pathOf = database.prepare('SELECT step, node_id, kind, name, offset FROM path WHERE of = ? ORDER BY step');
    const edge = database.prepare('SELECT target_id FROM edges WHERE source_id = ? AND offset = ? AND followed').pluck();
    const addressOf = database.prepare('SELECT address FROM objects WHERE id = ?').pluck();
    const nameOf = database.prepare('SELECT name FROM roots WHERE id = ?').pluck();
    const searched = await openDatabase(database.name);
    const sample = database.prepare('SELECT id FROM objects WHERE reachable AND id % 37 = 0').pluck().all() as number[];
    for (const id of [(objectAt.get(truth.addresses['GList.head']!) as {id: number}).id, ...sample]) {
      const steps = pathOf.all(id) as {step: number; node_id: number; kind: string; name: string; offset: number | null}[];
      const objects = steps.filter(({kind}) => kind === 'object');
      expect(steps[0]!.node_id).toBe(id);
      for (let step = 1; step <= objects.length; step++) {
        expect(edge.get(steps[step]!.node_id, steps[step]!.offset), `step ${step} of the path of ${id}`).toBe(steps[step - 1]!.node_id);
      }
      expect(steps.at(-1)!.kind).not.toBe('object');
      const object = graph.address.indexOf(addressOf.get(id) as number);
      if (object < 0 || depth[object] === 0) continue;
      expect(objects.length, `length of the path of ${id}`).toBeGreaterThanOrEqual(depth[object]!);
      const {paths} = await searchPaths(searched, id, {count: 1, avoid: [], shortest: true});
      // The dump reaches threads by their g as well, whose pointers are listed and not followed.
      if (nameOf.get(paths[0]!.sources[0]) === 'runtime.allm') continue;
      expect(paths[0]!.sources.length, `the fewest pointers to ${id}`).toBe(depth[object]);
    }
    await searched.close();
  });

  test.each(VARIABLES)('4. what %s retains', (variable) => {
    const {retained, retained_objects} = rootNamed.get(variable, 'global') as Record<string, number>;
    expect({retained, retained_objects}).toEqual(lossWithout({rootWords: isWordOf(variable)}));
  });

  test('4. what a list node retains, and what each pointer to it releases', () => {
    const node = graph.edges[graph.edges[head()]![0]!.target]![0]!.target; // the third
    const row = objectAt.get(graph.address[node]!) as Record<string, number>;
    expect({retained: row.retained, retained_objects: row.retained_objects}).toEqual(lossWithout({object: node}));
    expect(row.retained).toBe(16000 - 2 * 16);
    expect(database.prepare('SELECT releases FROM inbound WHERE target_id = ?').pluck().all(row.id)).toEqual([row.retained]);
  });

  test('4. what a goroutine retains', () => {
    const goroutines = dump.goroutines.filter(({system, id}) => !system && id !== 1);
    const retainedBy = database.prepare('SELECT r.retained FROM goroutines g JOIN roots r ON r.id = g.root_id WHERE g.id = ?').pluck();
    const ofStack = database
      .prepare(
        `SELECT count(*) FROM edges e JOIN roots r ON r.id = e.source_id WHERE r.goroutine_id = ? AND r.kind IN ('goroutine', 'local', 'conservative', 'g')`,
      )
      .pluck();
    let compared = 0;
    for (const {id} of goroutines) {
      const own = roots.words.filter(({goroutine}) => goroutine === id);
      if (ofStack.get(id) !== own.length) continue; // it has words that the dump does not list
      compared++;
      const lost = lossWithout({rootWords: (word) => word.goroutine === id});
      expect(retainedBy.get(id), `goroutine ${id}`).toBe(lost.retained);
    }
    expect(compared).toBeGreaterThan(0);
  });

  test('5. outbound and inbound are the pointers of the dump', () => {
    const outbound = database.prepare('SELECT offset, target, target_offset FROM outbound WHERE source_id = ? ORDER BY offset');
    const inbound = database.prepare('SELECT source, offset FROM inbound WHERE target_id = ? AND source_kind = ? ORDER BY source, offset');
    const treeRoot = findObject(graph, truth.addresses['GTree.root']!)!;
    for (const object of [head(), treeRoot, ...graph.edges[treeRoot]!.map(({target}) => target)]) {
      const {id} = objectAt.get(graph.address[object]!) as {id: number};
      const name = (index: number) => `0x${graph.address[index]!.toString(16)}`;
      const expected = graph.edges[object]!.map(({offset, target, targetOffset}) => ({
        offset,
        target: name(target),
        target_offset: targetOffset,
      }));
      expect(outbound.all(id)).toEqual(expected);
      const sources = graph.edges.flatMap((edges, source) =>
        edges.filter(({target}) => target === object).map(({offset}) => ({source: name(source), offset})),
      );
      expect(inbound.all(id, 'object')).toEqual(
        sources.sort((a, b) => (a.source === b.source ? a.offset - b.offset : a.source < b.source ? -1 : 1)),
      );
    }
  });

  test('6. the footprint of an object is its slot', () => {
    const footprint = database.prepare('SELECT * FROM footprint WHERE id = ?');
    const {id} = objectAt.get(graph.address[head()]!) as {id: number};
    expect(footprint.get(id)).toMatchObject({type: 'main.ListNode', used: 16, padding: 0, header: 0, waste: 0, size: 16, retained: 16000});
    const huge = objectAt.get(truth.addresses['GHuge[0]']!) as {id: number};
    // 5000 pointers and a string are 40,016 bytes: five pages of 8 KiB.
    expect(footprint.get(huge.id)).toMatchObject({
      type: 'main.Huge',
      used: 40016,
      padding: 0,
      header: 0,
      waste: 40960 - 40016,
      size: 40960,
    });
    const {id: variable} = rootNamed.get('main.GList', 'global') as {id: number};
    expect(footprint.get(variable)).toMatchObject({kind: 'global', name: 'main.GList', size: 8, retained: 16000});
  });

  test('no view reads a whole table to answer', () => {
    const questions = [
      ['SELECT * FROM path WHERE of = ?', 1],
      ['SELECT * FROM outbound WHERE source_id = ?', 1],
      ['SELECT * FROM inbound WHERE target_id = ?', 1],
      ['SELECT * FROM footprint WHERE id = ?', 1],
      ['SELECT * FROM biggest', 0],
      ['SELECT * FROM histogram', 0],
    ] as const;
    for (const [sql, parameters] of questions) {
      const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...Array.from({length: parameters}, () => 1)) as {detail: string}[];
      expect(
        plan.map(({detail}) => detail).filter((detail) => /^SCAN (o|a|e|i|x|objects|edges|referrers)\b/.test(detail)),
        sql,
      ).toEqual([]);
    }
  });
});
