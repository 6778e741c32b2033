/**
 * Programs that are not built as usual: without a trace of their version (the release of esbuild), with debug sections that Zstandard packed or that are
 * damaged, two Go runtimes in one process, executables that are gone while the process runs.
 */
import {copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {FileSource} from '../../src/base/file-source.js';
import {findSection, readElf} from '../../src/elf/elf-file.js';
import {spawn, spawnSync} from '../kit/child-process.js';
import {expectTruth} from '../kit/expect-truth.js';
import {openDatabase, runGoheap} from '../kit/goheap.js';
import {convertCore} from '../kit/goheap-here.js';
import {findInstalledGo, findObstacle, makeCore} from '../kit/live-cores.js';
import {buildProgram, RunningProgram} from '../kit/running-program.js';
import {ROOT} from '../kit/source-files.js';

const WARNINGS = 'SELECT code, message FROM warnings ORDER BY code';

function facts(database: string): {readonly meta: Readonly<Record<string, string>>; readonly warnings: ReadonlyMap<string, string>} {
  const opened = openDatabase(database);
  const meta = Object.fromEntries(opened.prepare('SELECT key, value FROM meta').raw().all() as [string, string][]);
  const warnings = new Map(opened.prepare(WARNINGS).raw().all() as [string, string][]);
  opened.close();
  return {meta, warnings};
}

describe.skipIf(findObstacle('gcc', 'objcopy') !== undefined)('odd programs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-odd-'));
  afterAll(() => rmSync(folder, {recursive: true}));
  const go = findInstalledGo();

  test("esbuild's release says nothing of its version but in a string", async () => {
    const executable = join(ROOT, 'node_modules/@esbuild/linux-x64/bin/esbuild');
    const version = spawnSync(executable, ['--version'], {encoding: 'utf8'}).stdout.trim();
    const command = ['-c', 'ulimit -c unlimited; exec "$0" "$@"', executable, `--service=${version}`, '--ping'];
    const child = spawn('bash', command, {cwd: folder, env: {GOTRACEBACK: 'crash'}, stdio: ['pipe', 'pipe', 'ignore']});
    await new Promise((resolve) => child.stdout!.once('data', resolve));
    child.kill('SIGABRT');
    await new Promise((resolve) => child.once('exit', resolve));
    const core = spawnSync('bash', ['-c', 'ls core*'], {cwd: folder, encoding: 'utf8'}).stdout.trim();
    const esbuild = {core: join(folder, core), executable};
    const database = await convertCore(esbuild, join(folder, 'esbuild.db'));
    const {meta, warnings} = facts(database);
    expect(meta).toMatchObject({complete: 1, runtime_names: 'search', go_version: expect.stringMatching(/^go1\.\d+\.\d+$/)});
    expect(warnings.get('go-version-guessed')).toContain(`read as ${meta.go_version}, because a string of the program says so`);
    const opened = openDatabase(database);
    const share = opened.prepare(
      `SELECT sum(o.size * (t.kind <> 'unknown')) * 1.0 / sum(o.size) FROM objects o JOIN types t ON t.id = o.type_id JOIN spans s ON s.id = o.span_id
       WHERE o.reachable AND s.scan`,
    );
    expect(share.pluck().get()).toBeGreaterThan(0.85); // by its own types, as any stripped program
    opened.close();
    // The user decides: with a version beside it, without one that does not fit.
    const given = facts(await convertCore(esbuild, join(folder, 'given.db'), ['--go-version', meta.go_version!]));
    expect(given.meta.heap_objects).toBe(meta.heap_objects);
    expect([...given.warnings.keys()]).not.toContain('go-version-guessed');
    const wrong = runGoheap([
      'convert',
      esbuild.core,
      '--exe',
      executable,
      '--to',
      'sqlite',
      '-o',
      join(folder, 'no.db'),
      '--go-version',
      '1.17',
    ]);
    expect(wrong).toMatchObject({status: 1, stderr: expect.stringContaining('in go1.17.13 does not fit the dump')});
    const none = runGoheap(['info', esbuild.core, '--exe', executable, '--go-version', 'newest']);
    expect(none).toMatchObject({status: 2, stderr: expect.stringContaining('newest is no version of Go')});
  });

  test('debug sections that Zstandard packed, and one that is damaged', async () => {
    const core = makeCore(`tiny-${go}-kabrt`);
    const packed = join(folder, 'packed');
    expect(spawnSync('objcopy', ['--compress-debug-sections=zstd', core.executable, packed]).status).toBe(0);
    const usual = facts(await convertCore(core, join(folder, 'usual.db')));
    expect(facts(await convertCore({core: core.core, executable: packed}, join(folder, 'packed.db')))).toMatchObject({
      meta: {dwarf: 'full', heap_objects: usual.meta.heap_objects, roots: usual.meta.roots},
      warnings: usual.warnings,
    });
    for (const name of ['.debug_info', '.debug_loclists']) {
      const source = new FileSource(packed);
      const section = findSection(readElf(source), name)!;
      source.close();
      const damaged = readFileSync(packed);
      damaged.fill(0xff, section.offset + 24, section.offset + 60); // behind the header of the compression
      const executable = join(folder, 'damaged');
      writeFileSync(executable, damaged);
      const {meta, warnings} = facts(await convertCore({core: core.core, executable}, join(folder, 'damaged.db')));
      expect(warnings.get('debug-section'), name).toContain(`${name} cannot be read`);
      expect(meta.heap_objects).toBe(usual.meta.heap_objects);
      expect(meta.reachable_objects).toBe(usual.meta.reachable_objects);
    }
  });

  test('two Go libraries in one process, each with its own runtime', () => {
    const core = makeCore(`embedded-${go}-two`);
    const [first, second] = [join(core.folder, 'lib.so'), join(core.folder, 'second.so')];
    const convert = (name: string, ...flags: string[]) => {
      const database = join(folder, `${name}.db`);
      const run = runGoheap(['convert', core.core, '--to', 'sqlite', '-o', database, '--force', '--quiet', ...flags]);
      expect(run.status, run.stderr).toBe(0);
      const {meta, warnings} = facts(database);
      expect(meta.go_runtimes).toMatch(/lib\.so \(.+iB\), .+second\.so \(.+iB\)$/);
      const opened = openDatabase(database);
      expectTruth(opened, join(core.folder, meta.executable === first ? 'truth.json' : 'second.json'));
      opened.close();
      return {chosen: meta.executable, warning: warnings.get('other-runtimes')};
    };
    const says = (chosen: string, other: string) => ({chosen, warning: expect.stringContaining(`${chosen} is read, ${other} not`)});
    expect(convert('most')).toEqual(says(first, second)); // its heap is larger
    expect(convert('first', '--module', 'lib.so')).toEqual(says(first, second));
    expect(convert('second', '--module', second)).toEqual(says(second, first));
    const unknown = runGoheap(['info', core.core, '--module', 'third.so']);
    expect(unknown).toMatchObject({status: 2, stderr: expect.stringContaining(`There are: ${first}, ${second}.`)});
    expect(runGoheap(['info', join(folder, 'most.db')]).stdout).toMatch(/^go runtimes +.+lib\.so .+second\.so/m);
  });

  test('an executable that was deleted while the process runs', async () => {
    const built = buildProgram('clock', go, folder, ['-ldflags=-s -w']);
    const executable = join(folder, 'deleted');
    copyFileSync(built, executable);
    spawnSync('chmod', ['+x', executable]);
    const program = await RunningProgram.start(executable, ['idle'], join(folder, 'run'));
    rmSync(executable);
    const {core} = program.gcore();
    const file = `/proc/${program.pid}/exe`;
    const without = join(folder, 'without.db');
    expect(runGoheap(['convert', core, '--to', 'sqlite', '-o', without, '--quiet'])).toMatchObject({status: 0});
    expect(facts(without).warnings.get('executable-missing')).toContain(`--exe ${file} is it, even if it was deleted`);
    const {meta, warnings} = facts(await convertCore({core, executable: file}, join(folder, 'with.db')));
    expect(meta.executable).toBe(file);
    expect([...warnings.keys()]).not.toContain('executable-missing');
    await program.kill('SIGABRT');
  });
});
