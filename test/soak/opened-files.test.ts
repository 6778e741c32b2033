/**
 * Which files goheap opens, as the kernel saw it: of what an input names only regular ones, and none for writing but the target, the cache and
 * what Node compiles. Needs strace.
 */
import {copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {createServer, type Server} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import Database from 'better-sqlite3';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {spawnSync} from '../kit/child-process.js';
import {copySparse} from '../kit/cut-cores.js';
import {unpackFixture} from '../kit/fixtures.js';
import {RUN} from '../kit/goheap.js';
import {convertCore} from '../kit/goheap-here.js';

const hasStrace = spawnSync('strace', ['-V']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'goheap-opened-'));
const [core, database, fifo, socket] = ['core', 'heap.db', 'fifo', 'socket'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
  string,
];
let server: Server;
beforeAll(async () => {
  const tiny = unpackFixture('tiny-1.26.8');
  copySparse(tiny.core, core);
  await convertCore({core, executable: tiny.executable}, database);
  spawnSync('mkfifo', [fifo]);
  server = createServer();
  await new Promise<void>((resolve) => void server.listen(socket, resolve));
});
afterAll(() => {
  server.close();
  rmSync(folder, {recursive: true});
});

interface Opened {
  readonly path: string;
  readonly isWritten: boolean;
}

function trace(args: readonly string[]): Opened[] {
  const log = join(folder, 'strace');
  const env = {...process.env, HOME: folder, XDG_CACHE_HOME: join(folder, 'cache'), TMPDIR: folder};
  const calls = ['-f', '-qq', '-s', '4096', '-e', 'trace=open,openat,openat2,creat', '-o', log];
  spawnSync('strace', [...calls, process.execPath, RUN, ...args], {cwd: folder, env, encoding: 'utf8'});
  const text = readFileSync(log, 'utf8');
  return [...text.matchAll(/^\d+ +(?:openat2?\([^,]+, |open\(|creat\()"((?:[^"\\]|\\.)*)", ([^)]*)\) = \d/gm)].map(([, path, how]) => ({
    path: path!,
    isWritten: /O_(?:WRONLY|RDWR|CREAT)/.test(how!),
  }));
}

/** What Node itself needs. */
const OF_NODE = ['/dev/null', '/dev/urandom', '/dev/random', '/proc/', '/sys/'];

function expectHarmless(opened: readonly Opened[]): void {
  expect(opened.length).toBeGreaterThan(10);
  const others = opened.filter(({path}) => !OF_NODE.some((start) => path.startsWith(start)));
  const strange = others.filter(({path}) => {
    const stat = statSync(path, {throwIfNoEntry: false});
    return stat && !stat.isFile() && !stat.isDirectory();
  });
  expect(strange).toEqual([]);
  expect(others.filter(({path, isWritten}) => isWritten && path.startsWith('/') && !path.startsWith(`${folder}/`))).toEqual([]);
}

describe.skipIf(!hasStrace)('opened', () => {
  test.each(['fifo', 'socket', '/dev/zero', '/dev/tty', '.'])('a core that names %s as its executable', (name) => {
    const [hostile, path] = [join(folder, 'hostile'), name.startsWith('/') ? name : join(folder, name)];
    copyFileSync(core, hostile);
    const data = readFileSync(hostile);
    const recorded = /\/[\w./+-]+\/exe(?=\0)/.exec(data.toString('latin1', 0, 65536))![0];
    for (let at = data.indexOf(recorded); at >= 0; at = data.indexOf(recorded, at + 1))
      data.write(path.padStart(recorded.length, '/'), at, 'latin1');
    writeFileSync(hostile, data);
    expectHarmless(trace(['info', hostile]));
  });

  test.each(['fifo', 'socket', '/dev/zero', '/proc/kmsg', '.'])('a database that names %s as its dump and executable', (name) => {
    const [hostile, path] = [join(folder, 'hostile.db'), name.startsWith('/') ? name : join(folder, name)];
    copyFileSync(database, hostile);
    const db = new Database(hostile);
    db.prepare("UPDATE meta SET value = ? WHERE key IN ('dump_path', 'executable')").run(path);
    db.close();
    const opened = trace(['object', hostile, '60']);
    expectHarmless(opened);
    expect(opened.map((file) => file.path)).not.toContain(path);
  });
});
