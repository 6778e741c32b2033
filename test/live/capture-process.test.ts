/**
 * `goheap capture PID`: the core of a process that runs, which never stays stopped.
 */
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {openCoreHeap} from '../../src/open-core-heap.js';
import {spawn, spawnSync} from '../kit/child-process.js';
import {RUN, runGoheap} from '../kit/goheap.js';
import {findObstacle} from '../kit/live-cores.js';
import {pickTargets} from '../kit/live-targets.js';
import {ROOT} from '../kit/source-files.js';

/** A hundred megabytes in 64-byte nodes, and goroutines that count all the time, until standard input ends. */
const PROGRAM = `package main

import (
	"io"
	"os"
	"time"
)

type Node struct {
	Next *Node
	Data [7]int64
}

var head *Node

func main() {
	for i := 0; i < 2_000_000; i++ {
		head = &Node{Next: head}
	}
	for i := 0; i < 3; i++ {
		go func() {
			for n := 0; ; n++ {
				head.Data[0]++
				if n%1000000 == 0 {
					time.Sleep(time.Millisecond)
				}
			}
		}()
	}
	println("READY")
	io.Copy(io.Discard, os.Stdin)
}
`;
const OBJECTS = 2_000_000;
const [ROUNDS] = pickTargets([5], [50]);

const obstacle = findObstacle();

describe.skipIf(obstacle !== undefined)('a process that computes all the time', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-capture-'));
  const executable = join(folder, 'program');
  const core = join(folder, 'core');
  let child: ReturnType<typeof spawn>;
  let pid = 0;
  const state = () => /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]!;

  beforeAll(async () => {
    writeFileSync(join(folder, 'main.go'), PROGRAM);
    const built = spawnSync('go', ['build', '-o', executable, join(folder, 'main.go')], {
      encoding: 'utf8',
      env: {...process.env, GOTOOLCHAIN: 'local'},
    });
    expect(built.stderr).toBe('');
    child = spawn(executable, [], {stdio: ['pipe', 'ignore', 'pipe']});
    pid = child.pid!;
    await new Promise((resolve) => child.stderr!.once('data', resolve));
  });
  afterAll(() => {
    child.kill('SIGKILL');
    rmSync(folder, {recursive: true});
  });

  test('its core is what gcore takes', async () => {
    expect(runGoheap(['capture', String(pid), '-o', core])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/the process stood for \d+ ms/),
    });
    expect(state()).not.toBe('T');
    spawnSync('gcore', ['-o', join(folder, 'gcore'), String(pid)]);
    const graphs = [];
    for (const path of [core, join(folder, `gcore.${pid}`)]) {
      const heap = await openCoreHeap(path, {executable});
      graphs.push(heap.graph);
      heap.close();
    }
    const [own, gdb] = graphs as [(typeof graphs)[0], (typeof graphs)[0]];
    expect(own.metadata.complete).toBe(1);
    expect(own.objects.count).toBeGreaterThanOrEqual(OBJECTS);
    expect(Math.abs(own.objects.count - gdb.objects.count)).toBeLessThan(OBJECTS / 1000);
    expect(Math.abs(own.edges.count - gdb.edges.count)).toBeLessThan(OBJECTS / 1000);
    expect(Math.abs(own.goroutines.count - gdb.goroutines.count)).toBeLessThan(4); // the collector may have made workers
    rmSync(join(folder, `gcore.${pid}`));
  });

  test(`${ROUNDS} times in a row: it runs on`, () => {
    for (let round = 0; round < ROUNDS!; round++) {
      const {status, stdout} = runGoheap(['capture', String(pid), '-o', core, '--force', '--json']);
      expect(status).toBe(0);
      expect(state()).not.toBe('T');
      expect(JSON.parse(stdout)).toMatchObject({path: core, threads: expect.any(Number)});
    }
  });

  test('goheap is killed in the middle of it: the process goes on, and nothing is left', async () => {
    const target = join(folder, 'killed');
    const capture = spawn(process.execPath, [RUN, 'capture', String(pid), '-o', target], {stdio: 'ignore'});
    let wasStopped = false;
    for (let i = 0; i < 5000 && !wasStopped && capture.exitCode === null; i++) {
      wasStopped = state() === 'T';
      if (!wasStopped) await sleep(1);
    }
    expect(wasStopped).toBe(true);
    for (const own of readFileSync(`/proc/${capture.pid}/task/${capture.pid}/children`, 'utf8').trim().split(' '))
      process.kill(Number(own), 'SIGKILL');
    capture.kill('SIGKILL');
    for (let i = 0; i < 1000 && state() === 'T'; i++) await sleep(1);
    expect(state()).not.toBe('T');
    expect(existsSync(target)).toBe(false);
  });

  test('no longer than it is allowed to stand', () => {
    const target = join(folder, 'short');
    expect(runGoheap(['capture', String(pid), '-o', target, '--max-pause', '1'])).toMatchObject({
      stderr: expect.stringMatching(
        /it stood for 1 ms and not all of its memory was read.*there is no core\nTry this: Allow more with --max-pause/,
      ),
    });
    expect(state()).not.toBe('T');
    expect(existsSync(target)).toBe(false);
  });

  const NOBODY = {uid: 65534, gid: 65534, env: {PATH: process.env.PATH, HOME: '/nonexistent'}};
  const nobodyRuns = process.getuid?.() === 0 && spawnSync(process.execPath, [RUN, '--version'], NOBODY).status === 0;
  test.skipIf(!nobodyRuns)('refused as another user, with the reason', () => {
    const {stderr, status} = spawnSync(process.execPath, [RUN, 'capture', String(pid), '-o', join(tmpdir(), 'none')], {
      ...NOBODY,
      encoding: 'utf8',
    });
    expect(stderr).toMatch(/its memory may not be read: it belongs to user 0, and this is user 65534\nTry this: Run goheap as root/);
    expect(status).not.toBe(0);
    expect(state()).not.toBe('T');
  });

  test('no process, and no number', () => {
    expect(runGoheap(['capture', '4194304'])).toMatchObject({stderr: expect.stringContaining('there is none on this machine')});
    expect(runGoheap(['capture', 'server'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('server is no number of a process and no http address'),
    });
  });
});

describe.skipIf(obstacle !== undefined)("a service with the Go module's handler", () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-service-'));
  let child: ReturnType<typeof spawn> | undefined;
  afterAll(() => {
    child?.kill('SIGKILL');
    rmSync(folder, {recursive: true});
  });

  test('it sends its core and its executable; what it refuses is said', async () => {
    const program = join(folder, 'example');
    const cwd = join(ROOT, 'capture');
    const built = spawnSync('go', ['build', '-o', program, './example'], {
      cwd,
      encoding: 'utf8',
      env: {...process.env, GOTOOLCHAIN: 'local', GOFLAGS: ''},
    });
    expect(built.stderr).toBe('');
    const store = join(folder, 'store');
    mkdirSync(store, {mode: 0o700});
    child = spawn(program, [store], {stdio: ['ignore', 'pipe', 'ignore']});
    let printed = '';
    for await (const text of child.stdout!) {
      printed += String(text);
      if (printed.includes('ready')) break;
    }
    const url = /^at (\S+)$/m.exec(printed)![1]!;
    const target = join(folder, 'here');
    mkdirSync(target);
    const core = join(target, 'service.core');
    expect(runGoheap(['capture', url, '-o', core])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/a core of .*; the service stood for \S+\n.*--exe \S+\/example/),
    });
    expect(readdirSync(target).sort()).toEqual(['example', 'service.core']);
    const {stdout} = runGoheap(['top', core, '--exe', join(target, 'example'), '--json']);
    expect(stdout).toContain(`"gathers": {`);
    expect(stdout).toMatch(/main\.newest/);
    expect(runGoheap(['capture', url, '-o', core])).toMatchObject({status: 2, stderr: expect.stringContaining('exists already')});
    expect(runGoheap(['capture', url, '-o', join(target, 'again')]).stderr).toMatch(/the service refuses \(429\)/);
    expect(runGoheap(['capture', url.replace('/debug/goheap/', '/other'), '-o', join(target, 'none')]).stderr).toMatch(
      /the service refuses \(404\)/,
    );
    expect(readdirSync(target).sort()).toEqual(['example', 'service.core']);
  });
});
