/**
 * What holds the memory of servers that others wrote, as `goheap top` says it: complete, in names, and what an engineer of that server would
 * say; and what is found in them (expect-findings.ts). Two of them are investigated through the viewer (investigations.ts), where there is a Chromium. Writes docs/servers.md. Builds servers for a quarter of an hour and needs the module proxy: run by hand before an issue is resolved.
 *
 * `GOHEAP_SERVERS=<folder>` keeps executables, cores and databases there and uses what is there; `-t NAME` chooses a server.
 */
import {existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, describe, expect, test} from 'vitest';
import {launchBrowser} from '../kit/browser.js';
import {openDatabase, runGoheap} from '../kit/goheap.js';
import {convertCore} from '../kit/goheap-here.js';
import {findInstalledGo, findObstacle} from '../kit/live-cores.js';
import {BADGER_INVESTIGATED} from './badger-questions.js';
import {BADGER} from './badger-server.js';
import {buildFromModule, dumpLoaded, readLeakedIds} from './dump-loaded.js';
import {ETCD} from './etcd-server.js';
import {expectFindings} from './expect-findings.js';
import {investigate} from './investigations.js';
import type {LoadedServer} from './loaded-server.js';
import {JETSTREAM} from './nats-jetstream.js';
import {NATS_INVESTIGATED} from './nats-questions.js';
import {PROMETHEUS} from './prometheus-server.js';
import {type OwnerRow, type ServerResult, serversReport, type TopRow} from './servers-report.js';
import {VICTORIA} from './victoria-server.js';

const REPORT = fileURLToPath(new URL('../../docs/servers.md', import.meta.url));
const BUILDS = [
  ...[ETCD, PROMETHEUS, VICTORIA, JETSTREAM, BADGER].map((server) => ({server, isStripped: false})),
  {server: ETCD, isStripped: true},
];
/** Rows of `top` that must hold LEAST_SHARE of the bytes, and those among which the expected are. */
const SHOWN = 12;
const FIRST = 8;
const LEAST_SHARE = 0.9;

const browser = findObstacle() === undefined ? await launchBrowser() : undefined;
if (browser === undefined) console.warn('No server is investigated through the viewer: no chromium on the path.');

describe.skipIf(findObstacle() !== undefined)('servers', () => {
  const kept = process.env.GOHEAP_SERVERS;
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'goheap-servers-'));
  mkdirSync(folder, {recursive: true});
  const results: ServerResult[] = [];
  afterAll(async () => {
    await browser?.close();
    if (kept === undefined) rmSync(folder, {recursive: true});
    if (results.length === BUILDS.length) writeFileSync(REPORT, serversReport(results, findInstalledGo()));
  });

  test.each(BUILDS.map((build) => ({...build, name: labelOf(build)})))('$name', async ({server, isStripped, name}) => {
    const executable = buildFromModule(server, isStripped, folder);
    const work = join(folder, `${name.replaceAll(/\W+/g, '-')}-run`);
    const path = join(work, 'server.db');
    if (!existsSync(join(work, 'core'))) await dumpLoaded(server, executable, work);
    if (kept === undefined || !existsSync(path)) await convertCore({core: join(work, 'core'), executable}, path);
    if (kept === undefined) rmSync(join(work, 'core'));

    const top = JSON.parse(runGoheap(['top', path, '--top', String(SHOWN), '--json', '--quiet']).stdout) as TopRow[];
    const database = openDatabase(path);
    const reachable = database.prepare("SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'reachable_bytes'").pluck().get() as number;
    const owners = database.prepare('SELECT name, kind, bytes FROM owners ORDER BY rank').all() as OwnerRow[];
    const packages = database.prepare('SELECT sum(bytes) FROM owner_packages').pluck().get();
    database.close();
    const findings = await expectFindings(path, reachable, readLeakedIds(work), server.expected.leak);
    const broken = JSON.parse(runGoheap(['check', path, '--rules', 'go', '--json', '--quiet']).stdout) as {
      passed: boolean | null;
      message: string;
    }[];
    expect.soft(broken.filter(({passed}) => passed === false).map(({message}) => message)).toEqual([]);
    results.push({name, module: server.module, how: server.how, isStripped, reachable, top, owners, findings, expected: server.expected});

    const sum = (rows: readonly number[]) => rows.reduce((total, bytes) => total + bytes, 0);
    expect.soft(sum(top.map(({retained}) => retained))).toBe(reachable);
    expect.soft(sum(owners.map(({bytes}) => bytes))).toBe(reachable);
    expect.soft(packages).toBe(reachable);
    const rows = top.filter(({kind}) => kind !== 'more');
    expect.soft(sum(rows.map(({share}) => share))).toBeGreaterThanOrEqual(LEAST_SHARE);
    expect.soft(rows.map((row) => row.name!).filter((text) => /0x[0-9a-f]{3}/.test(text))).toEqual([]);
    expectNamed(server, rows.slice(0, FIRST), owners.slice(0, FIRST));
  });

  test.skipIf(browser === undefined).each([NATS_INVESTIGATED, BADGER_INVESTIGATED])('$server.name is investigated', async (investigated) =>
    expect(await investigate(investigated, browser!, folder)).toEqual([]),
  );
});

function labelOf({server, isStripped}: (typeof BUILDS)[number]): string {
  return `${server.name} ${server.module.split('@')[1]}${isStripped ? ' stripped' : ''}`;
}

function expectNamed({expected}: LoadedServer, rows: readonly TopRow[], owners: readonly OwnerRow[]): void {
  for (const {name, gathers, least = 0} of expected.holders) {
    const found = rows.filter((row) => name.test(`${row.name} ${row.type ?? ''}`));
    expect.soft(found.length, `a row of ${name}`).toBeGreaterThan(0);
    if (gathers === undefined) continue;
    const gathering = found.filter((row) => row.gathers !== null && gathers.test(row.gathers.type) && row.gathers.count >= least);
    expect.soft(gathering.length, `a row of ${name} that gathers ${gathers}`).toBeGreaterThan(0);
  }
  for (const owner of expected.owners)
    expect.soft(owners.filter(({name}) => owner.test(name)).length, `the owner ${owner}`).toBeGreaterThan(0);
}
