/**
 * Text → the same in HTML or XML, as text or in an attribute; what no terminal should get is shown as `printable` shows it.
 */
import {printable} from './printable.js';

const MARKS: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;'};

export function escapeMarkup(text: string): string {
  return printable(text).replaceAll(/[&<>"']/g, (mark) => MARKS[mark]!);
}
