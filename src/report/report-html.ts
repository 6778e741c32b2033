/**
 * The sections of a report → one HTML file that needs nothing else: no script, no font, no network, which its policy for the browser also says. Texts of a dump are
 * only ever text.
 */
import {escapeMarkup} from '../base/escape-markup.js';
import {printable} from '../base/printable.js';
import {formatCell} from '../cli/table.js';
import {cutText} from './cut-text.js';
import type {ReportBlock, ReportFinding, ReportPages, ReportSection, ReportTable} from './report-sections.js';
import {REPORT_STYLE} from './report-style.js';

export function reportHtml({title, headline, sections}: ReportPages): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${text(title)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<header>
<h1>${text(title)}</h1>
${headline.map((sentence) => `<p>${text(sentence)}</p>`).join('\n')}
</header>
<nav aria-label="Sections"><ul>
${sections.map(({id, title: name}) => `<li><a href="#${id}">${text(name)}</a></li>`).join('\n')}
</ul></nav>
<main>
${sections.map(sectionHtml).join('\n')}
</main>
</body>
</html>
`;
}

function sectionHtml({id, title, blocks}: ReportSection): string {
  let heading = title; // that which a table stands below
  const parts = blocks.map((block) => {
    if ('heading' in block) heading = block.heading;
    return blockHtml(block, heading);
  });
  return `<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${text(title)}</h2>
${parts.join('\n')}
</section>`;
}

function blockHtml(block: ReportBlock, heading: string): string {
  if ('text' in block) return `<p>${text(block.text)}</p>`;
  if ('heading' in block) return `<h3>${text(block.heading)}</h3>`;
  if ('fields' in block) {
    const rows = block.fields.map(([label, lines]) => `<dt>${text(label)}</dt>${lines.map((line) => `<dd>${text(line)}</dd>`).join('')}`);
    return `<dl>${rows.join('\n')}</dl>`;
  }
  if ('stacks' in block) return block.stacks.map(stackHtml).join('\n');
  return 'table' in block ? tableHtml(block.table, heading) : block.findings.map(findingHtml).join('\n');
}

function findingHtml({level, title, sentence, fix, next}: ReportFinding): string {
  return `<article class="${level === 'problem' ? 'problem' : 'note'}">
<h3>${text(title)}</h3>
<p>${text(sentence)}</p>
<p><b>Do:</b> ${text(fix)}</p>
<p><b>See:</b> <code>${text(next)}</code></p>
</article>`;
}

/** The first line says who it is; the calls are shown when it is opened, and when it is printed. */
function stackHtml(lines: readonly string[]): string {
  const [head, ...calls] = lines.flatMap((line) => line.split('\n'));
  return `<details><summary>${text(head!)}</summary><pre tabindex="0">${calls.map(text).join('\n')}</pre></details>`;
}

function tableHtml({columns, rows, below}: ReportTable, name: string): string {
  const kinds = Object.entries(columns);
  const isText = (kind: string) => kind === 'text' || kind === 'flag';
  const cell = (value: unknown, column: string, kind: string, more: readonly string[]) => {
    const shown = text(formatCell(value, columns[column]!));
    const lines = more.filter((line) => line !== '').map((line) => `<span class="below">${text(line)}</span>`);
    if (kind === 'share' && typeof value === 'number') return `<td class="number">${shown}${bar(value)}</td>`;
    return isText(kind) ? `<td>${shown}${lines.join('')}</td>` : `<td class="number">${shown}</td>`;
  };
  const lastText = kinds.findLastIndex(([, kind]) => isText(kind));
  const body = rows.map((row, index) => {
    const cells = kinds.map(([column, kind], at) => cell(row[column], column, kind, at === lastText ? (below?.[index] ?? []) : []));
    return `<tr>${cells.join('')}</tr>`;
  });
  const head = kinds.map(
    ([column, kind]) => `<th scope="col"${isText(kind) ? '' : ' class="number"'}>${text(column.replaceAll('_', ' '))}</th>`,
  );
  return `<div class="table" role="region" tabindex="0" aria-label="Table: ${text(name)}"><table><thead><tr>${head.join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody></table></div>`;
}

/** Beside its number, which says the same. */
function bar(share: number): string {
  return `<span class="bar" aria-hidden="true" style="width:${Math.round(100 * Math.min(1, Math.max(0, share)))}%"></span>`;
}

function text(value: string): string {
  return escapeMarkup(cutText(printable(value))); // cut as it is shown
}
