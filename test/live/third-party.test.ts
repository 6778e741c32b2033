/**
 * A real server that somebody else wrote, as its makers ship it (stripped) and with debug information, dumped under load: both
 * convert, the self-checks hold, every stack unwinds.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {expectDocumentedPairs, expectDocumentedUnknowns, refusedPairs, typedShare} from '../kit/expect-types.js';
import {openDatabase} from '../kit/goheap.js';
import {convertCore} from '../kit/goheap-here.js';
import {findObstacle, readBuildSettings} from '../kit/live-cores.js';
import {pickTargets} from '../kit/live-targets.js';
import {buildServer, CADDY, dumpServer, NATS} from '../kit/third-party.js';
import {traceCore} from '../kit/traced-core.js';

/** Self-checks that may find the runtime in the middle of a change. */
const IN_THE_MIDDLE = ['allocation-count', 'span-shape', 'span-pages', 'heap-total', 'object-type'];

describe.skipIf(findObstacle() !== undefined)(NATS.module, () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-live-'));
  afterAll(() => rmSync(folder, {recursive: true}));

  test.for(
    pickTargets<{stripped: boolean; how: 'gcore' | 'abort'}>(
      [
        {stripped: false, how: 'gcore'},
        {stripped: true, how: 'abort'},
      ],
      [
        {stripped: false, how: 'abort'},
        {stripped: true, how: 'gcore'},
      ],
    ),
  )('$how, stripped: $stripped', async ({stripped, how}, context) => {
    const built = buildServer(NATS, stripped, folder);
    if ('obstacle' in built) return context.skip(`the module proxy cannot be reached: ${built.obstacle}`);
    const core = await dumpServer(NATS, built.executable, join(folder, `${how}-${stripped}`), how);
    const database = openDatabase(await convertCore({core, executable: built.executable}, join(folder, 'server.db')));
    const one = (sql: string) => database.prepare(sql).pluck().get();
    const all = (sql: string) => database.prepare(sql).pluck().all();

    expect(all('SELECT code FROM warnings').filter((code) => !IN_THE_MIDDLE.includes(code as string))).toEqual([]);
    expect(one("SELECT value FROM meta WHERE key = 'dwarf'")).toBe(stripped ? 'none' : 'full');
    expect(one("SELECT value FROM meta WHERE key = 'complete'")).toBe(1);
    expect(one('SELECT count(*) FROM objects WHERE reachable')).toBeGreaterThan(2_000);
    expect(one('SELECT count(*) FROM goroutines WHERE NOT system')).toBeGreaterThan(8); // the clients' connections are open
    const outermost =
      'SELECT DISTINCT function FROM frames f WHERE NOT EXISTS (SELECT 1 FROM frames o WHERE o.goroutine_id = f.goroutine_id AND o.depth > f.depth)';
    expect(all(outermost)).toEqual(['runtime.goexit']);
    // Found by their types, in both: what the server itself keeps for its connections and its configuration.
    expect(
      one("SELECT count(*) FROM objects o JOIN types t ON t.id = o.type_id WHERE t.name = 'net/http.conn' AND o.reachable"),
    ).toBeGreaterThan(0);
    expect(
      one(
        "SELECT count(*) FROM objects o JOIN types t ON t.id = o.type_id WHERE t.name = 'github.com/nats-io/nats-server/v2/server.Server'",
      ),
    ).toBe(1);
    database.close();
  });
});

describe.skipIf(findObstacle() !== undefined)('what is typed of servers under load', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-live-'));
  afterAll(() => rmSync(folder, {recursive: true}));

  test.for(pickTargets([NATS], [CADDY]))('$name', async (server, context) => {
    const built = buildServer(server, false, folder);
    if ('obstacle' in built) return context.skip(`the module proxy cannot be reached: ${built.obstacle}`);
    const core = await dumpServer(server, built.executable, join(folder, server.name), 'gcore');
    const database = openDatabase(await convertCore({core, executable: built.executable}, join(folder, 'server.db')));
    const share = typedShare(database);
    expect(share.bytes).toBeGreaterThan(0.97);
    expect(share.objects).toBeGreaterThan(0.97);
    expectDocumentedUnknowns(database, server.name, /go(1\.\d+)/.exec(readBuildSettings(built.executable).version)![1]!);
    expect(database.prepare("SELECT message FROM warnings WHERE code LIKE 'type-%'").pluck().all()).toEqual([]);
    database.close();
    const traced = await traceCore(core, built.executable);
    expectDocumentedPairs(await refusedPairs(traced));
    traced.close();
  });
});
