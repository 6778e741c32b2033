/**
 * A fixture program that is built, runs, and is dumped at a moment of the test's choice: for what only a live process can tell. Needs go, and gdb for gcore.
 */
import {cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {type ChildProcess, execFileSync, spawn} from './child-process.js';
import {gcore} from './gcore.js';

const PROGRAMS = fileURLToPath(new URL('../../fixtures/programs', import.meta.url));

export interface Dumped {
  readonly core: string;
  readonly executable: string;
  /** The dump was taken between these moments, in milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

/** Builds a program of fixtures/programs into the folder; returns the executable. Stripped with `ldflags` of `-s -w`. */
export function buildProgram(name: string, version: string, folder: string, flags: readonly string[] = []): string {
  const source = join(folder, `${name}-source`);
  const executable = join(folder, name);
  cpSync(join(PROGRAMS, name), source, {recursive: true});
  if (readFileSync(join(source, 'main.go'), 'utf8').includes('func afterGC()'))
    cpSync(join(PROGRAMS, 'common.go'), join(source, 'common.go')); // it records its truth
  const module = join(source, 'go.mod');
  writeFileSync(module, readFileSync(module, 'utf8').replace(/^go .*$/m, `go 1.${version.split('.')[1]}`));
  const env = {...process.env, GOTOOLCHAIN: `go${version}`, GOENV: 'off', GOFLAGS: '', GOROOT: '', CGO_ENABLED: '0'};
  execFileSync('go', ['build', ...flags, '-o', executable, '.'], {cwd: source, env, stdio: ['ignore', 'ignore', 'inherit']});
  rmSync(source, {recursive: true});
  return executable;
}

export class RunningProgram {
  readonly executable: string;
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #printed = '';

  /** Resolves when the program has printed a line `ready`. */
  static async start(executable: string, args: readonly string[], folder: string): Promise<RunningProgram> {
    const program = new RunningProgram(executable, args, folder);
    while (!program.#printed.includes('ready\n')) {
      await Promise.race([new Promise((resolve) => program.#child.stdout!.once('data', resolve)), program.#ended]);
      if (program.#child.exitCode !== null) throw new Error(`${executable} ended: ${program.#printed}`);
    }
    return program;
  }

  private constructor(executable: string, args: readonly string[], folder: string) {
    this.executable = executable;
    this.#folder = folder;
    mkdirSync(folder, {recursive: true});
    // A shell lifts the limit of the core's size.
    const command = ['-c', 'ulimit -c unlimited && exec "$0" "$@"', executable, ...args];
    this.#child = spawn('bash', command, {cwd: folder, env: {GOTRACEBACK: 'crash'}, stdio: ['ignore', 'pipe', 'ignore']});
    this.#child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.#printed += text;
    });
    this.#ended = new Promise((resolve) => this.#child.once('exit', resolve));
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** The words of each line that begins with this one, without it. */
  lines(first: string): string[][] {
    const lines = this.#printed.split('\n').map((line) => line.split(' '));
    return lines.filter(([word]) => word === first).map(([, ...words]) => words);
  }

  /** By gdb; the program runs on. */
  gcore(name = 'gdb-core'): Dumped {
    const from = Date.now();
    const core = join(this.#folder, name);
    gcore(this.pid, core);
    return {core, executable: this.executable, from, to: Date.now()};
  }

  /** By the kernel, when the signal has ended the program. */
  async kill(signal: 'SIGABRT' | 'SIGQUIT'): Promise<Dumped> {
    const from = Date.now();
    this.#child.kill(signal);
    await this.#ended;
    const written = readdirSync(this.#folder).find((file) => /^core(\.\d+)?$/.test(file));
    if (written === undefined) throw new Error(`the kernel wrote no core into ${this.#folder}`);
    const core = join(this.#folder, 'kernel-core');
    renameSync(join(this.#folder, written), core);
    return {core, executable: this.executable, from, to: Date.now()};
  }

  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}

/** A folder of one test below the temporary directory. */
export function programFolder(name: string): string {
  return join(tmpdir(), `goheap-${name}-${process.pid}`);
}
