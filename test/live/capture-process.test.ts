/**
 * `goheap capture PID`: the core of a process that runs, which never stays stopped.
 */
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {openCoreHeap} from '../../src/open-core-heap.js';
import {buildService} from '../kit/captured-service.js';
import {spawn, spawnSync} from '../kit/child-process.js';
import {gcore} from '../kit/gcore.js';
import {RUN, runGoheap} from '../kit/goheap.js';
import {findJsonFaults} from '../kit/json-schema.js';
import {findObstacle} from '../kit/live-cores.js';
import {pickTargets} from '../kit/live-targets.js';
import {childrenOf, descendantsOf, until} from '../kit/viewer-process.js';

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
const ROUNDS = pickTargets([5], [50]).at(-1)!;

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
    gcore(pid, join(folder, 'gcore'));
    const graphs = [];
    for (const path of [core, join(folder, 'gcore')]) {
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
    rmSync(join(folder, 'gcore'));
  });

  test(`${ROUNDS} times in a row: it runs on`, () => {
    for (let round = 0; round < ROUNDS; round++) {
      const {status, stdout} = runGoheap(['capture', String(pid), '-o', core, '--force', '--json']);
      expect(status).toBe(0);
      expect(state()).not.toBe('T');
      expect(JSON.parse(stdout)).toMatchObject({path: core, threads: expect.any(Number)});
      expect(findJsonFaults('capture', JSON.parse(stdout))).toEqual([]);
    }
  });

  /** Starts a capture and resolves when the process stands. */
  async function captureUntilStopped(target: string): Promise<{capture: ReturnType<typeof spawn>; said: () => string}> {
    const capture = spawn(process.execPath, [RUN, 'capture', String(pid), '-o', target], {stdio: ['ignore', 'ignore', 'pipe']});
    let said = '';
    capture.stderr!.on('data', (text) => {
      said += String(text);
    });
    await until(() => state() === 'T' || capture.exitCode !== null, 60, 1);
    expect(state(), said).toBe('T');
    return {capture, said: () => said};
  }

  test('goheap is killed in the middle of it: the process goes on, and nothing is left', async () => {
    const target = join(folder, 'killed');
    const {capture} = await captureUntilStopped(target);
    for (const own of childrenOf(capture.pid!)) process.kill(own, 'SIGKILL');
    capture.kill('SIGKILL');
    await until(() => state() !== 'T');
    expect(existsSync(target)).toBe(false);
  });

  test('what watches over it is killed: the process goes on, and nothing is left', async () => {
    const target = join(folder, 'unwatched');
    const {capture, said} = await captureUntilStopped(target);
    const watchdog = descendantsOf(capture.pid!).find((own) => readFileSync(`/proc/${own}/cmdline`, 'utf8').includes('watchdog.js'));
    process.kill(watchdog!, 'SIGKILL');
    await until(() => capture.exitCode !== null);
    expect(state()).not.toBe('T');
    if (capture.exitCode !== 0) {
      expect(said()).toMatch(/nobody would let it go on: the watching process has ended/);
      expect(readdirSync(folder).filter((name) => name.includes('unwatched'))).toEqual([]);
    }
  });

  test('one that was stopped stays so, and nothing watches over it', () => {
    const target = join(folder, 'stopped');
    process.kill(pid, 'SIGSTOP');
    try {
      expect(runGoheap(['capture', String(pid), '-o', target])).toMatchObject({status: 0});
      expect(state()).toBe('T');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    rmSync(target);
  });

  test('by gdb, when it is asked for', async () => {
    const target = join(folder, 'by-gdb');
    expect(runGoheap(['capture', String(pid), '--gdb', '-o', target])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/, by gdb; the process stood for \d+ ms/),
    });
    expect(statSync(target).mode & 0o777).toBe(0o600);
    const heap = await openCoreHeap(target, {executable});
    expect(heap.graph.objects.count).toBeGreaterThanOrEqual(OBJECTS);
    heap.close();
    rmSync(target);
    const env = {...process.env, PATH: folder};
    expect(runGoheap(['capture', String(pid), '--gdb', '-o', target], {env}).stderr).toMatch(
      /gcore cannot be run: .*\nTry this: Install gdb/,
    );
    expect(readdirSync(folder).filter((name) => name.includes('by-gdb'))).toEqual([]);
  });

  test('a disk that is full, and a limit on sizes: said, and nothing is left', () => {
    const limited = (limit: string, target: string) =>
      spawnSync('bash', ['-c', `${limit}; exec "$@"`, 'bash', process.execPath, RUN, 'capture', String(pid), '-o', target], {
        encoding: 'utf8',
      });
    const target = join(folder, 'large');
    expect(limited('ulimit -f 20000', target).stderr).toMatch(/large: EFBIG.*\nTry this: A limit on file sizes stopped it/);
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    const inNamespace = ['--mount', 'bash', '-c', `mount -t tmpfs -o size=8m none ${disk} && "$@"; ls -A ${disk}`, 'bash'];
    const command = [process.execPath, RUN, 'capture', String(pid), '-o', join(disk, 'core')];
    if (spawnSync('unshare', ['--mount', 'true']).status === 0) {
      const {stdout, stderr} = spawnSync('unshare', [...inNamespace, ...command], {encoding: 'utf8'});
      expect(stderr).toMatch(/core: ENOSPC.*\nTry this: The disk is full/);
      expect(stdout).toBe('');
    }
    expect(state()).not.toBe('T');
    expect(readdirSync(folder).filter((name) => name.includes('large'))).toEqual([]);
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

  const dropped = ['--bounding-set', '-sys_ptrace', '--inh-caps', '-sys_ptrace', '--'];
  const canDrop = process.getuid?.() === 0 && spawnSync('setpriv', [...dropped, 'true']).status === 0;
  test.skipIf(!canDrop)('refused as root without the capability, as in a container, with the way out', () => {
    const args = [...dropped, process.execPath, RUN, 'capture', String(pid), '-o', join(folder, 'none')];
    const {stderr, status} = spawnSync('setpriv', args, {encoding: 'utf8'});
    expect(stderr).toMatch(/it has capabilities that this process has not\nTry this: In a container: add the capability SYS_PTRACE/);
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
    const program = buildService('local', folder);
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
    const {size, blocks} = statSync(core);
    expect(blocks * 512).toBeLessThan(size / 2); // holes came as zeros
    const {stdout} = runGoheap(['top', core, '--exe', join(target, 'example'), '--json']);
    expect(stdout).toContain(`"gathers": {`);
    expect(stdout).toMatch(/main\.newest/);
    expect(runGoheap(['capture', url, '-o', core])).toMatchObject({status: 2, stderr: expect.stringContaining('exists already')});
    expect(runGoheap(['capture', url.replace('/debug/goheap/', '/other'), '-o', join(target, 'none')]).stderr).toMatch(
      /the service refuses \(404\)/,
    );
    expect(readdirSync(target).sort()).toEqual(['example', 'service.core']);
  });
});
