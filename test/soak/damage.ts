/**
 * Good cores → damaged ones, and what conversions of them came to: bits inverted at seeded places, half of them in the runtime's
 * structures; worker processes that do the conversions, with a limit of time; the rule that an outcome must meet.
 */

import {closeSync, openSync, readSync, rmSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {type ChildProcess, fork} from '../kit/child-process.js';
import {copySparse} from '../kit/cut-cores.js';

export interface Totals {
  readonly objects: number;
  readonly bytes: number;
  readonly spans: number;
  readonly goroutines: number;
  readonly complete: number;
}
/** Of one conversion: an answer, an error of goheap's, or something that must not be. */
export interface Outcome {
  readonly totals?: Totals;
  readonly warnings?: readonly string[];
  readonly error?: string;
  readonly message?: string;
  readonly bug?: string;
  readonly milliseconds: number;
  readonly peakBytes: number;
}
/** [offset in the core's file, length] of the runtime's structures, by kind. */
export type Structures = Readonly<Record<string, readonly (readonly [offset: number, length: number])[]>>;

export interface Flip {
  readonly place: string; // kind of structure, or 'anywhere'
  readonly offset: number;
  readonly mask: number;
}

/** Time and memory that a damaged core may take beyond twice and 1.5 times those of the good one. */
const MORE_MILLISECONDS = 5000;
const MORE_BYTES = 200 * 2 ** 20;
/** A conversion that takes longer is taken to hang: not by CPU time, as it may wait, so the limit is one for a busy machine. */
const HANGS_AFTER_MS = 600_000;

/** A small generator (Numerical Recipes' constants): the same damage in every run. */
export function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Half of them anywhere in bytes of the file that are not zero, half in the structures, every kind as often as the others. */
export function chooseFlips(core: string, size: number, structures: Structures, count: number, seed: number): Flip[] {
  const random = createRandom(seed);
  const kinds = Object.keys(structures);
  const file = openSync(core, 'r');
  const byte = Buffer.alloc(1);
  const isZero = (offset: number) => readSync(file, byte, 0, 1, offset) === 0 || byte[0] === 0;
  const flips: Flip[] = [];
  const anywhere = findData(file, size);
  while (flips.length < count) {
    const mask = 1 << random(8);
    if (flips.length % 2 === 0) {
      const page = anywhere[random(anywhere.length)]!;
      const offset = page + random(4096);
      if (!isZero(offset)) flips.push({place: 'anywhere', offset, mask});
    } else {
      const place = kinds[random(kinds.length)]!;
      const [start, length] = structures[place]![random(structures[place]!.length)]!;
      flips.push({place, offset: start + random(length), mask});
    }
  }
  closeSync(file);
  return flips;
}

/** Offsets of the pages that are not all zeros. */
function findData(file: number, size: number): number[] {
  const chunk = Buffer.alloc(2 ** 20);
  const zeros = Buffer.alloc(4096);
  const pages: number[] = [];
  for (let at = 0; at < size; at += chunk.length) {
    const length = readSync(file, chunk, 0, chunk.length, at);
    for (let page = 0; page < length; page += 4096) {
      const end = Math.min(length, page + 4096);
      if (chunk.compare(zeros, 0, end - page, page, end) !== 0) pages.push(at + page);
    }
  }
  return pages;
}

export interface Target {
  readonly core: string; // a private copy: it is changed and changed back
  readonly executable: string;
}

/** A process that converts; started again when it crashed or hung. */
export class Worker {
  readonly #database: string;
  #child: ChildProcess | undefined;
  #target: Target | undefined;

  constructor(database: string) {
    this.#database = database;
  }

  async use(target: Target): Promise<Structures> {
    this.#target = target;
    const answer = await this.#ask<{structures: Structures}>(target);
    if ('bug' in answer) throw new Error(answer.bug);
    return answer.structures;
  }
  flip(flips: readonly Pick<Flip, 'offset' | 'mask'>[]): Promise<Outcome> {
    return this.#converting({flips});
  }
  convert(core: string, options: Readonly<Record<string, unknown>>): Promise<Outcome> {
    return this.#converting({core, options});
  }
  close(): void {
    this.#child?.disconnect();
    this.#child = undefined;
  }

  async #converting(request: object): Promise<Outcome> {
    if (!this.#child && this.#target) await this.use(this.#target);
    const start = performance.now();
    const answer = await this.#ask<Outcome>(request);
    return {milliseconds: performance.now() - start, peakBytes: 0, ...answer};
  }

  #ask<T>(request: object): Promise<T | {bug: string}> {
    this.#child ??= fork(fileURLToPath(new URL('damage-worker.js', import.meta.url)), [this.#database], {
      execArgv: ['--expose-gc', '--max-old-space-size=2048'],
    });
    const child = this.#child;
    return new Promise((resolve) => {
      const end = (answer: T | {bug: string}) => {
        clearTimeout(timer);
        child.off('message', end);
        child.off('exit', crash);
        resolve(answer);
      };
      const crash = (code: number | null, signal: string | null) => {
        this.#child = undefined;
        end({bug: `the process ended with ${code ?? signal}`});
      };
      const timer = setTimeout(() => child.kill('SIGKILL'), HANGS_AFTER_MS);
      child.on('message', end);
      child.on('exit', crash);
      child.send(request);
    });
  }
}

/**
 * What is wrong with the outcome, or undefined. Warnings that the good core has as well say nothing about the damage. An answer without
 * a new warning must have the totals of the good core: words that the program itself wrote may be anything, but how many
 * objects, spans and goroutines there are is never changed without a word.
 */
export function findFault(outcome: Outcome, good: Outcome): string | undefined {
  if (outcome.bug !== undefined) return outcome.bug;
  if (outcome.milliseconds > 2 * good.milliseconds + MORE_MILLISECONDS)
    return `${Math.round(outcome.milliseconds)} ms; the good core takes ${Math.round(good.milliseconds)} ms`;
  if (outcome.peakBytes > 1.5 * good.peakBytes + MORE_BYTES)
    return `${outcome.peakBytes} bytes of memory; the good core takes ${good.peakBytes}`;
  if (outcome.totals === undefined) return outcome.error === undefined ? 'neither an answer nor an error' : undefined;
  if (isMarked(outcome, good)) return undefined;
  const [found, expected] = [JSON.stringify(outcome.totals), JSON.stringify(good.totals)];
  return found === expected ? undefined : `totals changed without a warning: ${found}; expected ${expected}`;
}

/** Whether an answer says that something is wrong: by a warning that the good core has not. */
function isMarked(outcome: Outcome, good: Outcome): boolean {
  return outcome.warnings?.some((code) => !good.warnings!.includes(code)) ?? false;
}

/** The good core's outcome; the first conversion of a process compiles the code and is not counted. */
export async function convertGood(worker: Worker): Promise<Outcome> {
  await worker.flip([]);
  return worker.flip([]);
}

const WORKERS = 2;

export interface DamageResult {
  readonly faults: readonly string[]; // what must not be
  readonly answers: number;
  readonly marked: number; // answers with a warning that the good core has not
  readonly errors: number;
}

/** Converts a core `count` times with one bit inverted, in two processes. The seed is `count`; a fault names its flip. */
export async function damageCore(target: Target & {readonly name: string}, folder: string, count: number): Promise<DamageResult> {
  const copies = Array.from({length: WORKERS}, (_, i) => join(folder, `${target.name}-${i}`));
  for (const copy of copies) copySparse(target.core, copy);
  const workers = copies.map((copy) => new Worker(`${copy}.db`));
  const structures = await Promise.all(workers.map((worker, i) => worker.use({core: copies[i]!, executable: target.executable})));
  const pending = chooseFlips(target.core, statSync(target.core).size, structures[0]!, count, count).values();
  const faults: string[] = [];
  let answers = 0;
  let marked = 0;
  const run = async (worker: Worker) => {
    const good = await convertGood(worker);
    for (const flip of pending) {
      const outcome = await worker.flip([flip]);
      const fault = findFault(outcome, good);
      if (fault !== undefined) faults.push(`${JSON.stringify(flip)}: ${fault}`);
      if (outcome.totals) answers++;
      if (isMarked(outcome, good)) marked++;
    }
  };
  try {
    await Promise.all(workers.map(run));
  } finally {
    for (const worker of workers) worker.close();
    for (const copy of copies) rmSync(copy);
  }
  return {faults, answers, marked, errors: count - answers};
}
