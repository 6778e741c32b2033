/**
 * Rows → CSV (RFC 4180) for the clipboard or a file: values as they are in the database, not as they are shown.
 */
import type {AnswerCell} from '../../protocol.js';

export function toCsv(columns: readonly string[], rows: readonly (readonly AnswerCell[])[]): string {
  return [columns, ...rows].map((cells) => `${cells.map(field).join(',')}\r\n`).join('');
}

function field(cell: AnswerCell): string {
  const text = cell === null ? '' : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
