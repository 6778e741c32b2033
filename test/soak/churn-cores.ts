/**
 * Dumps of the program churn (fixtures/programs) at moments of all kinds: whenever a signal finds it, with and without the runtime's
 * own crash handler, between the sweeps of two spans, under a debugger. Built once per Go version, dumped again and again.
 */

import {copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {type ChildProcess, spawn, spawnSync} from '../kit/child-process.js';
import type {Fixture} from '../kit/fixtures.js';
import {gcore} from '../kit/gcore.js';

const PROGRAMS = fileURLToPath(new URL('../../fixtures/programs', import.meta.url));

/** How a process is dumped. */
export const MOMENTS = [
  'kernel', // a signal that the program left to the kernel: every thread wherever it is
  'sweep', // the same, sent by a finalizer: the collector is sweeping
  'ABRT', // the runtime's handler, all threads in it
  'QUIT', // likewise
  'gcore', // stopped by a debugger
] as const;
export type Moment = (typeof MOMENTS)[number];

/** Builds the program in `folder` and returns the executable's path; throws with what the compiler said. */
export function buildChurn(version: string, folder: string): string {
  const source = join(folder, 'src');
  mkdirSync(source, {recursive: true});
  copyFileSync(join(PROGRAMS, 'common.go'), join(source, 'common.go'));
  copyFileSync(join(PROGRAMS, 'churn', 'main.go'), join(source, 'main.go'));
  const module = readFileSync(join(PROGRAMS, 'churn', 'go.mod'), 'utf8');
  writeFileSync(join(source, 'go.mod'), module.replace('go 1.17', `go ${version.split('.').slice(0, 2).join('.')}`));
  const executable = join(folder, 'exe');
  const {GOFLAGS: _, GOROOT: __, ...inherited} = process.env;
  const env = {...inherited, GOENV: 'off', GOTOOLCHAIN: `go${version}+auto`, CGO_ENABLED: '0'};
  const {status, stderr} = spawnSync('go', ['build', '-trimpath', '-o', executable, '.'], {cwd: source, env, encoding: 'utf8'});
  if (status !== 0) throw new Error(`go build with ${version}: ${stderr}`);
  return executable;
}

/** Runs the program in `folder`, and dumps it `delay` milliseconds after it is ready; for `sweep`, after as many finalizers. */
export async function dumpChurn(executable: string, folder: string, moment: Moment, delay: number): Promise<Fixture> {
  mkdirSync(folder, {recursive: true});
  const env = {GOMAXPROCS: '4', GOGC: '10', GOTRACEBACK: 'crash', ...(moment === 'sweep' ? {CHURN_DUMP: String(1 + delay)} : {})};
  const child = spawn('/bin/sh', ['-c', 'ulimit -c unlimited; exec "$0" 2>/dev/null', executable], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  await Promise.race([ready(child), ended]);
  if (moment !== 'sweep') await wait(delay);
  if (moment === 'gcore') {
    gcore(child.pid!, join(folder, 'core'));
    child.kill('SIGKILL');
  } else if (moment === 'sweep') {
    const late = setTimeout(() => child.kill('SIGXCPU'), 5000);
    await ended;
    clearTimeout(late);
  } else child.kill(moment === 'kernel' ? 'SIGXCPU' : `SIG${moment}`);
  await ended;
  const core = join(folder, 'core');
  for (const name of readdirSync(folder)) if (name.startsWith('core.')) renameSync(join(folder, name), core);
  return {name: moment, folder, executable, core, heapDump: '', truth: join(folder, 'truth.json')};
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.stdout!.on('data', (data: Buffer) => {
      if (data.toString().includes('READY')) resolve();
    });
  });
}
