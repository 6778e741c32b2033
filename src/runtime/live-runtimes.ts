/**
 * Files of one process that the go command built → the Go runtimes in it, with how much heap each has. As a rule there is one: plugins share that
 * of their program. But each library that was built for C (`-buildmode=c-shared`) brings its own, and its own heap.
 */

import {isGoheapError} from '../base/errors.js';
import type {Address, Bytes} from '../base/units.js';
import {WarningLog} from '../base/warnings.js';
import type {GoRuntime} from './go-runtime.js';
import {readSpans} from './memory/spans.js';

export interface LiveRuntime<T> {
  readonly program: T;
  readonly heap: Bytes; // slots that hold objects
}
export interface RuntimeFinder<T> {
  open(program: T, warnings: WarningLog): GoRuntime;
  /** Whether the file is mapped at the address. */
  contains(program: T, address: Address): boolean;
}

/** In the order of `programs`. Those whose runtime never began or cannot be read are left out. */
export function findLiveRuntimes<T>(programs: readonly T[], finder: RuntimeFinder<T>): LiveRuntime<T>[] {
  const found: LiveRuntime<T>[] = [];
  const code: Address[] = []; // of the modules of these
  for (const program of programs) {
    if (code.some((address) => finder.contains(program, address))) continue;
    try {
      const go = finder.open(program, new WarningLog());
      const {table} = readSpans(go);
      let heap = 0;
      for (let span = 0; span < table.count; span++) heap += table.allocated[span]! * table.slotSize[span]!;
      if (heap === 0) continue;
      found.push({program, heap});
      code.push(...go.modules.map(({text}) => text));
    } catch (error) {
      if (!isGoheapError(error)) throw error;
    }
  }
  return found;
}
