/**
 * README.md and docs/*.md show what the commands print and which flags they have. The outputs are of the leak of fixtures/programs/leak and, where they
 * show several kinds of leaks, of fixtures/programs/suspects. `npm run docs` (UPDATE=1) writes them anew.
 */

import {copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {PassThrough} from 'node:stream';
import {text as textOf} from 'node:stream/consumers';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {printRows} from '../../../src/cli/print-rows.js';
import {openDatabase} from '../../../src/sql/index.js';
import {execFileSync} from '../../kit/child-process.js';
import {compileExamples} from '../../kit/compile-examples.js';
import {renderConsoleBlocks} from '../../kit/console-blocks.js';
import {unpackFixture} from '../../kit/fixtures.js';
import {readCommands, renderFlagTables} from '../../kit/flag-tables.js';
import {RUN} from '../../kit/goheap.js';
import {projectFiles, ROOT, readProjectFile} from '../../kit/source-files.js';
import {renderSqlBlocks} from '../../kit/sql-blocks.js';

/** What the documents show in place of the folder that the commands ran in. */
const SHOWN_FOLDER = '/srv/shop';
const DOCUMENTS = projectFiles().filter((path) => path === 'README.md' || /^docs\/[^/]+\.md$/.test(path));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'goheap-docs-'));
});
afterEach(() => rmSync(folder, {recursive: true}));

/** The folder gets what the examples start from – core and server, and a program with several leaks – and the command goheap. */
function prepareFolder(): void {
  const fixture = unpackFixture('leak-1.26.8');
  copyFileSync(fixture.core, join(folder, 'core'));
  copyFileSync(fixture.executable, join(folder, 'server'));
  const leaks = unpackFixture('suspects-1.26.8');
  copyFileSync(leaks.core, join(folder, 'registry.core'));
  copyFileSync(leaks.executable, join(folder, 'registry'));
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin', 'goheap'), `#!/bin/sh\nexec '${process.execPath}' '${RUN}' "$@"\n`, {mode: 0o755});
}

function run(command: string): string {
  const env = {PATH: `${join(folder, 'bin')}:${process.env.PATH}`, HOME: folder, XDG_CACHE_HOME: join(folder, 'cache')};
  const output = execFileSync('sh', ['-c', command], {cwd: folder, env, encoding: 'utf8', stdio: 'pipe'});
  return output.replaceAll(folder, SHOWN_FOLDER);
}

/** What `goheap query` prints, without a process for each of many. */
async function query(name: string, sql: string): Promise<string> {
  const database = await openDatabase(join(folder, name));
  const output = new PassThrough();
  const printed = textOf(output);
  try {
    await printRows(database, sql, 'table', output);
  } finally {
    await database.close();
  }
  output.end();
  return printed;
}

test.each(DOCUMENTS)('%s is what the commands print', async (path) => {
  const text = readProjectFile(path);
  if (text.includes('```console')) prepareFolder();
  if (text.includes('$ node out/')) compileExamples(folder);
  const fresh = await renderSqlBlocks(renderConsoleBlocks(renderFlagTables(text), run), query);
  if (process.env.UPDATE === '1') writeFileSync(join(ROOT, path), fresh);
  else expect(text).toBe(fresh);
});

test('docs/library.md shows what is in docs/examples', () => {
  const shown = [...readProjectFile('docs/library.md').matchAll(/<!-- from: (\S+) -->\n```ts\n((?:.*\n)*?)```/g)];
  expect(shown.map(([, name]) => name)).toEqual(['examples/checker.ts', 'examples/summary.ts', 'examples/folded.ts']);
  for (const [, name, code] of shown) expect(readProjectFile(`docs/${name}`)).toContain(code);
});

test('docs/commands.md has a chapter, a table of flags and an example for every command', () => {
  const chapters = readProjectFile('docs/commands.md').split(/^## /m);
  for (const name of Object.keys(readCommands())) {
    const chapter = chapters.find((text) => text.startsWith(`${name}\n`));
    expect(chapter, name).toContain(`<!-- flags: ${name} -->`);
    if (!['capture', 'mcp', 'view'].includes(name)) expect(chapter, name).toContain(`$ goheap ${name} `);
  }
});

test('a block that leaves lines out shows the lines as they are now, and no line that is gone', () => {
  const block = (output: string) => `\`\`\`console\n$ goheap x\n${output}\n\`\`\``;
  const render = (shown: string, printed: string) => renderConsoleBlocks(block(shown), () => `${printed}\n`);
  expect(render('…\nb  1\n…', 'a  1\nb  2\nc  3')).toBe(block('…\nb  2\n…'));
  expect(render('a  7\n…\nc  3', 'a  1\nb  2\nc  3')).toBe(block('a  1\n…\nc  3'));
  expect(() => render('…\nd  1\n…', 'a  1\nb  2')).toThrow('not print this line any more, or not at this place:\nd  1');
  expect(() => render('a  1\nc  3\n…', 'a  1\nb  2\nc  3')).toThrow('c  3');
  expect(() => render('…\nb  2', 'a  1\nb  2\nc  3')).toThrow('prints more:\nc  3');
});

test('a table of flags is that of a command', () => {
  expect(() => renderFlagTables('<!-- flags: nonsense -->\n<!-- end -->')).toThrow('There is no command nonsense');
});
