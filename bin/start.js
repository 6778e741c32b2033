/**
 * `npm start [-- CORE [--exe EXE]]`: makes the checkout ready, converts a core – without CORE the bundled one of the program
 * fixtures/programs/zoo – and prints the first answers. Each is an ordinary goheap command, shown above its output.
 * `--no-open` is accepted for scripts that must not start a browser; nothing here starts one.
 */
import {spawnSync} from 'node:child_process';
import {mkdirSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {unpackFixture} from '../fixtures/unpack.js';
import {setUp} from './setup.js';

const BUNDLED = 'zoo-1.26.8';
const RUN = fileURLToPath(new URL('run.js', import.meta.url));

function main() {
  const {values, positionals} = readArguments();
  setUp();
  const input = positionals[0] === undefined ? unpackFixture(BUNDLED) : {core: positionals[0], executable: values.exe};
  const folder = join(tmpdir(), 'goheap-start');
  mkdirSync(folder, {recursive: true});
  const database = join(folder, `${positionals[0] === undefined ? BUNDLED : `core-${process.pid}`}.db`);
  const executable = input.executable === undefined ? [] : ['--exe', input.executable];
  goheap('convert', input.core, ...executable, '--to', 'sqlite', '-o', database, '--force');
  goheap('info', database);
  goheap('histogram', database, '--top', '15');
  goheap('top', database, '--top', '15');
  goheap('path', database, deepBigObject(database));
  console.log(`\nThe database stays in ${database}; \`bin/run.js --help\` lists what else it can be asked.`);
}

function readArguments() {
  try {
    return parseArgs({allowPositionals: true, options: {exe: {type: 'string'}, 'no-open': {type: 'boolean'}}});
  } catch (error) {
    console.error(`goheap: ${error.message}\nUsage: npm start [-- CORE] [--exe EXE] [--no-open]`);
    process.exit(2);
  }
}

/** Runs one command with its output on the screen; a failure ends this program with the same status. */
function goheap(...args) {
  console.log(`\n$ goheap ${args.join(' ')}`);
  const {status} = spawnSync(process.execPath, [RUN, ...args], {stdio: 'inherit'});
  if (status !== 0) process.exit(status ?? 1);
}

/** The id of the object that retains most among those that no variable points to directly: its path has something to show. */
function deepBigObject(database) {
  const sql = 'SELECT b.id FROM biggest b JOIN objects o ON o.id = b.id ORDER BY o.depth < 3, b.rank LIMIT 1';
  const {status, stdout, stderr} = spawnSync(process.execPath, [RUN, 'query', database, sql, '--csv'], {encoding: 'utf8'});
  const id = stdout.trim().split('\n').at(-1);
  if (status === 0 && /^\d+$/.test(id)) return id;
  console.error(stderr || `goheap: unexpected answer: ${stdout}`);
  process.exit(status || 1);
}

main();
