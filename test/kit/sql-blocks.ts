/**
 * Markdown → the same Markdown with the rows that its statements have now. A question is a block of the language `sql` with the name of a database behind it, and a
 * block `text` with what `goheap query` prints.
 */
const BLOCKS = /```sql (\S+)\n((?:.*\n)*?)```\n\n```text\n(?:.*\n)*?```/g;

export async function renderSqlBlocks(markdown: string, run: (database: string, sql: string) => Promise<string>): Promise<string> {
  const rendered: string[] = [];
  let end = 0;
  for (const {0: block, 1: database, 2: sql, index} of markdown.matchAll(BLOCKS)) {
    const output = await run(database!, sql!);
    rendered.push(markdown.slice(end, index), `\`\`\`sql ${database}\n${sql}\`\`\`\n\n\`\`\`text\n${output}\`\`\``);
    end = index + block.length;
  }
  return rendered.join('') + markdown.slice(end);
}
