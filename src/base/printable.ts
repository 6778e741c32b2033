/**
 * Texts of an input → what may reach a terminal. Names, paths and strings of a dump are whatever a stranger wrote: escape sequences would move the
 * cursor, rename the window or hide lines, and marks of direction turn names around. They are shown as `\u001b`, by all that prints: tables,
 * notes, errors, CSV; in JSON that is their usual spelling.
 */

/** Controls of C0 and C1, separators of lines, marks and overrides of direction. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** On one line. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped);
}

/** Text that goheap itself broke into lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** As JSON, whose readers get the texts as they are. `indent`: spaces a level; none for one line. */
export function printableJson(value: unknown, indent?: number, replacer?: (this: unknown, key: string, value: unknown) => unknown): string {
  return printableLines(JSON.stringify(value, replacer, indent));
}

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
