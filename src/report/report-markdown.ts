/**
 * The sections of a report → Markdown as GitHub has it, for an issue or a chat. Texts of a dump are code, so that nothing in them is a mark.
 */
import {printable} from '../base/printable.js';
import {formatCell} from '../cli/table.js';
import {cutText} from './cut-text.js';
import type {ReportBlock, ReportPages, ReportTable} from './report-sections.js';

export function reportMarkdown({title, headline, sections}: ReportPages): string {
  const parts = sections.flatMap((section) => [`## ${section.title}`, ...section.blocks.map(blockText)]);
  return `${[`# ${plain(title)}`, headline.map(plain).join('\n'), ...parts].join('\n\n')}\n`;
}

function blockText(block: ReportBlock): string {
  if ('text' in block) return plain(block.text);
  if ('heading' in block) return `### ${plain(block.heading)}`;
  if ('fields' in block)
    return block.fields.flatMap(([label, lines]) => lines.map((line) => `- ${plain(label)}: ${plain(line)}`)).join('\n');
  if ('stacks' in block) return block.stacks.map((lines) => fenced(lines)).join('\n\n');
  if ('table' in block) return tableText(block.table);
  return block.findings
    .map(({title, sentence, fix, next}) => [`**${plain(title)}**`, plain(sentence), `Do: ${plain(fix)}`, `See: ${code(next)}`].join('\\\n'))
    .join('\n\n');
}

function tableText({columns, rows, below}: ReportTable): string {
  const kinds = Object.entries(columns);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const isText = (kind: string) => kind === 'text' || kind === 'flag';
  const body = rows.map((row, index) => {
    const cells = kinds.map(([name, kind]) => (isText(kind) ? code(formatCell(row[name], kind)) : formatCell(row[name], kind)));
    const more = (below?.[index] ?? []).filter((text) => text !== '').map(plain);
    return line(more.length === 0 ? cells : [...cells.slice(0, -1), [cells.at(-1)!, ...more].join('<br>')]);
  });
  return [
    line(kinds.map(([name]) => name.replaceAll('_', ' '))),
    line(kinds.map(([, kind]) => (isText(kind) ? '---' : '--:'))),
    ...body,
  ].join('\n');
}

/** In a line of text, with what Markdown and HTML would read as marks put into references. */
function plain(text: string): string {
  return cutText(printable(text)).replaceAll(/[&<>|`*_[\]\\~#]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

/** A dash stays a dash. Backquotes cannot be in code of a table: they become apostrophes. */
function code(text: string): string {
  if (text === '-' || text === '') return text;
  return `\`${cutText(printable(text)).replaceAll('`', "'").replaceAll('|', '\\|')}\``;
}

function fenced(lines: readonly string[]): string {
  const text = lines.flatMap((line) => line.split('\n')).map((line) => cutText(printable(line)));
  return ['````text', ...text.map((line) => line.replaceAll('````', "''''")), '````'].join('\n');
}
