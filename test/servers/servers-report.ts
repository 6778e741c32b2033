/**
 * What goheap said of servers → the text of docs/servers.md.
 */
import {formatBytes} from '../../src/base/format-bytes.js';
import type {ServerFindings} from './expect-findings.js';
import type {Expected} from './loaded-server.js';

/** As docs/json/top.schema.json has it. */
export interface TopRow {
  readonly name: string | null;
  readonly kind: string;
  readonly type: string | null;
  readonly count: number;
  readonly retained: number;
  readonly share: number;
  readonly gathers: {readonly name: string; readonly count: number; readonly type: string; readonly each: number} | null;
  readonly held_by: {readonly name: string; readonly variables: number; readonly goroutines: number; readonly exact: boolean} | null;
}
export interface OwnerRow {
  readonly name: string;
  readonly kind: string;
  readonly bytes: number;
}
export interface ServerResult {
  readonly name: string;
  readonly module: string;
  readonly how: string;
  readonly isStripped: boolean;
  readonly reachable: number; // bytes
  readonly top: readonly TopRow[];
  readonly owners: readonly OwnerRow[]; // most bytes first
  readonly findings: ServerFindings;
  readonly expected: Expected;
}

const INTRODUCTION = `# What holds the memory of servers

Written by \`npm run test:servers\`; do not edit. Servers that others wrote are built from their modules with the Go that is installed, loaded over
loopback by the programs in test/servers, and dumped by gcore while they serve. Of each the first eight rows of \`goheap top\` are below, with
what they gather, the first owners, and what \`goheap suspects\` says. Asserted of all: the rows of \`top\`, the last one included, and those of
\`owners\` and \`owner_packages\` sum up to the reachable bytes, exactly; the first twelve rows hold at least 90 %; there is no problem but the leak
that the server around badger has on purpose, and at most five notes; the leaked goroutines are those that the server's own \`goroutineleak\` profile
names right before the dump; nothing is called by a bare address. Asserted of each: what is listed under *expected*, among the first eight rows and owners.
`;

export function serversReport(results: readonly ServerResult[], goVersion: string): string {
  return [INTRODUCTION, `Go ${goVersion}.\n`, ...results.map(sectionOf)].join('\n');
}

function sectionOf({name, module, how, reachable, top, owners, findings, expected}: ServerResult): string {
  const rows = top.filter(({kind}) => kind !== 'more');
  const shown = rows.reduce((sum, {share}) => sum + share, 0);
  const holders = expected.holders.map(({name, gathers, least}) => {
    const what =
      gathers === undefined ? '' : ` that gathers ${least === undefined ? '' : `at least ${count(least)} of `}${code(gathers.source)}`;
    return code(name.source) + what;
  });
  return `## ${name}

\`${module}\`: ${how}. ${formatBytes(reachable)} reachable; the first ${rows.length} rows hold ${percent(shown)}.

| retained | share | count | name | type | gathers | held by |
|--:|--:|--:|---|---|---|---|
${rows.slice(0, 8).map(rowText).join('\n')}

Owners: ${owners
    .slice(0, 8)
    .map((owner) => `${code(short(owner.name))} ${percent(owner.bytes / reachable)}`)
    .join(', ')}.

${findingsText(findings, reachable)}

Expected: rows ${holders.join('; ')}; owners ${expected.owners.map((owner) => code(owner.source)).join(', ')}.
`;
}

function rowText({retained, share, count: nodes, name, type, gathers, held_by}: TopRow): string {
  const cells = [formatBytes(retained), percent(share), count(nodes), code(short(name ?? '')), type === null ? '' : code(short(type))];
  return `| ${[...cells, gathersText(gathers), heldByText(held_by)].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function gathersText(gathers: TopRow['gathers']): string {
  if (gathers === null) return '';
  const way = gathers.name === '' ? '' : `${code(short(gathers.name))} `;
  return `${way}→ ${count(gathers.count)} × ${code(short(gathers.type))}, ${formatBytes(gathers.each)} each`;
}

/** As `top` prints it: nothing where nothing else leads there. */
function heldByText(by: TopRow['held_by']): string {
  if (by === null || by.variables + by.goroutines === 0) return '';
  const others = [plural(by.variables, 'variable'), plural(by.goroutines, 'goroutine')].filter((text) => text !== '');
  return `${code(short(by.name))} + ${by.exact ? '' : 'at least '}${others.join(', ')}`;
}
function plural(number: number, what: string): string {
  return number === 0 ? '' : `${count(number)} ${what}${number === 1 ? '' : 's'}`;
}

function findingsText({suspects, leaked, byRuntime, waste}: ServerFindings, reachable: number): string {
  const notes = suspects.map(({kind, sentence}) => `- ${kind}: ${code(short(sentence))}`);
  const wasted = waste.map(({kind, bytes}) => `${kind} ${percent(bytes / reachable)}`);
  const own = byRuntime === undefined ? 'no profile of it' : `${count(byRuntime.length)} by its own profile`;
  return [
    `Findings: ${notes.length === 0 ? 'none.' : `\n\n${notes.join('\n')}`}`,
    `Leaked goroutines: ${count(leaked.length)}, ${own}. Waste: ${wasted.slice(0, 5).join(', ')}.`,
  ].join('\n\n');
}

/** Without the folders of import paths. */
function short(text: string): string {
  return text.replaceAll(/[\w.~%-]+\//g, '');
}
function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}
function count(number: number): string {
  return number.toLocaleString('en-US');
}
function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
