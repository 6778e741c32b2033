/**
 * The results of the matrix → the text of docs/coverage-1.22-1.27.md: one row a build, then every difference by itself.
 */
import type {Agreement} from '../oracle/agreement.js';
import type {MatrixTarget} from './targets.js';

export interface MatrixResult extends MatrixTarget {
  readonly agreement: Agreement;
}

const INTRODUCTION = `# What was compared with the runtime itself

Written by \`npm run test:matrix\`; do not edit. The program \`zoo\` (fixtures/programs/zoo) writes a heap dump with
\`runtime/debug.WriteHeapDump\` and then its core is taken: by gdb's gcore, or by the kernel (kabrt, kquit: a signal; kpanic, knil: a panic). The numbers are the objects,
the pointer slots with a heap target, the words of data and bss, and the stack words of goroutines that stood still, each
*compared/different*. **In between** is what was allocated after the program had read MemStats: until the dump, and as new objects
until the core. **Unexplained** is what SUM(size) differs from MemStats.HeapAlloc beyond that.
`;

export function coverageReport(results: readonly MatrixResult[]): string {
  const rows = results.map(({version, variation, agreement}) => {
    const counts = [agreement.objects, agreement.pointers, agreement.globals, agreement.stacks].map(
      ({compared, differences}) => `${compared}/${differences.length}`,
    );
    return `| ${[version, variation, ...counts, `${agreement.bytesBeforeDump} B, ${agreement.newObjects} (${agreement.newBytes} B)`, agreement.unexplainedBytes].join(' | ')} |`;
  });
  return `${INTRODUCTION}
| Go | build | objects | pointers | globals | stacks | in between | unexplained bytes |
|---|---|---|---|---|---|---|---|
${rows.join('\n')}

## The differences

A word that the program wrote between dump and core points elsewhere now. These are all of them; for each, the core itself was read at
that address and has what goheap says.

${results.map(differencesOf).join('\n')}`;
}

function differencesOf({name, agreement}: MatrixResult): string {
  const lines = [agreement.objects, agreement.pointers, agreement.globals, agreement.stacks].flatMap(({differences}) => differences);
  return `**${name}**${lines.length === 0 ? ': none\n' : `\n\n${lines.map(({text}) => `- ${text}`).join('\n')}\n`}`;
}
