/** Addresses of screens: what is written can be read back, and names a node by what lasts. */
import {expect, test} from 'vitest';
import {histogramByType} from '../../../../src/database/queries/histogram-queries.js';
import {top} from '../../../../src/database/queries/top-queries.js';
import {href, nodeHref, parseRoute} from '../../../../viewer/app/route.js';
import {sqlOf} from '../../../../viewer/app/sql-text.js';

test.each([
  [{}, '#/types'],
  [{f: 'cache', sort: '-retained'}, '#/types?f=cache&sort=-retained'],
  [{type: 'map[string]*a/b.C[go.shape.int]'}, '#/types?type=map[string]*a/b.C[go.shape.int]'],
  [{q: "SELECT '<&%#?\n+ ;'"}, undefined],
  [{f: '', g: undefined}, '#/types'],
])('%j', (params, expected) => {
  const target = href('types', params);
  if (expected !== undefined) expect(target).toBe(expected);
  const given = Object.fromEntries(Object.entries(params).filter(([, value]) => value));
  expect(parseRoute(target)).toEqual({screen: 'types', params: given});
  expect(parseRoute(new URL(target, 'http://localhost/').hash)).toEqual({screen: 'types', params: given});
});

test('nothing is the overview', () => {
  expect(['', '#', '#/'].map(parseRoute)).toEqual(Array(3).fill({screen: 'overview', params: {}}));
});

test('links to a screen that was renamed lead there', () => {
  expect(parseRoute('#/dominators?o=main.cache')).toEqual({screen: 'holders', params: {o: 'main.cache'}});
});

test('nodes are named by addresses and names, by ids only where names are ambiguous', () => {
  expect(nodeHref({id: 9, kind: 'object', address: 0xc000010000})).toBe('#/object?o=0xc000010000');
  expect(nodeHref({id: 9, name: '0xc000010000'})).toBe('#/object?o=0xc000010000');
  expect(nodeHref({id: 9, kind: 'global', name: 'main.cache', address: 5})).toBe('#/object?o=main.cache');
  expect(nodeHref({id: 9, kind: 'goroutine', name: 'goroutine 17'})).toBe('#/object?o=goroutine+17');
  expect(nodeHref({id: 9, kind: 'local', name: 'buf', address: 5})).toBe('#/object?o=9');
  expect(nodeHref({id: 9})).toBe('#/object?o=9');
});

test('the statement behind a table has its parameters and its order', () => {
  expect(sqlOf(top, {limit: 10})).toMatch(/^SELECT rank, .* FROM biggest ORDER BY rank LIMIT 10$/);
  const sql = sqlOf(histogramByType, {filter: "it's", limit: -1}, {column: 'objects', isDescending: true});
  expect(sql).toContain("lower('it''s')");
  expect(sql).toMatch(/^SELECT \* FROM \(\n {2}SELECT[\s\S]*LIMIT -1\n\) ORDER BY "objects" DESC$/);
});
