/**
 * Results of a soak run → a table in docs, as committed evidence. Written only by whole runs, so that a run of one target
 * does not replace the others' rows.
 */
import {writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

export interface SoakTable {
  readonly title: string;
  readonly text: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** `name` without folder and ending: soak-churn. */
export function writeSoakReport(name: string, tables: readonly SoakTable[]): void {
  const lines = ['# What the soak tests found', '', 'Written by `npm run test:soak`; do not edit.'];
  for (const {title, text, header, rows} of tables) {
    lines.push('', `## ${title}`, '', text, '', row(header), row(header.map(() => '---')), ...rows.map(row));
  }
  writeFileSync(fileURLToPath(new URL(`../../docs/${name}.md`, import.meta.url)), `${lines.join('\n')}\n`);
}

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}
