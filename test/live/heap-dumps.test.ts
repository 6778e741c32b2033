/**
 * Heap dumps of programs that are stripped, position-independent, or link C; and of programs for Windows and macOS, whose executables are made here and
 * whose dumps are put together: the segments of data as a loader would have moved them, and an object behind a variable.
 */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {ET} from '../../src/elf/elf-constants.js';
import {nodeOfObject} from '../../src/graph/objects.js';
import {openExecutable} from '../../src/image/executable.js';
import {openCoreHeap} from '../../src/open-core-heap.js';
import {spawnSync} from '../kit/child-process.js';
import {expectSameGraph, typedShare} from '../kit/expect-same-graph.js';
import {buildForeign, dumpOfForeign, FOREIGN_OBJECT} from '../kit/foreign-dump.js';
import {findObstacle, makeCore} from '../kit/live-cores.js';
import {pickTargets} from '../kit/live-targets.js';

const obstacle = findObstacle();
const VERSIONS = ['1.17.13', '1.18.10', '1.19.13', '1.20.14', '1.21.13', '1.23.12', '1.24.13', '1.25.12', '1.27.1'];
const TARGETS = pickTargets(
  ['zoo-1.26.8-pie+stripped'],
  [
    ...VERSIONS.map((version) => `zoo-${version}`),
    'zoo-1.21.13-pie',
    'zoo-1.26.8-pie',
    'zoo-1.26.8-stripped',
    'zoo-1.26.8-cgo',
    'zoo-1.26.8-race',
    'zoo-1.26.8-nogreenteagc',
  ],
);
const SYSTEMS = ['windows/amd64', 'windows/arm64', 'darwin/amd64', 'darwin/arm64'];
const COMPILED = pickTargets(['1.26.8'], ['1.21.13', '1.23.12', '1.25.12', '1.27.1']).flatMap((version) =>
  SYSTEMS.map((system) => [version, system] as const),
);

describe.skipIf(obstacle !== undefined)('programs of Linux', () => {
  test.each(TARGETS)('%s', (target) => expectSameGraph(makeCore(target), target.includes('stripped') ? STRIPPED : undefined));
});

/** Where no DWARF tells the types of variables, and no span those of large arrays. */
const STRIPPED = 0.25;
const SLIDE = 0x7ff600000;

describe.skipIf(obstacle !== undefined)('programs of other systems', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-foreign-'));
  afterAll(() => rmSync(folder, {recursive: true}));

  test.each(COMPILED)('go%s %s', async (version, system) => {
    const [goos, goarch] = system.split('/') as [string, string];
    const path = buildForeign(folder, version, goos, goarch);
    const executable = openExecutable(path);
    expect(executable.goos).toBe(goos);
    const slide = executable.elf.type === ET.DYN ? SLIDE * 0x1000 : 0;
    const dump = join(folder, 'heap.dump');
    writeFileSync(dump, dumpOfForeign(executable, goarch, `go${version}`, slide));
    executable.close();
    const heap = await openCoreHeap(dump, {executable: path});
    const {graph} = heap;
    expect(graph.metadata).toMatchObject({goos, goarch, go_version: `go${version}`, dwarf: 'full'});
    expect(graph.objects.count).toBe(1);
    expect(graph.types.name[graph.objects.type[0]!]).toBe('main.Session');
    const root = graph.roots.name.findIndex((name) => graph.strings[name] === 'main.head');
    expect(graph.edges.target[graph.edges.firstEdge[root + 1]!]).toBe(nodeOfObject(graph, 0));
    const [session] = [heap.contents.bytes(FOREIGN_OBJECT, 16)!];
    const at = Number(new DataView(session.buffer, session.byteOffset).getBigUint64(0, true));
    expect(Buffer.from(heap.contents.bytes(at, 14)!).toString()).toBe('said in rodata');
    heap.close();
  });

  const isWineThere = spawnSync('which', ['wine']).status === 0;
  test.skipIf(!isWineThere)('a dump that a Windows program wrote itself', async () => {
    const {dump, path, objects} = runInWine(folder);
    const heap = await openCoreHeap(dump, {executable: path});
    expect(Math.abs(heap.graph.objects.count - objects)).toBeLessThan(5); // counted right before
    expect(typedShare(heap.graph)).toBeGreaterThan(0.97);
    heap.close();
  });
});

/** The newest Go that Wine 8 runs programs of; the program says how many objects it has. */
function runInWine(folder: string): {dump: string; path: string; objects: number} {
  const source = join(folder, 'wine.go');
  writeFileSync(
    source,
    `package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

var kept [][]string

func main() {
	for i := 0; i < 1000; i++ {
		kept = append(kept, []string{os.Args[0], string(rune(i + 65))})
	}
	file, err := os.Create("wine.dump")
	if err != nil {
		panic(err)
	}
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	debug.WriteHeapDump(file.Fd())
	println(stats.HeapObjects, len(kept))
}
`,
  );
  const path = join(folder, 'wine.exe');
  const env = {...process.env, GOTOOLCHAIN: 'go1.20.14', GOFLAGS: '', CGO_ENABLED: '0', GOOS: 'windows', GOARCH: 'amd64'};
  expect(spawnSync('go', ['build', '-trimpath', '-o', path, source], {env, cwd: folder}).status).toBe(0);
  const {stderr} = spawnSync('wine', [path], {encoding: 'utf8', cwd: folder, env: {...process.env, HOME: folder, WINEDEBUG: '-all'}});
  return {dump: join(folder, 'wine.dump'), path, objects: Number(/^(\d+) 1000$/m.exec(stderr)?.[1])};
}
