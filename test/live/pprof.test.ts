/**
 * pprof profiles in `go tool pprof` itself: reports, the difference of two dumps of one process, the web pages. In Chromium too, where
 * there is one (on the path, or named by the environment variable CHROMIUM).
 */

import {cpSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {inflateSync} from 'node:zlib';
import {afterAll, describe, expect, test} from 'vitest';
import {spawn, spawnSync} from '../kit/child-process.js';
import {findChromium} from '../kit/devtools-reader.js';
import {gcore} from '../kit/gcore.js';
import {runGoheap} from '../kit/goheap.js';
import {findObstacle, makeCore} from '../kit/live-cores.js';
import {freePort, untilItServes} from '../kit/third-party.js';

const PROGRAMS = fileURLToPath(new URL('../../fixtures/programs', import.meta.url));
const MODES = ['telling', 'dominators', 'shortest'] as const;
const DOCUMENT = fileURLToPath(new URL('../../docs/pprof.md', import.meta.url));
const LEAKED_AT_ONCE = 2000;
const PAYLOAD = 1024;
const obstacle = findObstacle();
if (obstacle !== undefined) console.warn(`go tool pprof is not tested: ${obstacle}.`);
const browser = findChromium();
if (browser === undefined) console.warn('The flame graph is not looked at in a browser: no chromium on the path.');

describe.skipIf(obstacle !== undefined)('go tool pprof', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-pprof-'));
  afterAll(() => rmSync(folder, {recursive: true}));
  const profiles = obstacle === undefined ? await dumpTwice(folder) : [];
  const [before, after] = profiles as [string, string];
  const exact = ['-unit=b', '-nodefraction=0', '-nodecount=100000'];

  test('-top: the total is what is reachable, cum of the variable what it retains', () => {
    const report = pprof('-top', '-cum', ...exact, before);
    const total = Number(/ (\d+)B total$/m.exec(report)![1]);
    const rows = rowsOf(report);
    expect(rows.reduce((sum, {flat}) => sum + flat, 0)).toBe(total);
    const registry = rows.find(({name}) => name === 'main.registry *main.Registry')!;
    expect(registry.cum).toBe(retainedBy(join(folder, '1.db'), 'main.registry'));
    expect(registry.cum).toBeGreaterThan(LEAKED_AT_ONCE * PAYLOAD);
    expect(total).toBe(reachableBytes(join(folder, '1.db')));
    expect(report).toMatch(/^File: grow$/m);
    expect(report).toMatch(/^cum of a first frame: retained size/m);
    expect(report).toMatch(/^Type: inuse_space$/m);
  });

  test("a map's cum in a profile of zoo is what it retains, to the byte", () => {
    const {core, executable} = makeCore('zoo-1.26.8');
    for (const [format, name] of [
      ['pprof', 'zoo.pb.gz'],
      ['sqlite', 'zoo.db'],
    ] as const) {
      const {status, stderr} = runGoheap(['convert', core, '--exe', executable, '--to', format, '-o', join(folder, name)]);
      expect(status, stderr).toBe(0);
    }
    const report = pprof('-top', '-cum', ...exact, join(folder, 'zoo.pb.gz'));
    const map = rowsOf(report).find(({name}) => name.startsWith('main.GMapLarge '))!;
    expect(map.cum).toBe(retainedBy(join(folder, 'zoo.db'), 'main.GMapLarge'));
    expect(map.cum).toBeGreaterThan(100_000);
    expect(Number(/ (\d+)B total$/m.exec(report)![1])).toBe(reachableBytes(join(folder, 'zoo.db')));
  });

  test('-tree, -traces, -tags, -peek, -lines show names, labels and places whole', () => {
    expect(pprof('-tree', before)).toMatch(/ main\.Session\.Payload$/m);
    const traces = pprof('-traces', before);
    expect(traces).toMatch(/type: {2}main\.Session\n\s+package: {2}main\n\s+\S+ {3}main\.Registry\.ByName\[…\] main\.Session\n/);
    expect(pprof('-tags', before)).toMatch(/\): global$/m);
    expect(pprof('-peek=ByName', before)).toMatch(/ main\.Registry$/m);
    expect(pprof('-top', '-lines', '-nodefraction=0', before)).toMatch(/ in poll\.\(\*FD\)\.Read \S+\.go:\d+$/m);
    expect(pprof('-top', '-sample_index=inuse_objects', ...exact, before)).toMatch(/^Type: inuse_objects$/m);
  });

  test('a program that shares its state as servers do: its holders come first, whatever the mode the sum is the same', async () => {
    const {telling, dominators, shortest} = await dumpServed(folder);
    const rows = rowsOf(pprof('-top', '-cum', ...exact, telling));
    const sum = rows.reduce((bytes, {flat}) => bytes + flat, 0);
    expect(rows.find(({name}) => name === '(several roots)')?.cum ?? 0).toBeLessThan(0.01 * sum);
    const share = (name: RegExp) => rows.filter((row) => name.test(row.name)).reduce((most, {cum}) => Math.max(most, cum), 0);
    expect(share(/^server\.store.* in main\.main$/)).toBeGreaterThan(4000 * 1024);
    expect(share(/^(server\.)?index.* in main\.(main|\(\*Server\)\.serve)$/)).toBeGreaterThan(500 * 2048);
    const blobs = ['main.Entry.Blob', 'main.Page.Blob'].map((frame) => rows.find(({name}) => name === frame)!.flat);
    expect(blobs).toEqual([4000 * 1024, 500 * 2048]);
    const [other, another] = [dominators, shortest].map((profile) => rowsOf(pprof('-top', '-cum', ...exact, profile))) as [Row[], Row[]];
    for (const all of [other, another]) expect(all.reduce((bytes, {flat}) => bytes + flat, 0)).toBe(sum);
    expect(other.find(({name}) => name === '(several roots)')!.cum).toBeGreaterThan(0.9 * sum);
    expect(reachableBytes(join(folder, 'served.db'))).toBe(sum);
    const listing = pprof('-list=^server|^goroutine main.*serve', telling);
    expect(listing).toMatch(/MB +\d+:\tserver := &Server\{/);
    expect(listing).toMatch(/kB +\d+:\t\tgo server\.serve\(/);
  });

  test('every command of docs/pprof.md', () => {
    const commands = [...readFileSync(DOCUMENT, 'utf8').matchAll(/^go tool pprof (?!-http).*?(?= +#|$)/gm)].map(([command]) => command);
    expect(commands.length).toBeGreaterThan(8);
    for (const name of ['heap', 'before']) cpSync(before, join(folder, `${name}.pb.gz`));
    cpSync(after, join(folder, 'after.pb.gz'));
    for (const command of commands) {
      const {status, stdout, stderr} = spawnSync('bash', ['-c', command.replace('cache', 'registry')], {cwd: folder, encoding: 'utf8'});
      expect(status, command + stderr).toBe(0);
      expect(stdout, command).toMatch(command.includes('-list') ? /^ROUTINE =+ main\.Session\.Payload /m : /^Type: inuse_/m);
    }
  });

  test('-diff_base: the growth comes first, and what stayed is not there', () => {
    const rows = rowsOf(pprof('-top', '-cum', ...exact, `-diff_base=${before}`, after));
    const [registry, steady] = ['main.registry *main.Registry', 'main.steady []*main.Session'].map((name) =>
      rows.find((row) => row.name === name),
    );
    expect(rows[0]!.cum).toBe(registry!.cum); // all frames from the variable down to the map have the same
    expect(registry!.cum).toBe(retainedBy(join(folder, '2.db'), 'main.registry') - retainedBy(join(folder, '1.db'), 'main.registry'));
    expect(registry!.cum).toBeGreaterThan(LEAKED_AT_ONCE * PAYLOAD);
    expect(steady?.cum ?? 0).toBe(0);
    const byType = rowsOf(pprof('-top', ...exact, `-diff_base=${before}`, after));
    expect(byType[0]!.name).toBe('main.Session.Payload');
    expect(byType[0]!.flat).toBe(LEAKED_AT_ONCE * PAYLOAD);
  });

  test('-diff_base of a profile and itself is nothing', () => {
    expect(pprof('-top', `-diff_base=${before}`, before)).toMatch(/of \S+ total$/m);
    expect(rowsOf(pprof('-top', ...exact, `-diff_base=${before}`, before)).every(({flat, cum}) => flat === 0 && cum === 0)).toBe(true);
  });

  test('the web pages, and the flame graph in a browser', async () => {
    const port = await freePort();
    const server = spawn('go', ['tool', 'pprof', '-no_browser', `-http=127.0.0.1:${port}`, before], {detached: true, stdio: 'ignore'});
    try {
      const address = `http://127.0.0.1:${port}/ui`;
      await untilItServes(server, `${address}/top`);
      for (const page of ['top', 'flamegraph', 'peek', 'flamegraph?si=inuse_objects']) {
        const response = await fetch(`${address}/${page}`);
        expect(response.status, page).toBe(200);
        expect(await response.text(), page).toContain('main.registry *main.Registry');
      }
      if (browser === undefined) return;
      expect(renderedBy(browser, `${address}/flamegraph`, folder)).toContain('main.registry *main.Registry</');
      const picture = pictureBy(browser, `${address}/flamegraph`, folder);
      expect(picture.width).toBe(1200);
      expect(picture.differentRows).toBeGreaterThan(100); // boxes and their texts; of an empty page all rows are alike
    } finally {
      process.kill(-server.pid!);
    }
  });
});

/** Builds and runs the program, dumps it, lets it grow, dumps it again; gives the two profiles, with a database beside each. */
async function dumpTwice(folder: string): Promise<string[]> {
  const profiles: string[] = [];
  await runProgram(folder, 'grow', async (executable, child, nextLine) => {
    for (const dump of [1, 2]) {
      expect(await nextLine()).toBe(`sessions ${dump * LEAKED_AT_ONCE}`);
      const core = dumpProcess(folder, child.pid!);
      convert(core, executable, join(folder, `${dump}.pb.gz`), ['--to', 'pprof']);
      convert(core, executable, join(folder, `${dump}.db`), ['--to', 'sqlite']);
      profiles.push(join(folder, `${dump}.pb.gz`));
      child.stdin!.write('more\n');
    }
  });
  return profiles;
}

/** Profiles of a program that shares its state, by their mode; with a database beside them. */
async function dumpServed(folder: string): Promise<Record<(typeof MODES)[number], string>> {
  const profiles = Object.fromEntries(MODES.map((mode) => [mode, join(folder, `served-${mode}.pb.gz`)]));
  await runProgram(folder, 'served', async (executable, child, nextLine) => {
    expect(await nextLine()).toBe('serving');
    const core = dumpProcess(folder, child.pid!);
    for (const [mode, profile] of Object.entries(profiles)) convert(core, executable, profile, ['--to', 'pprof', '--paths', mode]);
    convert(core, executable, join(folder, 'served.db'), ['--to', 'sqlite']);
  });
  return profiles as Awaited<ReturnType<typeof dumpServed>>;
}

type Use = (executable: string, child: ReturnType<typeof spawn>, nextLine: () => Promise<unknown>) => Promise<void>;

/** Not with -trimpath: `pprof -list` looks for the source where it was. */
async function runProgram(folder: string, name: string, use: Use): Promise<void> {
  cpSync(join(PROGRAMS, name), join(folder, `${name}-src`), {recursive: true});
  const executable = join(folder, name);
  const built = spawnSync('go', ['build', '-o', executable, '.'], {
    cwd: join(folder, `${name}-src`),
    encoding: 'utf8',
    env: {...process.env, CGO_ENABLED: '0'},
  });
  if (built.status !== 0) throw new Error(built.stderr);
  const child = spawn(executable, [], {stdio: ['pipe', 'pipe', 'inherit']});
  const lines = createInterface(child.stdout!)[Symbol.asyncIterator]();
  try {
    await use(executable, child, async () => (await lines.next()).value);
  } finally {
    child.kill('SIGKILL');
  }
}

function dumpProcess(folder: string, pid: number): string {
  const core = join(folder, `core.${pid}`);
  gcore(pid, core);
  return core;
}

function convert(core: string, executable: string, output: string, flags: readonly string[]): void {
  const {status, stderr} = runGoheap(['convert', core, '--exe', executable, '-o', output, '--force', ...flags]);
  if (status !== 0) throw new Error(stderr);
}

function pprof(...args: readonly string[]): string {
  const {status, stdout, stderr} = spawnSync('go', ['tool', 'pprof', ...args], {encoding: 'utf8', cwd: tmpdir(), maxBuffer: 2 ** 28});
  if (status !== 0) throw new Error(`pprof ${args.join(' ')}: ${stderr}`);
  expect(stderr).toBe(''); // it has nothing to complain about
  return stdout;
}

interface Row {
  readonly flat: number;
  readonly cum: number;
  readonly name: string;
}

/** The table of `-top`, in bytes. */
function rowsOf(report: string): Row[] {
  return [...report.matchAll(/^ *(-?\d+)B? +\S+ +\S+ +(-?\d+)B? +\S+ {2}(.*)$/gm)].map(([, flat, cum, name]) => ({
    flat: Number(flat),
    cum: Number(cum),
    name: name!,
  }));
}

function ask(database: string, sql: string): number {
  const {status, stdout, stderr} = runGoheap(['query', database, sql, '--json']);
  if (status !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as {n: number}[])[0]!.n;
}
const retainedBy = (database: string, variable: string) => ask(database, `SELECT retained AS n FROM roots WHERE name = '${variable}'`);
const reachableBytes = (database: string) => ask(database, "SELECT value AS n FROM meta WHERE key = 'reachable_bytes'");

function renderedBy(command: string, address: string, folder: string): string {
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${join(folder, 'browser')}`, '--virtual-time-budget=5000'];
  return spawnSync(command, [...flags, '--dump-dom', address], {encoding: 'utf8', maxBuffer: 2 ** 28, timeout: 300_000}).stdout;
}

/** A screenshot, and how many of its rows of pixels differ. */
function pictureBy(command: string, address: string, folder: string): {readonly width: number; readonly differentRows: number} {
  const path = join(folder, 'flame.png');
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${join(folder, 'browser')}`, '--virtual-time-budget=5000'];
  spawnSync(command, [...flags, '--window-size=1200,900', `--screenshot=${path}`, address], {timeout: 300_000});
  const png = readFileSync(path);
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const pixels = inflateSync(Buffer.concat(parts));
  const row = pixels.length / height;
  const rows = new Set(Array.from({length: height}, (_, y) => pixels.toString('latin1', y * row, (y + 1) * row)));
  return {width, differentRows: rows.size};
}
