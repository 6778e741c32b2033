/**
 * Heap dumps of Go 1.7 to 1.16, which those toolchains' own programs wrote here: against what the oracle reads from the same file, what the program
 * printed, and MemStats.
 */
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {addressOf, nodeOfObject, objectOfNode, sizeOf} from '../../src/graph/objects.js';
import {openCoreHeap} from '../../src/open-core-heap.js';
import {spawnSync} from '../kit/child-process.js';
import {typedShare} from '../kit/expect-same-graph.js';
import {findObstacle} from '../kit/live-cores.js';
import {pickTargets} from '../kit/live-targets.js';
import {buildDumpGraph} from '../oracle/dump-graph.js';
import {readHeapDump} from '../oracle/heap-dump.js';

const obstacle = findObstacle();
/** 1.10 differs most from what follows: both words of interfaces, tables of functions, lengths of names. */
const VERSIONS = pickTargets(['1.10.8'], ['1.7.6', '1.8.7', '1.9.7', '1.11.13', '1.12.17', '1.13.15', '1.14.15', '1.15.15', '1.16.15']);
const PROGRAM = `package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
)

type Session struct {
	Name string
	Next *Session
	Data []byte
	N    int64
}
type Namer interface{ Label() string }

func (s *Session) Label() string { return s.Name }

type Point struct{ X, Y int }

func (p Point) Label() string { return "p" }

var head *Session
var byName = map[string]*Session{}
var namers []Namer
var anything interface{}
var done = make(chan *Session, 3)
var work func() int
var big [][]int64

func wait(s *Session, c chan int) {
	<-c
	println(s.Name)
}

func main() {
	for i := 0; i < 1000; i++ {
		head = &Session{Name: fmt.Sprint("session ", i), Next: head, Data: make([]byte, 20), N: int64(i)}
		byName[head.Name] = head
	}
	namers = append(namers, head, Point{1, 2}, &Point{3, 4})
	anything = &Session{Name: "any"}
	done <- head
	for i := 0; i < 10; i++ {
		big = append(big, make([]int64, 5000))
	}
	n := 3
	work = func() int { n++; return n + len(head.Name) }
	final := &Session{Name: "final"}
	runtime.SetFinalizer(final, func(s *Session) { println(s.Name) })
	c := make(chan int)
	for i := 0; i < 5; i++ {
		go wait(&Session{Name: fmt.Sprint("held ", i)}, c)
	}
	runtime.Gosched()
	file, err := os.Create(os.Args[1])
	if err != nil {
		panic(err)
	}
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	debug.WriteHeapDump(file.Fd())
	fmt.Printf("%d %d %d %d\\n", stats.HeapObjects, stats.HeapAlloc, uintptrOf(head), uintptrOf(head.Next))
	runtime.KeepAlive(final)
	work()
}

func uintptrOf(s *Session) (address uint64) {
	fmt.Sscanf(fmt.Sprintf("%p", s), "0x%x", &address)
	return
}
`;
const SESSIONS = 1007;
const WAITING = 4; // _Gwaiting

describe.skipIf(obstacle !== undefined)('of old programs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-old-dumps-'));
  afterAll(() => rmSync(folder, {recursive: true}));

  test.each(VERSIONS)('go%s', async (version) => {
    const {executable, dump, truth} = buildAndDump(folder, version);
    const [count, bytes, head, next] = truth as [number, number, number, number];
    const heap = await openCoreHeap(dump, {executable});
    const {graph} = heap;
    const {objects, edges, roots, goroutines, strings, types} = graph;
    expect(graph.metadata).toMatchObject({source: 'heap-dump', go_version: `go${version}`, dwarf: 'full'});
    expect(graph.warnings.map(({code}) => code).filter((code) => !ALLOWED.includes(code))).toEqual([]);

    const oracle = readHeapDump(dump);
    const oracleGraph = buildDumpGraph(oracle);
    const found = Array.from({length: objects.count}, (_, object) => `${addressOf(graph, object)} ${sizeOf(graph, object)}`);
    expect(found).toEqual(oracle.objects.address.map((address, i) => `${address} ${oracle.objects.size[i]}`));
    expect(Math.abs(objects.count - count)).toBeLessThan(10); // counted right before
    expect(Math.abs(found.reduce((sum, line) => sum + Number(line.split(' ')[1]), 0) - bytes)).toBeLessThan(10_000);
    for (let object = 0; object < objects.count; object++) {
      const node = nodeOfObject(graph, object);
      const own = Array.from({length: edges.firstEdge[node + 1]! - edges.firstEdge[node]!}, (_, i) => edges.firstEdge[node]! + i);
      const pointers = own.map((edge) => `${edges.slot[edge]! * 8} ${objectOfNode(graph, edges.target[edge]!)}`);
      expect(pointers).toEqual(oracleGraph.edges[object]!.map(({offset, target}) => `${offset} ${target}`));
    }

    const rows = Array.from({length: goroutines.count}, (_, row) => row);
    const ids = rows.map((row) => goroutines.id[row]!);
    expect(ids.sort((a, b) => a - b)).toEqual(oracle.goroutines.map(({id}) => id).sort((a, b) => a - b));
    const reasonOf = new Map(rows.map((row) => [goroutines.id[row]!, strings[goroutines.waitReason[row]!]]));
    const waiting = oracle.goroutines.filter(({id, status}) => status === WAITING && id !== 1); // 1 dumps
    expect(waiting.map(({id}) => reasonOf.get(id))).toEqual(waiting.map(({waitReason}) => waitReason));
    expect(waiting.filter(({waitReason}) => waitReason === 'chan receive').length).toBe(5);

    const sessions = Array.from({length: objects.count}, (_, object) => object).filter(
      (object) => types.name[objects.type[object]!] === 'main.Session',
    );
    expect(sessions.length).toBe(SESSIONS);
    const first = sessions.find((object) => addressOf(graph, object) === head)!;
    const second = sessions.find((object) => addressOf(graph, object) === next)!;
    const node = nodeOfObject(graph, first);
    const targets = edges.target.subarray(edges.firstEdge[node], edges.firstEdge[node + 1]);
    expect(targets).toContain(nodeOfObject(graph, second));
    const names = new Set(Array.from({length: roots.count}, (_, root) => strings[roots.name[root]!]));
    for (const name of ['head', 'byName', 'namers', 'anything', 'done', 'work', 'big']) expect(names).toContain(`main.${name}`);
    expect(typedShare(graph)).toBeGreaterThan(0.99);
    heap.close();
  });

  test('without debug information: what is missing is said', async () => {
    const version = VERSIONS[0]!;
    const {executable, dump} = buildAndDump(folder, version);
    const stripped = join(folder, 'stripped');
    expect(spawnSync('strip', ['-s', '-o', stripped, executable]).status).toBe(0);
    await expect(openCoreHeap(dump, {executable: stripped})).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('no debug information'),
      hint: expect.stringContaining('--debug-file'),
    });
  });
});

/** Of arguments of a goroutine's first function, which Go 1.7 keeps in no frame; and of types that the compiler made for itself. */
const ALLOWED = ['heap-dump', 'stack-missing', 'type-unreadable'];

function buildAndDump(folder: string, version: string): {executable: string; dump: string; truth: number[]} {
  const source = join(folder, 'main.go');
  writeFileSync(source, PROGRAM);
  const [executable, dump, gopath] = [version, `${version}.dump`, 'gopath'].map((name) => join(folder, name)) as [string, string, string];
  mkdirSync(gopath, {recursive: true});
  // Whatever go builds with says where it is; old ones know neither modules nor the flags of today.
  const plain = {...process.env, GOENV: 'off', GOFLAGS: '', GO111MODULE: '', GOTOOLCHAIN: `go${version}`};
  const root = spawnSync('go', ['env', 'GOROOT'], {encoding: 'utf8', env: plain, cwd: folder}).stdout.trim();
  const env = {...plain, GOROOT: root, GO111MODULE: 'off', GOPATH: gopath, GOCACHE: join(folder, 'cache'), CGO_ENABLED: '0'};
  const built = spawnSync(join(root, 'bin/go'), ['build', '-o', executable, source], {encoding: 'utf8', env, cwd: folder});
  expect(built.stderr).toBe('');
  const {stdout} = spawnSync(executable, [dump], {encoding: 'utf8', env, cwd: folder});
  return {executable, dump, truth: stdout.trim().split(' ').map(Number)};
}
