/** Holders as lines for people. */
import {expect, test} from 'vitest';
import {shortenPackages} from '../../../src/base/short-packages.js';
import {type HolderQueryRow, holderJson, holderTable} from '../../../src/cli/holder-text.js';

const ROW: HolderQueryRow = {
  ...{
    rank: 1,
    node_id: 7,
    name: 'main.srv.store',
    kind: 'object',
    type: 'example.com/shop/store.Store',
    count: 1,
    retained: 3000,
    share: 0.75,
  },
  ...{gathers_id: 9, gathers_name: '.items[…]', gathers_count: 1200, gathers_type: 'example.com/shop/store.Item', gathers_retained: 2700},
  ...{root_name: 'main.srv', variables: 0, goroutines: 0, exact: 1},
};
const SHORT = {isWhole: false, isExact: false};
const below = (change: Partial<HolderQueryRow>) => holderTable([{...ROW, ...change}], SHORT).below[0];

test('what is gathered, and who else holds it', () => {
  const {rows} = holderTable([ROW], SHORT);
  expect(rows[0]).toMatchObject({rank: 1, retained: 3000, name: 'main.srv.store', type: 'store.Store'});
  expect(holderTable([ROW], {...SHORT, isWhole: true}).rows[0]).toMatchObject({type: 'example.com/shop/store.Store'});
  expect(below({})).toEqual(['.items[…] → 1,200 × store.Item, 2 B each']);
  const long = {...ROW, gathers_retained: 1200 * 3000};
  expect(holderTable([long], SHORT).below[0]).toEqual(['.items[…] → 1,200 × store.Item, 2.9 KiB each']);
  expect(holderTable([long], {...SHORT, isExact: true}).below[0]).toEqual(['.items[…] → 1,200 × store.Item, 3000 B each']);
  expect(below({gathers_name: ''})).toEqual(['→ 1,200 × store.Item, 2 B each']);
  expect(below({gathers_count: null, variables: 1, goroutines: 2})).toEqual(['held by main.srv + 1 variable, 2 goroutines']);
  expect(below({gathers_count: null, variables: 2000, exact: 0})).toEqual(['held by main.srv + at least 2,000 variables']);
  expect(below({gathers_count: null, goroutines: 1, exact: 0})).toEqual(['held by main.srv + at least 1 goroutine']);
  expect(below({gathers_count: null, root_name: null})).toEqual([]);
});

test('the rows that are not listed', () => {
  const more = {...ROW, kind: 'more', node_id: null, name: null, type: null, gathers_id: null, gathers_count: null, root_name: null};
  expect(holderTable([{...more, count: 1}], SHORT).rows[0]).toMatchObject({name: '1 row more', type: '', count: ''});
  expect(holderTable([{...more, count: 12_345}], SHORT).rows[0]).toMatchObject({name: '12,345 rows more'});
  expect(holderJson(more)).toMatchObject({kind: 'more', gathers: null, held_by: null});
});

test('import paths are as short as they can be without being mistaken for each other', () => {
  const texts = [
    'github.com/nats-io/nats-server/v2/server.(*Server).run',
    'map[string]*example.com/a/store.Item',
    'example.com/b/store.Item',
    'k8s.io/api/v1.Pod',
    'c in net/http.(*conn).serve',
    'main.path[…]',
  ];
  const short = shortenPackages(texts);
  expect(texts.map(short)).toEqual([
    'server.(*Server).run',
    'map[string]*a/store.Item',
    'b/store.Item',
    'api/v1.Pod',
    'c in http.(*conn).serve',
    'main.path[…]',
  ]);
});
