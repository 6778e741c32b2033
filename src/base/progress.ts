/**
 * Progress and cancellation, as every long stage takes them. Nothing below `commands` prints.
 */

/** `done` of `total` units of `stage` are finished; units are the stage's own (bytes, objects, rows). Called at most every few milliseconds of work. */
export type Progress = (stage: string, done: number, total: number) => void;

export interface Work {
  readonly signal?: AbortSignal | undefined;
  onProgress?: Progress | undefined;
  /** What the user should know while it goes on. */
  onNote?: ((text: string) => void) | undefined;
  /** Called with what a stage has found out about the dump, as soon as it is known: keys and values of `meta`, as far as there are such. */
  onKnown?: ((facts: Readonly<Record<string, string | number | undefined>>) => void) | undefined;
  /** Called with a folder before it is made that must be gone in the end, whatever ends the process. */
  onTemporary?: ((path: string) => void) | undefined;
  /** Called with a database that is being written when all but findings and the tables with a row per object or pointer are there; writing waits for it. */
  onFirstTables?: ((path: string) => Promise<void>) | undefined;
}

/** Lets pending events (Ctrl-C, timers) run, then throws `signal.reason` when the work was cancelled. Long loops call it between chunks. */
export async function checkpoint(work: Work | undefined): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  work?.signal?.throwIfAborted();
}
