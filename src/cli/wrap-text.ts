/**
 * Text → lines of a width, broken at spaces, and within what is longer than a line between its words and signs. An address is never broken,
 * nor a number: the only lines longer than the width are those of one that is. Nothing but spaces at a break is left out.
 */

/** Addresses and numbers, words, single signs. */
const PARTS = /0x[0-9a-f]{1,16}|\d{1,20}|[\p{L}_][\p{L}\p{N}_]*|[\s\S]/giu;
/** Spaces in front of what goes on. */
const HANGING = 4;
/** Text is not wrapped into less. */
const NARROWEST = 20;
const UNBROKEN = /^(?:0x[0-9a-f]+|\d+)$/i;

/** At least one line, perhaps an empty one. */
export function wrapText(text: string, width: number): string[] {
  if (text.length <= width) return [text];
  const lines: string[] = [];
  let line = '';
  const append = (piece: string) => {
    if (line !== '' && line.length + piece.length > width) {
      lines.push(line.trimEnd());
      line = '';
    }
    if (line === '' && lines.length > 0) line = piece.trimStart();
    else line += piece;
    while (line.length > width && !UNBROKEN.test(piece)) {
      lines.push(line.slice(0, width));
      line = line.slice(width);
    }
  };
  for (const [word] of text.matchAll(/ *[^ ]+| +/g)) {
    for (const piece of word.length <= width ? [word] : (word.match(PARTS) ?? [])) append(piece);
  }
  return line === '' ? lines : [...lines, line];
}

/** The same of text with an indent: what goes on stands four columns farther in. */
export function wrapIndented(text: string, width: number | undefined): string[] {
  const indent = text.length - text.trimStart().length;
  if (!width || text.length <= width || width <= indent + HANGING + NARROWEST) return [text];
  const [first, ...more] = wrapText(text.trimStart(), width - indent - HANGING);
  return [`${' '.repeat(indent)}${first}`, ...more.map((line) => `${' '.repeat(indent + HANGING)}${line}`)];
}

/** The narrowest width at which no line is longer, as far as addresses and numbers ask for it. */
export function widestUnbroken(text: string): number {
  return Math.max(0, ...(text.match(PARTS) ?? []).filter((part) => UNBROKEN.test(part)).map((part) => part.length));
}
