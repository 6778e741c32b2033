/**
 * Graph → the tables that say in names what holds the memory: each row as src/answers computes it, and sums to the byte.
 */
import {describe, expect, test} from 'vitest';
import {computeHolders} from '../../../src/answers/holders.js';
import {computeOwners} from '../../../src/answers/owners.js';
import {tellHeap} from '../../../src/answers/told-heap.js';
import {exportText, ZOO} from '../../kit/exported.js';
import {randomNamedText} from '../../kit/told-heaps.js';

const GRAPHS = [ZOO, ...Array.from({length: 30}, (_, seed) => randomNamedText(seed))];

describe.each(GRAPHS.map((text, index) => [index === 0 ? 'the zoo' : `random graph ${index - 1}`, text]))('%s', (_, text) => {
  test('holders, owners, packages and paths', async () => {
    const {columns, all} = await exportText(text);
    const told = tellHeap(columns);
    const rows = all('SELECT * FROM holders ORDER BY rank');
    const holders = computeHolders(told);
    expect(rows.map(({rank, name, kind, count, retained, node_id}) => ({rank, name, kind, count, retained, example: node_id}))).toEqual(
      holders.map(({name, kind, count, retained, example}, index) => ({rank: index + 1, name, kind, count, retained, example})),
    );
    expect(all('SELECT total(retained) AS bytes FROM holders')).toEqual([{bytes: columns.reachableBytes}]);
    expect(all('SELECT 1 FROM holders WHERE root_id IS NULL OR root_name IS NULL OR exact IS NULL')).toEqual([]);
    const owners = computeOwners(told);
    const sums = all('SELECT count(*) AS owners, total(objects) AS objects, total(bytes) AS bytes FROM owners')[0]!;
    expect(sums).toEqual({owners: owners.rows.length, objects: columns.reachableObjects, bytes: columns.reachableBytes});
    expect(all('SELECT 1 FROM owners WHERE own_bytes + held_bytes <> bytes OR bytes <= 0 OR retained < own_bytes')).toEqual([]);
    expect(
      all(`SELECT w.rank, w.objects, w.bytes, (SELECT count(*) FROM objects o WHERE o.owner_id = w.rank AND o.type_id = w.type_id) AS own
        FROM owners w ORDER BY w.rank`),
    ).toEqual(
      all(`SELECT owner_id AS rank, count(*) AS objects, sum(size) AS bytes, count(*) FILTER (WHERE type_id = (SELECT type_id FROM owners WHERE rank = owner_id)) AS own
        FROM objects WHERE reachable = 1 GROUP BY owner_id ORDER BY owner_id`),
    );
    expect(all('SELECT 1 FROM objects WHERE (owner_id IS NULL) = (reachable = 1)')).toEqual([]);
    expect(all('SELECT path_id, type_id, objects, bytes FROM path_types')).toEqual(
      all(`SELECT path_id, type_id, count(*) AS objects, sum(size) AS bytes FROM objects WHERE reachable = 1 GROUP BY path_id, type_id`),
    );
    expect(all('SELECT total(held_objects) AS objects, total(held_bytes) AS bytes FROM paths WHERE parent_id IS NULL')).toEqual([
      {objects: columns.reachableObjects, bytes: columns.reachableBytes},
    ]);
    expect(all('SELECT package, owners, objects, bytes FROM owner_packages ORDER BY package')).toEqual(
      all('SELECT package, count(*) AS owners, sum(objects) AS objects, sum(bytes) AS bytes FROM owners GROUP BY package ORDER BY package'),
    );
  });
});

test('the objects of an owner are a look-up, biggest first', async () => {
  const {all} = await exportText(ZOO);
  const biggest = 'SELECT id FROM objects WHERE owner_id = ? ORDER BY retained DESC, id';
  expect(all(`EXPLAIN QUERY PLAN ${biggest}`, 1)).toMatchObject([
    {detail: expect.stringMatching(/^SEARCH objects USING (COVERING )?INDEX objects_owner/)},
  ]);
  for (const {rank} of all('SELECT rank FROM owners')) {
    const found = all(biggest, rank!);
    expect(found.length).toBeGreaterThan(0);
    expect(found).toEqual(all('SELECT id FROM objects NOT INDEXED WHERE owner_id = ? ORDER BY retained DESC, id', rank!));
  }
});

test('what is gathered, who holds it, and goroutines by their function', async () => {
  const {all} = await exportText(`
    type main.Server 8 Users@0:map<string,*main.User>; type map<string,*main.User> 8; type map.group[string]*main.User 1600
    type main.User 8 Name@0:*uint8; type uint8 1
    global main.server : *main.Server -> server; server : main.Server -> map; map : map<string,*main.User> -> group
    group : map.group[string]*main.User -> ${Array.from({length: 120}, (_, user) => `${user * 8}=u${user}`).join(' ')}
    ${Array.from({length: 120}, (_, user) => `u${user} : main.User`).join('; ')}
    goroutine 1 -> shared; local job in 1 -> own; goroutine 2 -> shared; shared : main.User; own : main.User
  `);
  const users =
    all(`SELECT h.name, t.name AS type, g.name AS gathers, h.gathers_count, h.gathers_retained, h.root_name, h.variables, h.goroutines, h.exact
    FROM holders h JOIN types t ON t.id = h.type_id JOIN types g ON g.id = h.gathers_type_id`);
  expect(users).toHaveLength(1);
  expect(users[0]).toMatchObject({gathers: 'main.User', gathers_count: 120, gathers_retained: 960, root_name: 'main.server', exact: 1});
  const shared = all(`SELECT kind, variables, goroutines FROM holders WHERE kind = 'object' AND unfolded = 0 AND retained = 8`);
  expect(shared).toEqual([{kind: 'object', variables: 0, goroutines: 1}]);
});
