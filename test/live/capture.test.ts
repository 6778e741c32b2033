/**
 * A service that captures itself, by the Go module in capture: its core is the graph that gdb's core of the same process is, and what the service says it
 * holds; gdb and Delve open it.
 */
import {mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {askForCapture, buildService} from '../kit/captured-service.js';
import {spawnSync} from '../kit/child-process.js';
import {openDatabase} from '../kit/goheap.js';
import {convertCore} from '../kit/goheap-here.js';
import {findInstalledGo, findObstacle} from '../kit/live-cores.js';
import {pickTargets} from '../kit/live-targets.js';
import {RunningProgram} from '../kit/running-program.js';
import {ROOT} from '../kit/source-files.js';
import {until} from '../kit/viewer-process.js';

/** The shares of objects and pointers that both cores must agree in. */
const AGREED = 0.999;
/** Objects that the capture was made of, and the collector's. */
const FEW = 100;
const DELVE = 'github.com/go-delve/delve/cmd/dlv@v1.27.2';
const VERSIONS = pickTargets([findInstalledGo()], ['1.21.13', '1.22.12', '1.23.12', '1.24.13', '1.25.12', '1.27.1']);

const folder = mkdtempSync(join(tmpdir(), 'goheap-capture-'));
afterAll(() => rmSync(folder, {recursive: true}));

describe.skipIf(findObstacle() !== undefined || process.arch !== 'x64')('a service that captures itself', () => {
  let captured: {readonly core: string; readonly executable: string; readonly sessions: number} | undefined; // the first version's

  test.each(VERSIONS)('has the graph that gcore finds, Go %s', async (version) => {
    const here = join(folder, version);
    const executable = buildService(version, here);
    const store = join(here, 'cores');
    const service = await RunningProgram.start(executable, [store], here);
    try {
      const url = service.lines('at')[0]![0]!;
      const before = Date.now();
      const answer = await askForCapture(url);
      const after = Date.now();
      expect(answer.kind).toBe('core');
      expect(answer.pause_ns).toBeLessThan(answer.elapsed_ns);
      const {meta, warnings} = await readCore(answer.path, executable, join(here, 'http.db'));
      expect(warnings).toEqual([]);
      expect(meta).toMatchObject({build_id: answer.build_id, pid: service.pid, trigger: 'http', labels: 'service=example', complete: 1});
      const dumped = Date.parse(String(meta.dumped_at));
      expect(dumped).toBeGreaterThanOrEqual(before - 1);
      expect(dumped).toBeLessThanOrEqual(after);

      // A core has the request that asked for it, and none of the tables that encoding/json makes for the first answer: gcore finds the opposite. By a signal
      // there is no request.
      process.kill(service.pid, 'SIGHUP');
      const list = () => readdirSync(store).filter((name) => !name.startsWith('.'));
      await until(() => list().length === 2);
      const path = join(store, list().find((name) => join(store, name) !== answer.path)!);
      const own = await readCore(path, executable, join(here, 'own.db'));
      const gdb = await readCore(service.gcore().core, executable, join(here, 'gdb.db'));
      expect(own.meta).toMatchObject({trigger: 'signal hangup', process_identity: gdb.meta.process_identity});
      const sessions = Number(service.lines('sessions')[0]![0]);
      expect([own.types.get('main.Session'), gdb.types.get('main.Session')]).toEqual([sessions, sessions]);
      for (const count of ['objects', 'edges'] as const) {
        expect(Math.min(own[count], gdb[count]) / Math.max(own[count], gdb[count]), count).toBeGreaterThan(AGREED);
      }
      const names = new Set([...own.types.keys(), ...gdb.types.keys()]);
      const differences = [...names].map((name) => [name, (own.types.get(name) ?? 0) - (gdb.types.get(name) ?? 0)] as const);
      const different = differences.filter(([, count]) => count !== 0);
      expect(
        different.reduce((sum, [, count]) => sum + Math.abs(count), 0),
        JSON.stringify(different),
      ).toBeLessThan(FEW);
      captured ??= {core: answer.path, executable, sessions};
    } finally {
      await service.end();
    }
  });

  test('gdb opens its core', () => {
    const {core, executable, sessions} = captured!;
    const commands = ['info threads', 'bt', "print *'main.newest'"].flatMap((command) => ['-ex', command]);
    const {stdout, stderr} = spawnSync('gdb', ['-nx', '-batch', ...commands, executable, core], {encoding: 'utf8'});
    expect(stdout, stderr).toMatch(/^\* 1 +(Thread|LWP)/m);
    expect(stdout).toMatch(/capture\.forkChild[\s\S]*capture\.forkCore[\s\S]*net\/http\.\(\*conn\)\.serve[\s\S]*runtime\.goexit/);
    expect(`${stdout}${stderr}`).toContain(`user-${sessions - 1}`);
  });

  test('Delve opens its core', ({skip}) => {
    const built = spawnSync('go', ['install', DELVE], {
      cwd: tmpdir(),
      encoding: 'utf8',
      env: {...process.env, GOBIN: folder, GOFLAGS: '', CGO_ENABLED: '0'},
    });
    if (built.status !== 0) skip(`Delve cannot be built here: ${built.stderr}`);
    const {core, executable, sessions} = captured!;
    const commands = join(folder, 'commands');
    writeFileSync(commands, 'goroutines\nbt\nprint main.newest.User\nexit\n');
    const args = ['core', executable, core, '--check-go-version=false', '--allow-non-terminal-interactive', '--init', commands];
    const {stdout, stderr} = spawnSync(join(folder, 'dlv'), args, {encoding: 'utf8', input: '', env: {...process.env, HOME: folder}});
    expect(stdout, stderr).toContain(`"user-${sessions - 1}"`);
    expect(stdout).toMatch(/capture\.forkChild[\s\S]*net\/http\.\(\*conn\)\.serve/);
    expect(stdout).toMatch(/Goroutine 1 .*(net\.|internal\/poll|runtime\.gopark|runtime\/netpoll)/);
  });
});

describe.skipIf(spawnSync('which', ['qemu-aarch64']).status !== 0)('a service of arm64, in an emulator', () => {
  test('has in its core what it holds', async () => {
    const here = join(folder, 'arm64');
    const executable = buildService('local', here, 'arm64');
    const service = await RunningProgram.start('qemu-aarch64', [executable, join(here, 'cores')], here);
    try {
      const answer = await askForCapture(service.lines('at')[0]![0]!);
      expect(answer.kind).toBe('core');
      const {types, meta, warnings} = await readCore(answer.path, executable, join(here, 'own.db'));
      expect(types.get('main.Session')).toBe(Number(service.lines('sessions')[0]![0]));
      expect(meta).toMatchObject({build_id: answer.build_id, goarch: 'arm64', trigger: 'http', complete: 1});
      expect(warnings).toEqual([]);
    } finally {
      await service.end();
    }
  });
});

/** Threads of C that are in malloc most of the time: a child that called it could wait for ever. */
const WITH_C = `package main

// #include <pthread.h>
// #include <stdlib.h>
// static volatile long turns;
// static void *run(void *unused) {
//   for (;;) { free(malloc(1000 + turns % 100000)); turns++; }
//   return unused;
// }
// static void start(void) {
//   pthread_t thread;
//   for (int i = 0; i < 4; i++) pthread_create(&thread, NULL, run, NULL);
// }
// static long seen(void) { return turns; }
import "C"

import (
	"context"
	"fmt"
	"os"

	"github.com/goheap/goheap/capture"
)

var kept = make([]*[1000]byte, 1000)

func main() {
	for i := range kept {
		kept[i] = new([1000]byte)
	}
	C.start()
	for i := 0; i < 50; i++ {
		before := C.seen()
		if _, err := capture.Write(context.Background(), os.Args[1], capture.Config{CoreOnly: true, Hold: i%5 == 4}); err != nil {
			panic(err)
		}
		for C.seen() == before {
		}
	}
	fmt.Println("captured")
}
`;

describe.skipIf(findObstacle('gcc') !== undefined || process.arch !== 'x64')('a program with threads of C', () => {
  test('captures itself again and again, and its core can be read', async () => {
    const here = join(folder, 'with-c');
    mkdirSync(here);
    writeFileSync(join(here, 'main.go'), WITH_C);
    const module = `module withc\n\ngo 1.21\n\nrequire github.com/goheap/goheap/capture v0.0.0\n\nreplace github.com/goheap/goheap/capture => ${ROOT}/capture\n`;
    writeFileSync(join(here, 'go.mod'), module);
    const env = {...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '', CGO_ENABLED: '1'};
    const executable = join(here, 'with-c');
    const built = spawnSync('go', ['build', '-o', executable, '.'], {cwd: here, env, encoding: 'utf8'});
    expect(built.stderr).toBe('');
    const core = join(here, 'core');
    expect(spawnSync(executable, [core], {encoding: 'utf8'})).toMatchObject({status: 0, stdout: 'captured\n'});
    const {types, meta} = await readCore(core, executable, join(here, 'own.db'));
    expect(types.get('[1000]uint8')).toBe(1000);
    expect(meta).toMatchObject({complete: 1});
  });
});

async function readCore(core: string, executable: string, path: string) {
  const database = openDatabase(await convertCore({core, executable}, path));
  const count = (sql: string) => database.prepare(sql).pluck().get() as number;
  const types = database
    .prepare('SELECT name, count(*) FROM objects LEFT JOIN types ON types.id = type_id WHERE reachable GROUP BY name')
    .raw();
  const read = {
    objects: count('SELECT count(*) FROM objects WHERE reachable'),
    edges: count('SELECT count(*) FROM edges JOIN objects ON id = source_id WHERE reachable'),
    types: new Map(types.all() as [string | null, number][]),
    warnings: database.prepare('SELECT code FROM warnings').pluck().all(),
    meta: Object.fromEntries(database.prepare('SELECT key, value FROM meta').raw().all() as [string, unknown][]),
  };
  database.close();
  return read;
}
