/**
 * A report → its sections, in the order of reading: what is wrong, what changed, what holds the memory, whose it is, and what else there is to know.
 * The same numbers and names as the commands print; what writes them as HTML or Markdown decides nothing.
 */
import {formatBytes} from '../base/format-bytes.js';
import {diffColumns, diffTable} from '../cli/diff-text.js';
import {holderTable} from '../cli/holder-text.js';
import type {InfoField} from '../cli/info-fields.js';
import {infoFields} from '../cli/info-text.js';
import {pickColumns} from '../cli/pick-columns.js';
import {stackLines} from '../cli/stack-text.js';
import type {TableColumns, TableRow} from '../cli/table.js';
import {histogramByOwner, histogramByType} from '../database/queries/histogram-queries.js';
import {holders} from '../database/queries/holder-queries.js';
import {memory, warnings} from '../database/queries/info-queries.js';
import {waste, wasteByKind} from '../database/queries/waste-queries.js';
import {SECTIONS} from '../findings/heap-rows.js';
import {threadWord} from '../graph/language.js';
import type {Report} from './read-report.js';

export interface ReportTable {
  readonly columns: TableColumns;
  readonly rows: readonly TableRow[];
  readonly below?: readonly (readonly string[])[]; // by row, lines that belong to it
}
export interface ReportFinding {
  readonly level: string; // problem, note
  readonly title: string;
  readonly sentence: string;
  readonly fix: string;
  readonly next: string; // a command
}
export type ReportBlock =
  | {readonly text: string}
  | {readonly heading: string}
  | {readonly fields: readonly InfoField[]}
  | {readonly table: ReportTable}
  | {readonly findings: readonly ReportFinding[]}
  | {readonly stacks: readonly (readonly string[])[]};
export interface ReportSection {
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly ReportBlock[];
}
export interface ReportPages {
  readonly title: string;
  readonly headline: readonly string[]; // sentences
  readonly sections: readonly ReportSection[];
}

/** `input`: as a command is to call it. A section without rows is left out. */
export function tellReport(report: Report, input: string): ReportPages {
  const [main, more] = infoFields(report, false);
  const sections: (ReportSection | undefined)[] = [
    {id: 'program', title: 'The program', blocks: [{fields: main}]},
    findingsSection(report),
    comparisonSection(report),
    tableSection('holders', 'What holds the memory', HOLDERS_TEXT, holdersTable(report)),
    tableSection('owners', 'Whose bytes', OWNERS_TEXT, {
      columns: pickColumns(histogramByOwner, 'bytes', 'share', 'objects', 'retained', 'kind', 'owner'),
      rows: report.owners,
    }),
    tableSection('types', 'Live variables by type', TYPES_TEXT, {
      columns: pickColumns(histogramByType, 'bytes', 'share', 'objects', 'values', 'retained', 'type'),
      rows: report.types,
    }),
    stacksSection(report),
    wasteSection(report),
    tableSection('memory', 'The address space by use', 'What was dumped, by what it is used for.', {
      columns: memory.columns,
      rows: report.memory,
    }),
    tableSection('warnings', 'What could not be read', 'Each answer goes on with what is there.', {
      columns: warnings.columns,
      rows: report.warnings,
    }),
    {id: 'dump', title: 'The dump', blocks: [{fields: more}, {text: `goheap view ${input} shows every object, path and goroutine.`}]},
  ];
  return {
    title: titleOf(report),
    headline: headlineOf(report),
    sections: sections.filter((section) => section !== undefined),
  };
}

const HOLDERS_TEXT =
  'A row is what nothing but the program itself holds: what becomes garbage when it goes. The rows sum up to all that is reachable.';
const OWNERS_TEXT =
  'Every reachable object belongs to the nearest named struct on the path that leads to it, else to the variable that the path begins at.';
const TYPES_TEXT = 'What a type retains is a lower bound: the sum over its objects that no other of them holds.';

function titleOf({facts}: Report): string {
  const program = facts.module ?? facts.executable ?? facts.dump_path ?? (facts.language === 'java' ? 'A Java program' : 'A Go program');
  return `${String(program).split('/').at(-1)}: ${formatBytes(Number(facts.reachable_bytes ?? 0))} in use`;
}

function headlineOf({findings, holders: rows, comparison}: Report): string[] {
  const problems = findings.filter(({level}) => level === 'problem');
  const first = problems[0] ?? findings[0];
  const holder = rows.find(({kind}) => kind !== 'more');
  const counts = [countOf(problems.length, 'problem'), countOf(findings.length - problems.length, 'note')];
  return [
    `${counts.join(' and ')}.`,
    ...(first === undefined ? [] : [first.sentence!]),
    ...(holder === undefined
      ? []
      : [`${holder.name} holds most: ${formatBytes(holder.retained!)}, ${(100 * holder.share!).toFixed(1)} %.`]),
    ...(comparison === null ? [] : comparison.sentences.slice(0, 1)),
  ];
}

/** `no problem`, `1 note`, `3 problems`. */
function countOf(count: number, one: string): string {
  return `${count === 0 ? 'No' : count} ${count === 1 ? one : `${one}s`}`;
}

function findingsSection({findings}: Report): ReportSection {
  const told = findings.map(({rank, level, kind, bytes, share, sentence, fix, next}) => ({
    level: level!,
    title: `${rank}. ${level}: ${kind}, ${formatBytes(bytes!)}, ${(100 * share!).toFixed(1)} %`,
    sentence: sentence!,
    fix: fix!,
    next: next!,
  }));
  return {id: 'findings', title: 'Findings', blocks: told.length > 0 ? [{findings: told}] : [{text: 'Nothing stands out.'}]};
}

function comparisonSection({comparison}: Report): ReportSection | undefined {
  if (comparison === null) return undefined;
  const blocks: ReportBlock[] = comparison.sentences.map((text) => ({text}));
  for (const name of SECTIONS) {
    if (comparison[name].length === 0) continue;
    const {cells, below} = diffTable(comparison[name], {isWhole: false});
    blocks.push({heading: name.replaceAll('_', ' ')}, {table: {columns: diffColumns, rows: cells, below}});
  }
  return {id: 'comparison', title: 'What is different from the earlier dump', blocks: blocks.length > 0 ? blocks : [{text: 'Nothing.'}]};
}

function holdersTable({holders: rows, facts}: Report): ReportTable {
  const {rows: cells, below} = holderTable(rows, {isWhole: false, isExact: false, thread: threadWord(facts.language)});
  return {columns: pickColumns(holders, 'rank', 'retained', 'share', 'count', 'name', 'type'), rows: cells, below};
}

function stacksSection({groups, goroutines, facts}: Report): ReportSection | undefined {
  if (groups.length === 0) return undefined;
  const count = goroutines.reduce((total, row) => total + (row.goroutines ?? 0), 0);
  const thread = threadWord(facts.language);
  const text = `${count} ${thread}s. Those with equal stacks are one; the program's own come first, those that cost most.`;
  return {
    id: 'goroutines',
    title: thread === 'thread' ? 'Threads' : 'Goroutines',
    blocks: [{text}, {stacks: groups.map((group) => stackLines(group, false, thread))}],
  };
}

function wasteSection({waste: rows, waste_by_kind: kinds}: Report): ReportSection | undefined {
  if (rows.length === 0) return undefined;
  const byKind = {columns: pickColumns(wasteByKind, 'bytes', 'share', 'count', 'kind'), rows: kinds};
  const places = {
    columns: pickColumns(waste, 'bytes', 'share', 'count', 'kind', 'path', 'type'),
    rows,
    below: rows.map(({fix}) => [fix ?? '']),
  };
  return {id: 'waste', title: 'Held and not used', blocks: [{table: byKind}, {heading: 'The largest places'}, {table: places}]};
}

function tableSection(id: string, title: string, text: string, table: ReportTable): ReportSection | undefined {
  return table.rows.length === 0 ? undefined : {id, title, blocks: [{text}, {table}]};
}
