/**
 * A regular expression → the same bytes and texts with an asterisk for every byte and character that it matches. Lengths stay, so that
 * addresses and offsets do.
 * Bytes are matched as they are: the expression's own text is taken as UTF-8, so words in any script match, but a class of characters
 * beyond ASCII matches their single bytes. Text in other encodings is not found.
 */

const MARK = 0x2a;
/** Texts longer than this that cross the border of two pieces of one object may be found in part only. */
const LONGEST_MATCH = 64 * 1024;

export class Redactor {
  readonly #text: RegExp;
  readonly #bytes: RegExp;

  constructor(pattern: RegExp) {
    const flags = [...new Set([...pattern.flags.replace('y', ''), 'g'])].join('');
    this.#text = new RegExp(pattern.source, flags);
    this.#bytes = new RegExp(Buffer.from(pattern.source).toString('latin1'), flags.replace(/[uv]/g, ''));
  }

  /** How many bytes before and behind a piece must be read for its matches to be found. */
  static readonly context = LONGEST_MATCH;

  text(text: string): string {
    return text.replace(this.#text, (match) => '*'.repeat(match.length));
  }

  /** Of a JSON object of texts: names and values, whatever JSON escapes in them. */
  json(json: string): string {
    const entries = Object.entries(JSON.parse(json) as Record<string, unknown>);
    return JSON.stringify(Object.fromEntries(entries.map(([name, value]) => [this.text(name), this.text(String(value))])));
  }

  /** In place. */
  bytes(bytes: Uint8Array): void {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    for (const match of text.matchAll(this.#bytes)) bytes.fill(MARK, match.index, match.index + match[0].length);
  }
}
