/**
 * What the analyses say about zoo's biggest nodes and about some of its pointers, against the definition: leave the node or
 * the pointer out and see what can no longer be reached.
 */
import {describe, expect, test} from 'vitest';
import {openFixtureDatabase} from '../../kit/fixture-database.js';
import {fixtureNames} from '../../kit/fixtures.js';
import {findLost, findReachable, readPlainGraph, sumOfSizes} from '../../oracle/database-graph.js';

const NODES = 200;
const EDGES = 200;

describe.each(fixtureNames('zoo'))('%s', async (name) => {
  const database = await openFixtureDatabase(name);
  const graph = readPlainGraph(database);
  const reachable = findReachable(graph);

  test('reachable', () => {
    const found = database.prepare('SELECT id FROM objects WHERE reachable ORDER BY id').pluck().all();
    expect(found).toEqual(findLost(graph, reachable, new Uint8Array(graph.nodeCount)));
  });

  test(`retained and the dominator tree below the ${NODES} biggest nodes`, () => {
    const biggest = database.prepare('SELECT id, retained, retained_objects FROM biggest ORDER BY rank LIMIT ?').all(NODES) as {
      id: number;
      retained: number;
      retained_objects: number;
    }[];
    expect(biggest.length).toBe(NODES);
    const dominatedBy = database
      .prepare(
        `WITH RECURSIVE below(id) AS (SELECT ? UNION ALL SELECT d.node_id FROM below b JOIN dominated d ON d.dominator_id = b.id)
         SELECT b.id FROM below b JOIN objects o ON o.id = b.id ORDER BY b.id`,
      )
      .pluck();
    for (const {id, retained, retained_objects} of biggest) {
      const lost = findLost(graph, reachable, findReachable(graph, id));
      expect({id, retained, retained_objects}).toEqual({id, retained: sumOfSizes(graph, lost), retained_objects: lost.length});
      expect(dominatedBy.all(id), `dominated by ${id}`).toEqual(lost);
    }
  });

  test(`bridges among ${EDGES} pointers`, () => {
    const edges = graph.outgoing.flat().filter(({source}) => reachable[source] === 1);
    const step = Math.floor(edges.length / EDGES);
    const sample = edges.filter((_, index) => index % step === 0);
    expect(sample.length).toBeGreaterThanOrEqual(EDGES);
    let bridges = 0;
    for (const edge of sample) {
      const lost = findLost(graph, reachable, findReachable(graph, edge));
      expect(edge.bridge, JSON.stringify(edge)).toBe(lost.length > 0 ? 1 : 0);
      if (edge.bridge === 0) continue;
      bridges++;
      expect(database.prepare('SELECT retained FROM objects WHERE id = ?').pluck().get(edge.target)).toBe(sumOfSizes(graph, lost));
    }
    expect(bridges).toBeGreaterThan(0); // the sample has both kinds
    expect(bridges).toBeLessThan(sample.length);
  });

  test('pointers of garbage are no bridges', () => {
    const sql = 'SELECT count(*) FROM edges e JOIN objects o ON o.id = e.source_id WHERE e.bridge AND NOT o.reachable';
    expect(database.prepare(sql).pluck().get()).toBe(0);
  });
});
