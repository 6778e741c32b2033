/**
 * Markdown → the same Markdown with the outputs that its commands have now. A block of the language `console` is a line `$ goheap …` or `$ node …`,
 * which a shell runs, and what it printed. A line `…` in the output leaves lines out: the lines beside it are looked for in what
 * is printed, by their first cell where their numbers have changed.
 */
const BLOCK = /```console\n\$ ((?:goheap|node) .+)\n((?:.*\n)*?)```/g;
const LEFT_OUT = '…';

export function renderConsoleBlocks(markdown: string, run: (command: string) => string): string {
  return markdown.replace(BLOCK, (_, command: string, shown: string) => {
    const printed = run(command);
    const output = shown.split('\n').includes(LEFT_OUT) ? refresh(command, shown, printed) : printed;
    return `\`\`\`console\n$ ${command}\n${output}\`\`\``;
  });
}

/** The lines that are shown, as they are printed now. Throws for one that is not printed any more. */
function refresh(command: string, shown: string, printed: string): string {
  const lines = linesOf(printed);
  let next = 0;
  let isGap = false;
  const found = linesOf(shown).map((line) => {
    if (line === LEFT_OUT) {
      isGap = true;
      return line;
    }
    const candidates = isGap ? lines.slice(next) : lines.slice(next, next + 1);
    const exact = candidates.indexOf(line);
    const at = exact >= 0 ? exact : candidates.findIndex((candidate) => firstCell(candidate) === firstCell(line));
    if (at < 0) throw new Error(`$ ${command}\ndoes not print this line any more, or not at this place:\n${line}`);
    next += at + 1;
    isGap = false;
    return candidates[at]!;
  });
  if (!isGap && next < lines.length) throw new Error(`$ ${command}\nprints more:\n${lines.slice(next).join('\n')}`);
  return `${found.join('\n')}\n`;
}

function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}

function firstCell(line: string): string {
  return line.trim().split(/ {2,}/)[0]!;
}
