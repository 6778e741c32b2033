/**
 * The figures of the headline against those that everybody else shows: what the kernel counts as resident right before the dump, and what the
 * program itself reads of runtime.MemStats.
 */
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {memory} from '../../src/database/queries/info-queries.js';
import {memoryFigures} from '../../src/database/queries/memory-figures.js';
import {runQuery} from '../../src/database/queries/run-query.js';
import {openCoreHeap} from '../../src/open-core-heap.js';
import {openDatabase} from '../../src/sql/index.js';
import {execFileSync, spawn, spawnSync} from '../kit/child-process.js';
import {exportGraph} from '../kit/exported.js';
import {gcore} from '../kit/gcore.js';
import {findInstalledGo, findObstacle} from '../kit/live-cores.js';

const MB = 2 ** 20;
/** Holds 32 MiB that it has written to, and 48 MiB that it has not; drops as much of either. */
const SOURCE = `package main

import (
	"crypto/rand"
	"os"
	"runtime"
	"strconv"
	"time"
)

var full, empty []byte
var table [3 << 20]byte

func main() {
	rand.Read(table[:16])
	for i := 0; i < 2; i++ {
		full, empty = make([]byte, 32<<20), make([]byte, 48<<20)
		for at := range full {
			full[at] = byte(at) | 1
		}
		if i == 0 {
			runtime.GC()
			runtime.GC()
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	out := "{"
	for name, value := range map[string]uint64{"Sys": m.Sys, "HeapInuse": m.HeapInuse, "StackInuse": m.StackInuse, "HeapAlloc": m.HeapAlloc, "NextGC": m.NextGC} {
		out += strconv.Quote(name) + ":" + strconv.FormatUint(value, 10) + ","
	}
	os.Stdout.WriteString(out + "\\"ready\\":1}\\n")
	time.Sleep(time.Hour) // not select {}: without a goroutine to run the runtime ends the program
}
`;

/** Kilobytes of a line of /proc/PID/smaps, summed up; `isFile`: only of mappings of files, or only of others. */
function resident(smaps: string, field: string, isFile?: boolean): number {
  const parts = smaps.split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m);
  const chosen = parts.filter((part) => isFile === undefined || / \/\S+$/.test(part.split('\n')[0]!) === isFile);
  return chosen.reduce((sum, part) => sum + 1024 * Number(new RegExp(`^${field}: *(\\d+)`, 'm').exec(part)?.[1] ?? 0), 0);
}

describe.skipIf(findObstacle() !== undefined)('figures', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-figures-'));
  afterAll(() => rmSync(folder, {recursive: true}));

  test.each([
    {name: 'default', env: {}, settings: {gc_percent: 100, memory_limit: undefined}},
    {name: 'limit', env: {GOMEMLIMIT: '300MiB', GOGC: 'off'}, settings: {gc_percent: -1, memory_limit: 300 * MB}},
    {name: 'low-limit', env: {GOMEMLIMIT: '210MiB'}, settings: {gc_percent: 100, memory_limit: 210 * MB}},
  ])('$name', async ({name, env, settings}) => {
    const work = join(folder, name);
    const {smaps, memstats, executable} = await dump(work, env);
    const heap = await openCoreHeap(join(work, 'core'), {executable});
    const {metadata} = heap.graph;
    const database = await openDatabase((await exportGraph(heap.graph)).path);
    heap.close();
    const rows = await runQuery(database, memory, {});
    await database.close();
    const figures = memoryFigures(rows);

    expect(figures.touched).toBeLessThanOrEqual(resident(smaps, 'Rss') + resident(smaps, 'Size', true));
    expect(figures.touched).toBeLessThanOrEqual(resident(smaps, 'Rss', false) + resident(smaps, 'Size', true));
    expect(figures.touched).toBeGreaterThan(0.95 * resident(smaps, 'Anonymous'));
    expect(Math.abs(figures.sys - memstats.Sys!)).toBeLessThan(0.01 * memstats.Sys!);
    expect(Math.abs(figures.heapInUse - memstats.HeapInuse!)).toBeLessThan(0.01 * memstats.HeapInuse!);
    expect(Math.abs(figures.stacks - memstats.StackInuse!)).toBeLessThanOrEqual(128 * 1024);

    const row = (part: string) => rows.find((use) => use.part === part)!;
    expect(row('live objects').bytes! - row('live objects').touched!).toBeGreaterThan(47 * MB);
    expect(row('live objects').touched).toBeGreaterThanOrEqual(32 * MB);
    expect(row('main.table').bytes).toBe(3 * MB);
    expect(row('main.table').touched).toBeLessThanOrEqual(8192);
    if (spawnSync('go', ['tool', 'nm', executable], {encoding: 'utf8', maxBuffer: 64 * MB}).stdout.includes('fips140/drbg.memory'))
      expect(figures.untouched.map((use) => use.name)).toContain('crypto/internal/fips140/drbg.memory');

    expect({gc_percent: metadata.gc_percent, memory_limit: metadata.memory_limit}).toEqual(settings);
    expect(Math.abs(Number(metadata.next_gc) - memstats.NextGC!)).toBeLessThanOrEqual(0.005 * memstats.NextGC!);
  });

  async function dump(work: string, env: Readonly<Record<string, string>>) {
    mkdirSync(work);
    const executable = join(folder, 'exe');
    if (env.GOGC === undefined && env.GOMEMLIMIT === undefined) {
      writeFileSync(join(folder, 'main.go'), SOURCE);
      writeFileSync(join(folder, 'go.mod'), `module main\n\ngo ${findInstalledGo().split('.').slice(0, 2).join('.')}\n`);
      execFileSync('go', ['build', '-o', executable, '.'], {cwd: folder, env: {...process.env, CGO_ENABLED: '0'}});
    }
    const child = spawn(executable, [], {cwd: work, env, stdio: ['ignore', 'pipe', 'ignore']});
    try {
      const printed = await new Promise((resolve) => child.stdout.once('data', resolve));
      child.kill('SIGSTOP');
      const smaps = readFileSync(`/proc/${child.pid}/smaps`, 'utf8');
      gcore(child.pid!, join(work, 'core'));
      return {smaps, memstats: JSON.parse(String(printed)) as Record<string, number>, executable};
    } finally {
      child.kill('SIGKILL');
    }
  }
});
