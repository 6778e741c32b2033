/**
 * Cores that are made on this machine by fixtures/make-cores.sh, kept in a folder below the temporary directory: a target is
 * built and dumped once, and again when the programs or the script change. Needs go, and gdb for gcore. The environment
 * variable GOHEAP_CORES names a folder of make-cores.sh to use instead, whatever it was made from.
 */

import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {spawnSync} from './child-process.js';
import type {Fixture} from './fixtures.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url));

/** Undefined when this machine can make cores, else what is missing, which is also told. Some variations need further tools. */
export function findObstacle(...tools: readonly string[]): string | undefined {
  const obstacle = lookForObstacle(tools);
  if (obstacle !== undefined) console.warn(`Tests that make cores are skipped: ${obstacle}.`);
  return obstacle;
}

function lookForObstacle(tools: readonly string[]): string | undefined {
  const missing = ['go', 'gdb', ...tools].filter((name) => spawnSync('which', [name]).status !== 0);
  if (missing.length > 0) return `${missing.join(' and ')} not installed`;
  const pattern = readFileSync('/proc/sys/kernel/core_pattern', 'utf8').trim();
  return pattern === 'core' ? undefined : `kernel.core_pattern is ${pattern}, not core`;
}

/** The version of Go that is installed, for targets that need no download; '' when there is none. */
export function findInstalledGo(): string {
  const {stdout} = spawnSync('go', ['version'], {encoding: 'utf8', env: {...process.env, GOTOOLCHAIN: 'local'}, cwd: tmpdir()});
  return /go(1[0-9.]*)/.exec(stdout ?? '')?.[1] ?? '';
}

export interface MadeCore extends Fixture {
  readonly build: string;
  /** What the program printed when it crashed; there is no such file when it did not. */
  readonly traceback: string;
}

/** Builds and dumps <program>-<go version>[-variation] unless that was done before; throws with the script's output. */
export function makeCore(target: string): MadeCore {
  const out = process.env.GOHEAP_CORES ?? join(tmpdir(), 'goheap-live', sourcesHash());
  const folder = join(out, target);
  if (!existsSync(join(folder, 'BUILD.txt'))) {
    mkdirSync(out, {recursive: true});
    const script = join(FIXTURES, 'make-cores.sh');
    const {stdout, stderr} = spawnSync(script, [target], {encoding: 'utf8', env: {...process.env, OUT: out}, timeout: 1_200_000});
    if (!stdout.includes(`ok ${target} `)) {
      rmSync(folder, {recursive: true, force: true});
      throw new Error(`make-cores.sh ${target}: ${stdout}${stderr}`);
    }
  }
  return {
    name: target,
    folder,
    executable: join(folder, 'exe'),
    core: join(folder, 'core'),
    heapDump: join(folder, 'heap.dump'),
    truth: join(folder, 'truth.json'),
    traceback: join(folder, 'err'),
    build: readFileSync(join(folder, 'BUILD.txt'), 'utf8'),
  };
}

/** What `go version -m` says about the executable: its build settings as `key=value`, and the Go version with experiments. */
export function readBuildSettings(executable: string): {readonly version: string; readonly settings: ReadonlyMap<string, string>} {
  const {stdout} = spawnSync('go', ['version', '-m', executable], {encoding: 'utf8', cwd: tmpdir()});
  const settings = [...stdout.matchAll(/^\tbuild\t([^=\n]+)=(.*)$/gm)].map(
    ([, key, value]) => [key!, value!.replace(/^"(.*)"$/, '$1')] as const,
  );
  return {version: stdout.split('\n')[0]!.split(': ')[1] ?? '', settings: new Map(settings)};
}

function sourcesHash(): string {
  const hash = createHash('sha256');
  const add = (path: string) => hash.update(readFileSync(path));
  add(join(FIXTURES, 'make-cores.sh'));
  for (const entry of readdirSync(join(FIXTURES, 'programs'), {recursive: true, withFileTypes: true})) {
    if (entry.isFile()) add(join(entry.parentPath ?? entry.path, entry.name));
  }
  return hash.digest('hex').slice(0, 16);
}
