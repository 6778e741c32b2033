/** Whatever names, paths and strings an input has, commands print text: no escape sequence, no mark that turns text around. */
import {copyFileSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import Database from 'better-sqlite3';
import {beforeAll, expect, test} from 'vitest';
import {printable, printableJson} from '../../../src/base/printable.js';
import {unpackFixture} from '../../kit/fixtures.js';
import {goheapHere} from '../../kit/goheap-here.js';
import type {RunResult} from '../../kit/run-goheap.js';
import {temporaryFolder} from '../../kit/small-database.js';

/** Anything but text and the ends of lines. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const ESCAPES = '\u001b[2J\u009b31m\u007f\u202e\u2066\u200f\r\t';

test('every control and mark of direction is made visible, and nothing else', () => {
  expect(printable(`a${ESCAPES}ä\u{1f600}`)).toBe('a\\u001b[2J\\u009b31m\\u007f\\u202e\\u2066\\u200f\\u000d\\u0009ä\u{1f600}');
  for (let code = 0; code < 0xffff; code++)
    if (CONTROL.test(String.fromCharCode(code))) expect(printable(String.fromCharCode(code))).toMatch(/^\\u/);
  const value = {name: `a${ESCAPES}"`};
  expect(printableJson(value)).not.toMatch(CONTROL);
  expect(JSON.parse(printableJson(value))).toEqual(value);
});

function expectText({stdout, stderr}: RunResult): void {
  expect(CONTROL.exec(stdout + stderr)?.index).toBeUndefined();
}

const folder = temporaryFolder();
const [core, executable, database] = ['core', 'exe', 'heap.db'].map((name) => join(folder, name)) as [string, string, string];
const environment = {XDG_CACHE_HOME: folder};
let converted: RunResult;
beforeAll(async () => {
  const tiny = unpackFixture('tiny-1.26.8');
  const patched = (file: string, from: string, to: string) => {
    const data = readFileSync(file);
    expect(Buffer.byteLength(to)).toBe(Buffer.byteLength(from));
    let count = 0;
    for (let at = data.indexOf(from); at >= 0; at = data.indexOf(from, at + 1), count++) data.write(to, at);
    expect(count).toBeGreaterThan(0);
    return data;
  };
  writeFileSync(executable, patched(tiny.executable, 'main.main\0', 'm\u001b[2J\u202en\0')); // the table of functions
  writeFileSync(core, patched(tiny.core, '/goheap-cores/', '/\u001b[2J\u202ecores/')); // paths of mapped files
  converted = await goheapHere(['convert', core, '--exe', executable, '--to', 'sqlite', '-o', database], {environment});
});

test('a core with escapes in a path and in the name of a function', async () => {
  expect(converted.status).toBe(0);
  expectText(converted);
  const stacks = await goheapHere(['goroutines', database]);
  expect(stacks.stdout).toContain('m\\u001b[2J\\u202en');
  expectText(stacks);
  expectText(await goheapHere(['info', core, '--exe', `${executable}${ESCAPES}`], {environment}));
});

/** Names that readers look up in lists of their own; others of the database may be anything. */
const LISTED = ['key', 'kind', 'status', 'state', 'evidence', 'category', 'bytes_kind'];

test('a database with escapes in every text', async () => {
  const path = join(folder, `full-${ESCAPES}.db`);
  copyFileSync(database, path);
  const db = new Database(path);
  const columns = db
    .prepare(
      "SELECT m.name AS 'table', c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.type = 'TEXT'",
    )
    .all() as {table: string; name: string}[];
  for (const {table, name} of columns) {
    if (!LISTED.includes(name)) db.prepare(`UPDATE ${table} SET ${name} = ${name} || ? WHERE ${name} IS NOT NULL`).run(ESCAPES);
  }
  db.prepare(
    "UPDATE meta SET value = value || ? WHERE key IN ('dump_path', 'executable', 'module', 'command_line', 'go_version', 'dumped_at')",
  ).run(ESCAPES);
  db.close();
  const everything = 'SELECT group_concat(name) AS \'n\u001b[2J\', min(name) AS "=1+1" FROM types';
  const lines = [
    ['info'],
    ['top', '--all'],
    ['goroutines', '--locals'],
    ['path', '60', '--json'],
    ['objects', '--type', `uint8${ESCAPES}`],
    ['object', '60'],
    ['query', everything],
    ['query', everything, '--json'],
    ['query', everything, '--csv'],
    ['query', `SELECT no${ESCAPES}`],
  ] as const;
  const runs = await Promise.all(lines.map(([command, ...more]) => goheapHere([command, path, ...more], {environment})));
  for (const [at, run] of runs.entries()) {
    expect(run.stderr, lines[at]!.join(' ')).not.toMatch(/Internal error/);
    expectText(run);
  }
  expect(runs.filter(({status}) => status !== 0).length).toBeLessThanOrEqual(2);
});

test('--csv-safe: no text begins as a formula does', async () => {
  const sql = `SELECT '=1+1' AS "@a", '-1' AS b, -1 AS c, '+x' AS d, 'a=1' AS e, char(9) || '=1' AS f`;
  expect((await goheapHere(['query', database, sql, '--csv-safe'])).stdout).toBe(`'@a,b,c,d,e,f\n'=1+1,'-1,-1,'+x,a=1,\\u0009=1\n`);
  expect((await goheapHere(['query', database, sql, '--csv'])).stdout).toBe(`@a,b,c,d,e,f\n=1+1,-1,-1,+x,a=1,\\u0009=1\n`);
});
