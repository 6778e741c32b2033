/**
 * The fixture program `changes`, which takes a step when it is told to and says what it holds then: for dumps of one process with known differences.
 */
import {rmSync} from 'node:fs';
import {convertCore} from './goheap-here.js';
import type {RunningProgram} from './running-program.js';
import {until} from './viewer-process.js';

/** What a line `held` of the program says, in this order. */
const HELD = ['step', 'hooks', 'sessions', 'wave', 'queue', 'attic', 'cellar', 'once', 'waiters'] as const;
export type Held = Record<(typeof HELD)[number], number>;

/** The program prints what it holds when it starts, and after each step. */
export async function takeStep(program: RunningProgram, step: number): Promise<Held> {
  if (step > 0) process.kill(program.pid, 'SIGUSR1');
  await until(() => program.lines('held').length > step);
  const words = program.lines('held')[step]!;
  return Object.fromEntries(HELD.map((name, index) => [name, Number(words[index])])) as Held;
}

/** The core is large, and goes at once. */
export async function convertProgram(program: RunningProgram, database: string): Promise<string> {
  const dumped = program.gcore();
  await convertCore(dumped, database);
  rmSync(dumped.core);
  return database;
}
