/** The examples of docs/examples do what they say: on recorded cores. */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {biggest} from '../../../docs/examples/biggest.js';
import leak from '../../../docs/examples/leak.js';
import {ndjson} from '../../../docs/examples/ndjson.js';
import {bytesByTenant} from '../../../docs/examples/tenants.js';
import {openHeap, writeHeap} from '../../../src/index.js';
import {unpackFixture} from '../../kit/fixtures.js';
import {temporaryFolder} from '../../kit/small-database.js';
import {readTruth} from '../../oracle/truth.js';

const {core, executable, truth: truthFile} = unpackFixture('maps-1.21.13');
const truth = readTruth(truthFile);
const opened = await openHeap(core, {executable});
const heap = await opened.analyze();
afterAll(() => heap.close());

test('leak: the closed sessions and the map that holds them', () => {
  const closed = JSON.parse(truth.facts['closed sessions']!) as string[];
  expect(closed.length).toBeGreaterThan(3);
  const found = [...leak.run(heap)];
  expect(found.map(({message}) => message.split(' held by ')[0]).sort()).toEqual([...closed].sort());
  for (const {message, node} of found) {
    expect(message).toMatch(/ held by main\.sessions/);
    expect(heap.node(node).type?.name).toBe('main.Session');
  }
});

test('tenants: a session and its name, by tenant', () => {
  const sessions = JSON.parse(truth.facts['map sessions']!) as [key: string, session: {ID: string}][];
  const expected = new Map<string, number>();
  for (const [key] of sessions) {
    const tenant = key.split('/')[0]!;
    expected.set(tenant, (expected.get(tenant) ?? 0) + 24 + 32); // the size classes of {string, bool} and of 25 bytes
  }
  expect(new Map(bytesByTenant(heap))).toEqual(expected);
  expect(expected.size).toBe(3);
});

test('ndjson: a line per live object', async () => {
  const path = join(temporaryFolder(), 'out.ndjson');
  await writeHeap(opened, ndjson, path, {});
  const lines = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as [number, string | null, number]);
  expect(lines).toHaveLength(heap.objects().count());
  expect(lines.filter(([, type]) => type === 'main.Session')).toHaveLength(Number(truth.facts['len sessions']));
  await writeHeap(opened, ndjson, path, {garbage: 'only', force: true});
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(heap.objects({garbage: 'only'}).count() + 1);
});

test('biggest: on a recorded core', async () => {
  const {core, executable} = unpackFixture('tiny-1.26.8');
  const lines = await biggest(core, executable, 3);
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/^262144 bytes {2}\[262144\]uint8 {2}held by main\.truthBuf$/);
});
