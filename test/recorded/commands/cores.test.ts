/** Commands on recorded cores: the cache, the executable that does not belong, a full disk and Ctrl-C in the middle of a conversion. */
import {mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, watch, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import type {ChildProcess} from '../../kit/child-process.js';
import {coreOf, program} from '../../kit/core-bytes.js';
import {type Fixture, unpackFixture} from '../../kit/fixtures.js';
import {goheapHere, goheapJson} from '../../kit/goheap-here.js';
import {firstInterrupted, runGoheap} from '../../kit/run-goheap.js';
import {temporaryFolder} from '../../kit/small-database.js';

const tiny = unpackFixture('tiny-1.26.8');
/** An exporter that begins its file, and waits to be stopped. */
const SLOW = `import {writeFileSync} from 'node:fs';
import {setTimeout as wait} from 'node:timers/promises';
export default {name: 'slow', extension: '.slow', summary: 'slow', losses: [], async write(heap, path, options, {signal}) {
  writeFileSync(path, 'half');
  await wait(600_000, undefined, {signal});
}};
`;
const exe = ({executable}: Fixture) => ['--exe', executable];

test('a core is converted once; the next command opens the cache', async () => {
  const environment = {XDG_CACHE_HOME: temporaryFolder()};
  const first = await goheapHere(['top', tiny.core, ...exe(tiny), '--top', '3'], {environment});
  expect(first).toMatchObject({status: 0, stderr: expect.stringContaining('Converting')});
  const folder = join(environment.XDG_CACHE_HOME, 'goheap');
  const entries = readdirSync(folder);
  expect(entries).toEqual([expect.stringMatching(/^[0-9a-f]{32}\.db$/)]);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  const second = await goheapHere(['top', tiny.core, ...exe(tiny), '--top', '3'], {environment});
  expect(second).toEqual({status: 0, stdout: first.stdout, stderr: ''});
  await goheapJson(['top', join(folder, entries[0]!)]);
  expect(readdirSync(folder)).toEqual(entries);
});

test('a core of which too little is left is refused before a conversion is announced, by the name that was given', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'cut'), readFileSync(tiny.core).subarray(0, 100_000));
  const environment = {XDG_CACHE_HOME: temporaryFolder()};
  for (const command of [['info'], ['convert', '--to', 'sqlite', '-o', 'new.db']]) {
    const run = await goheapHere([command[0]!, 'cut', ...command.slice(1), ...exe(tiny)], {cwd, environment});
    expect(run).toMatchObject({status: 1, stdout: '', stderr: expect.stringMatching(/^Error: cut: .+\nTry this: .+\n$/)});
  }
  const missing = await goheapHere(['top', tiny.core, '--exe', 'none'], {cwd, environment});
  expect(missing).toMatchObject({status: 1, stderr: expect.stringMatching(/^Error: none: no such file\nTry this: .+\n$/)});
});

test('a home that cannot be written: the cache is below the temporary directory', async () => {
  for (const home of ['/proc/nothing', '/dev/null/x']) {
    const TMPDIR = temporaryFolder();
    const run = await goheapHere(['histogram', tiny.core, ...exe(tiny), '--quiet'], {environment: {XDG_CACHE_HOME: home, TMPDIR}});
    expect(run).toMatchObject({status: 0, stderr: ''});
    expect(readdirSync(TMPDIR)).toEqual([expect.stringMatching(/^goheap-cache-/)]);
  }
  const nowhere = {XDG_CACHE_HOME: '/proc/nothing', TMPDIR: '/proc/nothing'};
  expect(await goheapHere(['top', tiny.core, ...exe(tiny)], {environment: nowhere})).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/Error: no folder .+\nTry this: Set XDG_CACHE_HOME/),
  });
});

test('the executable of another build is refused, naming both build IDs; --force-mismatch says so and goes on', async () => {
  const other = unpackFixture('tiny-1.25.12');
  const folder = temporaryFolder();
  const convert = ['convert', tiny.core, ...exe(other), '--to', 'sqlite'];
  const refused = await goheapHere(convert, {cwd: folder});
  expect(refused).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringMatching(/build ID \S+, .+build ID|build ID \S+.*executable \S+/s),
  });
  expect(refused.stderr).toContain('--force-mismatch');
  expect(readdirSync(folder)).toEqual([]);
  const forced = await goheapHere([...convert, '--force-mismatch', '--quiet'], {cwd: folder});
  expect([0, 1]).toContain(forced.status); // another build's types may make sense or not; it must not be a bug's stack
  expect(forced.stderr).not.toContain('Internal error');
});

// What the runtime's variables are taken to hold is then anything: a table of four million arenas, of 8192 spans each.
test.each([
  ['tiny-1.17.13', 'tiny-1.26.8'],
  ['tiny-1.26.8', 'tiny-1.22.12'],
  ['stacks-1.26.8', 'tiny-1.27.1'],
])('%s with the executable of %s: an end within 20 seconds of CPU', async (dumped, other) => {
  const convert = ['convert', unpackFixture(dumped).core, ...exe(unpackFixture(other)), '--to', 'sqlite', '--force-mismatch', '--quiet'];
  const {status, stderr} = await runGoheap(convert, {cwd: temporaryFolder(), after: 'ulimit -t 20'});
  expect([0, 1]).toContain(status);
  expect(stderr).not.toContain('Internal error');
});

test('the core of a program that is not Go', async () => {
  const folder = temporaryFolder();
  const file = program({gnu: Uint8Array.of(1, 2, 3, 4)});
  writeFileSync(join(folder, 'exe'), file);
  writeFileSync(join(folder, 'core'), coreOf(file, 0));
  const run = await goheapHere(['convert', 'core', '--exe', 'exe', '--to', 'sqlite'], {cwd: folder});
  expect(run).toMatchObject({status: 1, stdout: '', stderr: expect.stringMatching(/Error: .*program.*\nTry this: /s)});
  expect(readdirSync(folder).sort()).toEqual(['core', 'exe']);
});

test('a core without its executable says where it looked', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'root'));
  symlinkSync(tiny.core, join(folder, 'core')); // nothing lies beside it here
  const run = await goheapHere(['convert', 'core', '--sysroot', join(folder, 'root'), '--to', 'sqlite'], {cwd: folder});
  expect(run).toMatchObject({status: 1, stderr: expect.stringMatching(/Error: .*root.*\nTry this: .*--exe/s)});
});

test('a limit on file sizes in mid-conversion', async () => {
  const folder = temporaryFolder();
  const run = await runGoheap(['convert', tiny.core, ...exe(tiny), '--to', 'sqlite', '-o', 'out.db'], {
    cwd: folder,
    after: 'ulimit -f 200',
  });
  expect(run).toMatchObject({status: 1, stdout: '', stderr: expect.stringMatching(/Error: .*out\.db.*\nTry this: /s)});
  expect(readdirSync(folder)).toEqual([]);
});

test('Ctrl-C in mid-conversion, into a file and into the cache', async () => {
  const zoo = unpackFixture('zoo-1.26.8');
  const cwd = temporaryFolder();
  const environment = {XDG_CACHE_HOME: join(cwd, 'cache')};
  const interrupted = {status: 130, stdout: '', stderr: expect.stringContaining('Interrupted')};
  const top = await firstInterrupted(() => {
    rmSync(environment.XDG_CACHE_HOME, {recursive: true, force: true});
    let sent = false;
    return runGoheap(['top', zoo.core, ...exe(zoo)], {
      cwd,
      environment,
      onStderr(stderr, child) {
        if (!sent && stderr.includes('Converting')) sent = child.kill('SIGINT');
      },
    });
  });
  expect(top).toMatchObject(interrupted);
  const onStart = (child: ChildProcess) => {
    const watcher = watch(cwd, () => {
      watcher.close(); // the folder that is written into is there; a second signal would not let it be cleaned up
      child.kill('SIGINT');
    });
  };
  writeFileSync(join(cwd, 'slow.mjs'), SLOW);
  const convert = await runGoheap(['convert', zoo.core, ...exe(zoo), '--to', './slow.mjs', '-o', 'out'], {cwd, environment, onStart});
  expect(convert).toMatchObject(interrupted);
  expect(readdirSync(cwd).sort()).toEqual(['cache', 'slow.mjs']);
  expect(readdirSync(join(cwd, 'cache', 'goheap'))).toEqual([]);
});

test('values come from the dump, from any folder, while it is there', async () => {
  const folder = temporaryFolder();
  const core = join(folder, 'core');
  symlinkSync(tiny.core, core);
  symlinkSync(tiny.executable, join(folder, 'exe'));
  await goheapJson(['convert', 'core', '--exe', './exe', '--to', 'sqlite', '-o', 'heap.db'], {cwd: folder});
  const object = () => goheapJson(['object', join(folder, 'heap.db'), 'main.Head'], {cwd: '/'});
  expect(await object()).toMatchObject({value: {data: {ID: 9, Name: 'kappa'}}});
  rmSync(core);
  expect(await object()).toMatchObject({value: {missing: 'not-kept'}});
});

test('convert keeps no byte of the heap with --contents none, and values with full', async () => {
  const folder = temporaryFolder();
  for (const contents of ['none', 'full']) {
    await goheapJson(['convert', tiny.core, ...exe(tiny), '--to', 'sqlite', '-o', `${contents}.db`, '--contents', contents], {cwd: folder});
  }
  const preview = 'SELECT count(preview) AS previews, (SELECT count(*) FROM contents) AS contents FROM objects';
  const holds = (path: string) => readFileSync(join(folder, path)).includes('kappa'); // one of tiny's names
  expect([holds('none.db'), holds('full.db')]).toEqual([false, true]);
  expect(await goheapJson(['query', join(folder, 'none.db'), preview])).toEqual([{previews: 0, contents: 0}]);
  expect(await goheapJson(['object', join(folder, 'full.db'), 'main.Head'])).toMatchObject({value: {data: {ID: 9, Name: 'kappa'}}});
  const again = await goheapHere(['convert', 'none.db', '--to', 'sqlite', '--contents', 'preview'], {cwd: folder});
  expect(again).toMatchObject({status: 1, stderr: expect.stringMatching(/Error: --contents preview: .+\nTry this: /)});
});
