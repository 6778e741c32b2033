/**
 * The results of the matrix → the text of docs/coverage.md: one row a build, then every difference by itself.
 */

import type {TypedShare} from '../kit/expect-types.js';
import type {Agreement} from '../oracle/agreement.js';
import type {Comparison} from '../oracle/compare.js';
import type {MatrixTarget} from './targets.js';

export interface MatrixResult extends MatrixTarget {
  readonly agreement: Agreement;
  /** Undefined where the runtime printed no stacks because nothing crashed. */
  readonly frames: Comparison | undefined;
  readonly typed: TypedBytes;
  readonly share: TypedShare;
}
/** Bytes of objects, and of those among them whose type is known. */
export interface TypedBytes {
  readonly all: number;
  readonly allTyped: number;
  readonly pointers: number; // of objects that hold pointers
  readonly pointersTyped: number;
}

const INTRODUCTION = `# What was compared with the runtime itself

Written by \`npm run test:matrix\`; do not edit. The program \`zoo\` (fixtures/programs/zoo) writes a heap dump with
\`runtime/debug.WriteHeapDump\` and then its core is taken: by gdb's gcore, by the kernel (kabrt, kquit: a signal; kpanic, knil: a panic),
or by qemu-user (arm64). The numbers are the objects, the pointer slots with a heap target, the words of data and bss, the stack words of
goroutines that stood still, and the frames that the runtime printed when it crashed, each *compared/different*. **Typed** is how much of the bytes of all
objects has a type, and of the objects that hold pointers; **reachable** is how much of the reachable bytes and of the reachable objects. **In between** is what was allocated after the program had read MemStats: until the
dump, and as new objects until the core. **Unexplained** is what SUM(size) differs from MemStats.HeapAlloc beyond that.
`;

export function coverageReport(results: readonly MatrixResult[]): string {
  return `${INTRODUCTION}
| Go | build | objects | pointers | globals | stacks | frames | typed | reachable | in between | unexplained bytes |
|---|---|---|---|---|---|---|---|---|---|---|
${results.map(rowOf).join('\n')}

## The differences

A word that the program wrote between dump and core points elsewhere now. These are all of them; for each, the core itself was read at
that address and has what goheap says.

${results.map(differencesOf).join('\n')}`;
}

function rowOf({version, variation, agreement, frames, typed, share}: MatrixResult): string {
  const counts = [agreement.objects, agreement.pointers, agreement.globals, agreement.stacks, frames].map((comparison) =>
    comparison === undefined ? '–' : `${comparison.compared}/${comparison.differences.length}`,
  );
  const types = `${percent(typed.allTyped, typed.all)}, ${percent(typed.pointersTyped, typed.pointers)}`;
  const reachable = `${percent(share.bytes, 1)}, ${percent(share.objects, 1)}`;
  const between = `${agreement.bytesBeforeDump} B, ${agreement.newObjects} (${agreement.newBytes} B)`;
  return `| ${[version, variation, ...counts, types, reachable, between, agreement.unexplainedBytes].join(' | ')} |`;
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}

function differencesOf({name, agreement, frames}: MatrixResult): string {
  const lines = [agreement.objects, agreement.pointers, agreement.globals, agreement.stacks, frames].flatMap(
    (comparison) => comparison?.differences ?? [],
  );
  return `**${name}**${lines.length === 0 ? ': none\n' : `\n\n${lines.map(({text}) => `- ${text}`).join('\n')}\n`}`;
}
