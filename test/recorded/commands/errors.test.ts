/** How commands fail: exit status, message with a hint, nothing left behind (docs/commands.md). */
import {once} from 'node:events';
import {chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {join} from 'node:path';
import {gzipSync, zstdCompressSync} from 'node:zlib';
import Database from 'better-sqlite3';
import {beforeAll, describe, expect, test} from 'vitest';
import {spawnSync} from '../../kit/child-process.js';
import {RUN} from '../../kit/goheap.js';
import {goheapHere} from '../../kit/goheap-here.js';
import {runGoheap} from '../../kit/run-goheap.js';
import {databaseFromText, temporaryFolder} from '../../kit/small-database.js';
import {childrenOf, cpuMilliseconds, isRunning, until} from '../../kit/viewer-process.js';

let database = '';
let folder = '';
beforeAll(async () => {
  database = await databaseFromText('roots: a; a -> b c; b -> d');
  folder = temporaryFolder();
});
const hinted = (status: number, message: string | RegExp) => ({
  status,
  stdout: '',
  stderr: expect.stringMatching(new RegExp(`Error: .*${typeof message === 'string' ? message : message.source}.*\\nTry this: `, 's')),
});

describe('input that cannot be used: status 1', () => {
  test.each(['info', 'histogram', 'top', 'convert'])('%s of a missing file', async (command) => {
    const more = command === 'convert' ? ['--to', 'sqlite', '-o', join(folder, 'no.db')] : [];
    expect(await goheapHere([command, join(folder, 'nothing'), ...more])).toMatchObject(hinted(1, 'no such file'));
  });
  test('a folder', async () => {
    expect(await goheapHere(['info', folder])).toMatchObject(hinted(1, 'not a regular file'));
  });
  test('a socket, and a symbolic link to itself', async () => {
    const path = join(folder, 'socket');
    const server = createServer().listen(path);
    await once(server, 'listening');
    expect(await goheapHere(['info', path])).toMatchObject(hinted(1, 'not a regular file'));
    server.close();
    symlinkSync('circle', join(folder, 'circle'));
    expect(await goheapHere(['info', join(folder, 'circle')])).toMatchObject(hinted(1, 'symbolic links that lead in a circle'));
  });
  test('a pipe that nobody writes', async () => {
    const path = join(folder, 'pipe');
    expect(spawnSync('mkfifo', [path])).toMatchObject({status: 0});
    expect(await goheapHere(['info', path])).toMatchObject(hinted(1, 'not a regular file'));
  });
  test('control characters of a name do not reach the terminal', async () => {
    const {stderr} = await goheapHere(['info', join(folder, '\u001b[31mred\u2066')]);
    expect(stderr).toContain(`${folder}/\\u001b[31mred\\u2066: no such file\nTry this: `);
  });
  test.each<[string, Uint8Array, RegExp]>([
    ['a text', Buffer.from('this is a letter, not a core dump\n'.repeat(100)), /not an ELF file; expected a core dump/],
    ['an empty file', new Uint8Array(0), /the file is empty/],
    [
      'a tar archive',
      Buffer.concat([Buffer.alloc(257, 'core'), Buffer.from('ustar\u000000'), Buffer.alloc(248)]),
      /this is a tar archive; expected a core dump/,
    ],
    [
      'a tgz',
      gzipSync(Buffer.concat([Buffer.alloc(257, 'core'), Buffer.from('ustar\u000000'), Buffer.alloc(248)])),
      /this is a tar archive/,
    ],
    ['a zip archive', Buffer.from('PK\u0003\u0004 and more of it'), /this is a zip archive/],
    ['a few bytes', Buffer.from('\u007fEL'), /not an ELF file/],
    ['an executable', readFileSync(process.execPath).subarray(0, 100_000), /this is an executable, not a core/],
    ['a compressed text', gzipSync('no core either'), /not an ELF file/],
    ['a compressed executable', zstdCompressSync(readFileSync(process.execPath).subarray(0, 300_000)), /this is an executable/],
    ['what xz packs', Buffer.from('fd377a585a000004e6d6b446', 'hex'), /compressed with xz/],
  ])('%s is refused before a conversion is announced', async (_what, bytes, message) => {
    const path = join(folder, 'file');
    writeFileSync(path, bytes);
    const run = await goheapHere(['info', path]);
    expect(run).toMatchObject(hinted(1, message));
    expect(run.stderr).not.toContain('Converting');
  });
  test('a database that goheap did not write', async () => {
    const path = join(folder, 'foreign.db');
    const foreign = new Database(path);
    foreign.exec('CREATE TABLE notes (text)');
    foreign.close();
    expect(await goheapHere(['info', path])).toMatchObject(hinted(1, 'an SQLite database, but not one that goheap wrote'));
  });
  test('a database of another program, and a torn one', async () => {
    const path = join(folder, 'torn.db');
    writeFileSync(path, readFileSync(database).subarray(0, 5000));
    expect(await goheapHere(['info', path])).toMatchObject(hinted(1, ''));
  });
  test('an unreadable file', async () => {
    const path = join(folder, 'secret');
    writeFileSync(path, 'x');
    chmodSync(path, 0);
    const isRoot = process.getuid?.() === 0;
    if (isRoot && (await runGoheap(['--version'], {uid: 65534})).status !== 0) return; // others may not read this checkout
    chmodSync(folder, 0o755);
    expect(await runGoheap(['info', path], isRoot ? {uid: 65534} : {})).toMatchObject(hinted(1, 'permission denied'));
  });
  test('a user whom /etc/passwd does not know, as in many containers, is no error', async () => {
    if (process.getuid?.() !== 0 || (await runGoheap(['--version'], {uid: 65_534})).status !== 0) return; // others may not read this checkout
    const environment = {XDG_CACHE_HOME: temporaryFolder()};
    chmodSync(environment.XDG_CACHE_HOME, 0o777);
    const run = await runGoheap(['cache'], {uid: 54_321, after: 'unset HOME SHELL', environment});
    expect(run).toEqual({status: 0, stdout: `No converted cores in ${environment.XDG_CACHE_HOME}/goheap.\n`, stderr: ''});
  });
  test('the same error as JSON', async () => {
    const {status, stdout, stderr} = await goheapHere(['info', join(folder, 'nothing'), '--json']);
    expect([status, stderr, JSON.parse(stdout)]).toEqual([
      1,
      '',
      {error: {code: 'io', message: expect.stringContaining('no such file'), hint: expect.any(String)}},
    ]);
  });
});

describe('wrong usage: status 2', () => {
  test('an exporter that Node cannot load', async () => {
    writeFileSync(join(folder, 'broken.mjs'), 'export default {');
    const {status, stderr} = await goheapHere(['convert', database, '--to', './broken.mjs', '-o', 'out'], {cwd: folder});
    expect(status).toBe(2);
    expect(stderr).toContain('Error: ./broken.mjs: cannot be loaded: ');
    expect(stderr).toContain('Try this: It must be an ES module in JavaScript: compile TypeScript first.');
  });
  test.each([
    [['info']],
    [['info', 'a', 'b']],
    [['histogram', 'x', '--by', 'colour']],
    [['convert']],
    [['convert', 'x']],
    [['convert', 'x', '--to', 'word']],
    [['convert', 'x', '--to', './missing.mjs']],
    [['nonsense']],
    [['info', '--nonsense']],
  ])('%j', async (args) => {
    expect(await goheapHere(args)).toMatchObject({status: 2, stderr: expect.stringMatching(/^Error: .+\nTry this: .+\n$/)});
  });
  test.each([
    [['sqlite', '--sizes', 'full'], "sqlite: takes no option 'sizes'", 'Formats that take it: hprof.'],
    [['sqlite', '--unreachable'], "sqlite: takes no option 'unreachable'", 'Formats that take it: hprof.'],
    [['hprof', '--paths', 'shortest'], "hprof: takes no option 'paths'", 'Formats that take it: pprof.'],
    [['hprof', '--option', 'sizes=wide'], "hprof: sizes cannot be 'wide'", 'It takes exact, full.'],
    [['pprof', '--option', 'colour=red'], "pprof: takes no option 'colour'", 'Options of pprof: '],
    [['pprof', '--option', '=red'], '--option =red: no name', 'NAME=VALUE'],
    [['pprof', '--option', 'paths=shortest', '--paths', 'shortest'], 'paths: given twice', 'once'],
    [['pprof', '--redact', '('], '--redact: Invalid regular expression', 'JavaScript regular expression'],
    [['pprof', '--redact', ''], '--redact: the expression is empty', 'password='],
  ])('convert --to %j: options that the format does not take', async (args, message, hint) => {
    const run = await goheapHere(['convert', database, '--to', ...args], {cwd: folder});
    expect(run).toMatchObject(hinted(2, message));
    expect(run.stderr).toContain(hint);
  });
  test('as JSON', async () => {
    for (const args of [['info'], ['convert', 'x'], ['top', 'x', '--top', 'many'], ['nonsense'], ['query', 'x', 'SELECT 1', '--csv']]) {
      const {status, stdout} = await goheapHere([...args, '--json']);
      expect([status, JSON.parse(stdout)]).toEqual([2, {error: {code: 'usage', message: expect.any(String), hint: expect.any(String)}}]);
    }
  });
  test('an output that cannot be a new file', async () => {
    mkdirSync(join(folder, 'sub'), {recursive: true});
    writeFileSync(join(folder, 'old.db'), 'old');
    for (const [path, message] of [
      [join(folder, 'sub'), 'is a directory'],
      [join(folder, 'none', 'x.db'), 'no such directory'],
      ['/dev/full', 'not a regular file'],
      [join(folder, 'old.db'), 'exists already'],
    ] as const) {
      expect(await goheapHere(['convert', database, '--to', 'sqlite', '-o', path])).toMatchObject(hinted(2, message));
    }
    expect(readFileSync(join(folder, 'old.db'), 'utf8')).toBe('old');
  });
});

describe('in the middle of it', () => {
  test('a limit on file sizes (as a full disk): status 1, nothing left', async () => {
    const own = temporaryFolder();
    const run = await runGoheap(['convert', database, '--to', 'sqlite', '--quiet'], {cwd: own, after: 'ulimit -f 16'});
    expect(run).toMatchObject(hinted(1, 'heap.db.db'));
    expect(run.stderr).not.toContain('.tmp');
    expect(readdirSync(own)).toEqual([]);
  });

  /** An exporter that writes half a file, says so, and waits. */
  const SLOW = `import {writeFile} from 'node:fs/promises';
    export default {name: 'slow', extension: '.slow', summary: '', losses: [], async write(heap, path, options, {signal}) {
      await writeFile(path, 'half');
      process.stderr.write('waiting ');
      await new Promise((resolve, reject) => { setTimeout(resolve, 60_000).ref(); IGNORE signal.addEventListener('abort', () => reject(signal.reason)); });
    }};`;
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s: status %d, nothing left', async (signal, status) => {
    const own = temporaryFolder();
    writeFileSync(join(own, 'slow.mjs'), SLOW.replace('IGNORE', ''));
    let sent = false;
    const run = await runGoheap(['convert', database, '--to', './slow.mjs'], {
      cwd: own,
      onStderr(text, child) {
        if (!sent && text.includes('waiting')) sent = child.kill(signal);
      },
    });
    expect(run).toMatchObject({status, stdout: '', stderr: expect.stringContaining('Interrupted')});
    expect(readdirSync(own)).toEqual(['slow.mjs']);
  });
  test('a second Ctrl-C does not wait, and leaves nothing either', async () => {
    const own = temporaryFolder();
    writeFileSync(join(own, 'slow.mjs'), SLOW.replace('IGNORE', 'return;'));
    const timers: NodeJS.Timeout[] = [];
    const run = await runGoheap(['convert', database, '--to', './slow.mjs'], {
      cwd: own,
      onStderr(text, child) {
        if (timers.length > 0 || !text.includes('waiting')) return;
        for (const delay of [0, 300, 600]) timers.push(setTimeout(() => child.kill('SIGINT'), delay));
      },
    });
    for (const timer of timers) clearTimeout(timer);
    expect(run.status).toBe(130);
    expect(readdirSync(own)).toEqual(['slow.mjs']);
  });
  test('a query that would never end stops at Ctrl-C', async () => {
    const endless = 'WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c';
    const run = await runGoheap(['query', database, endless], {
      after: 'echo started >&2',
      onStderr(text, child) {
        if (text === 'started\n') void until(() => childrenOf(child.pid!).length > 0).then(() => child.kill('SIGINT'));
      },
    });
    expect(run).toMatchObject({status: 130, stdout: ''});
  });
  test('a query that would never end goes with a command that is killed', async () => {
    const endless = 'WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c';
    let query = 0;
    const run = await runGoheap(['query', database, endless], {
      after: 'echo started >&2',
      onStderr: (_text, child) =>
        void until(() => {
          [query = 0] = childrenOf(child.pid!);
          return query > 0 && cpuMilliseconds(query) > 1000; // it has started, and SQLite computes
        }).then(() => child.kill('SIGKILL')),
    });
    expect([run.status, query > 0]).toEqual(['SIGKILL', true]);
    await until(() => !isRunning(query));
  });
  test('a command whose supervisor was killed before it began does not begin', async () => {
    const over = spawnSync('true', []).pid;
    expect(await runGoheap(['info', database], {environment: {GOHEAP_SUPERVISED: String(over)}})).toEqual({
      status: 1,
      stdout: '',
      stderr: '',
    });
    const other = {GOHEAP_SUPERVISED: '1'}; // it runs, and has started no command of goheap
    expect(await runGoheap(['info', database], {environment: other})).toMatchObject({status: 0, stderr: ''});
  });
  test.each([
    ['top', []],
    ['info', ['--json']],
    ['query', ['SELECT 1 AS a']],
  ])('%s on a full disk: status 1, no stack', async (command, more) => {
    const run = await runGoheap([command, database, ...more], {after: 'exec >/dev/full'});
    expect(run).toMatchObject({status: 1, stderr: expect.stringMatching(/^Error: standard output: ENOSPC.*\nTry this: .*\n$/)});
  });
  test.each([['--help'], ['info', '--help'], ['--version']])('%s on a full disk, and into a closed pipe', async (...args) => {
    const full = await runGoheap(args, {after: 'exec >/dev/full'});
    expect(full).toMatchObject({status: 1, stderr: expect.stringMatching(/^Error: standard output: ENOSPC.*\nTry this: .*\n$/)});
    const closed = await runGoheap(args, {after: 'exec > >(exec >&-; sleep 0.1); sleep 0.3'});
    expect(closed).toEqual({status: 0, stdout: '', stderr: ''});
  });
  test('a closed pipe ends it quietly', async () => {
    const sql = 'WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 300000) SELECT n FROM c';
    const line = `"${process.execPath}" "${RUN}" query "${database}" "${sql}" --csv | head -2; echo "\${PIPESTATUS[0]}"`;
    const run = spawnSync('bash', ['-c', line], {encoding: 'utf8'});
    expect([run.stdout, run.stderr]).toEqual(['n\n1\n0\n', '']);
  });
});
