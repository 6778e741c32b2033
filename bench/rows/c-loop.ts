/**
 * The rows of a database → the CPU seconds that a C program needs to insert the same rows (c-loop.c), or why that cannot be
 * measured here. The program is compiled against the SQLite that better-sqlite3 brings, so that both sides use one version.
 */
import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url)); // from dist/bench/rows
const SQLITE = join(ROOT, 'node_modules', 'better-sqlite3', 'deps', 'sqlite3');
const OPTIONS = ['-O2', '-DSQLITE_DEFAULT_MEMSTATUS=0', '-DSQLITE_THREADSAFE=2', '-DSQLITE_DQS=0', '-DSQLITE_OMIT_SHARED_CACHE'];

/** `folder` takes the program and a second database; the caller removes it. */
export function measureCLoop(database: string, folder: string): {readonly cpuSeconds: number} | {readonly skipped: string} {
  if (spawnSync('gcc', ['--version'], {stdio: 'ignore'}).status !== 0) return {skipped: 'gcc is not installed'};
  if (!existsSync(join(SQLITE, 'sqlite3.c'))) return {skipped: 'better-sqlite3 came without the sources of SQLite'};
  const program = join(folder, 'c-loop');
  const sources = [join(ROOT, 'bench', 'rows', 'c-loop.c'), join(SQLITE, 'sqlite3.c')];
  run('gcc', [...OPTIONS, `-I${SQLITE}`, '-o', program, ...sources, '-lm', '-lpthread', '-ldl']);
  const total = /^total\s+([\d.]+) s$/m.exec(run(program, [database, join(folder, 'c-loop.db')]));
  if (total === null) throw new Error(`${program} printed no total`);
  return {cpuSeconds: Number(total[1])};
}

function run(program: string, args: readonly string[]): string {
  const {status, stdout, stderr} = spawnSync(program, args, {encoding: 'utf8'});
  if (status !== 0) throw new Error(`${program}: status ${status}\n${stderr}`);
  return stdout;
}
