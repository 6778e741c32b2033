/** The examples of docs/examples do what they say: on recorded cores. */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {biggest} from '../../../docs/examples/biggest.js';
import {check} from '../../../docs/examples/checker.js';
import {folded} from '../../../docs/examples/folded.js';
import leak from '../../../docs/examples/leak.js';
import {ndjson} from '../../../docs/examples/ndjson.js';
import {summary} from '../../../docs/examples/summary.js';
import {bytesByTenant} from '../../../docs/examples/tenants.js';
import {type AnalyzedHeap, openHeap, writeHeap} from '../../../src/index.js';
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

describe('the worked ones, on the shop', () => {
  const shop = unpackFixture('leak-1.26.8');
  const {facts, built} = readTruth(shop.truth);
  let leaking: AnalyzedHeap;
  beforeAll(async () => {
    leaking = await (await openHeap(shop.core, {executable: shop.executable})).analyze();
  });
  afterAll(() => leaking.close());
  const sessions = built['main.Session']!.count;

  test('checker: pages of all sessions, and the handlers that wait', () => {
    const lines = check(leaking);
    expect(lines[0]).toMatch(new RegExp(`^pages: ${sessions} findings, `));
    expect(lines[1]).toMatch(new RegExp(`LastPage uses \\d+ of ${facts['page bytes']} bytes$`));
    expect(lines.find((line) => line.startsWith('handlers'))).toMatch(new RegExp(`^handlers: ${facts.handlers} findings, `));
  });

  test('summary: what the library says elsewhere', () => {
    const text = summary(leaking);
    const [server] = [...leaking.roots('global')].filter((id) => leaking.node(id).name === 'main.server');
    expect(text).toContain(`\`main.server\`: ${(leaking.retained(server!)! / 1e6).toFixed(1)} MB`);
    expect(text).toContain(`- ${facts.handlers} × \`main.logout\` `);
    expect(text).toContain(`${(leaking.objects().bytes() / 1e6).toFixed(1)} MB live`);
    expect(text.split('\n').filter((line) => /^- \*\*/.test(line))).toHaveLength(leaking.suspects().length);
  });

  test('folded: lines add up to what is live, and to what a variable retains', async () => {
    const path = join(temporaryFolder(), 'heap.folded');
    await writeHeap(leaking, folded, path, {packages: 'short'});
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    const sum = (some: readonly string[]) => some.reduce((bytes, line) => bytes + Number(line.split(' ').at(-1)), 0);
    expect(sum(lines)).toBe(leaking.objects().bytes());
    const [server] = [...leaking.roots('global')].filter((id) => leaking.node(id).name === 'main.server');
    expect(sum(lines.filter((line) => line.startsWith('main.server;')))).toBe(leaking.retained(server!));
    expect(new Set(lines.map((line) => line.slice(0, line.lastIndexOf(' ')))).size).toBe(lines.length);
  });
});
