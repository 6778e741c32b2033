/** A report has the numbers of its database, needs nothing but itself, and shows whatever an input is called as text. */
import {copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {formatBytes} from '../../../src/base/format-bytes.js';
import {fixtureDatabase} from '../../kit/fixture-database.js';
import {openDatabase} from '../../kit/goheap.js';
import {goheapHere, goheapJson} from '../../kit/goheap-here.js';
import {writeHostileNames} from '../../kit/hostile-names.js';
import {findJsonFaults} from '../../kit/json-schema.js';

const MOST_BYTES = 300_000;
const folder = mkdtempSync(join(tmpdir(), 'goheap-report-'));
afterAll(() => rmSync(folder, {recursive: true}));

let suspects = '';
let leak = '';
let page = ''; // the report of suspects
beforeAll(async () => {
  [suspects, leak] = [await fixtureDatabase('suspects-1.26.8'), await fixtureDatabase('leak-1.26.8')];
  page = await reportOf(suspects);
});

async function reportOf(...args: string[]): Promise<string> {
  const {status, stdout, stderr} = await goheapHere(['report', ...args, '-o', '-', '--quiet']);
  expect({status, stderr}).toEqual({status: 0, stderr: ''});
  return stdout;
}

/** Tags as they open and close, checked to be nested; what is no tag as the browser shows it. */
function readHtml(html: string): {readonly text: string; readonly tags: readonly string[]; readonly cells: readonly string[][]} {
  const open: string[] = [];
  const tags: string[] = [];
  const cells: string[][] = [];
  let text = '';
  for (const [, tag, close, name, attributes, plain] of html.matchAll(/(<(\/?)([a-z!][\w!]*)([^>]*)>)|([^<]+)/g)) {
    if (plain !== undefined) {
      const shown = plain
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&quot;', '"')
        .replaceAll('&#39;', "'")
        .replaceAll('&amp;', '&');
      if (open.at(-1) !== 'style') text += shown;
      if (open.at(-1) === 'td') cells.at(-1)!.push(shown);
      continue;
    }
    if (close === '/') expect(open.pop(), tag).toBe(name);
    else {
      tags.push(`${name}${attributes}`);
      if (name === 'tr') cells.push([]);
      if (!['!doctype', 'meta'].includes(name!)) open.push(name!);
    }
  }
  expect(open).toEqual([]);
  return {text, tags, cells};
}

test.each(['suspects', 'leak'])('%s: the numbers and names are those of the database', async (of) => {
  const path = of === 'leak' ? leak : suspects;
  const html = of === 'leak' ? await reportOf(leak) : page;
  const {text, cells} = readHtml(html);
  const database = openDatabase(path);
  const holders = database.prepare("SELECT name, retained FROM holders WHERE kind <> 'more' ORDER BY rank LIMIT 12").all() as Row[];
  const types = database.prepare('SELECT type AS name, bytes AS retained FROM histogram LIMIT 15').all() as Row[];
  const owners = database.prepare('SELECT name, bytes AS retained FROM owners ORDER BY rank LIMIT 12').all() as Row[];
  const memory = database.prepare('SELECT part AS name, bytes AS retained FROM memory').all() as Row[];
  const told = database.prepare('SELECT sentence, fix FROM suspects ORDER BY rank').all() as {sentence: string; fix: string}[];
  const reachable = database.prepare("SELECT value FROM meta WHERE key = 'reachable_bytes'").pluck().get() as number;
  database.close();
  expect(holders.length).toBeGreaterThan(5);
  for (const {name, retained} of [...holders, ...types, ...owners, ...memory]) {
    const isShown = (line: readonly string[]) =>
      line.some((cell) => cell === name || name.endsWith(`/${cell}`)) && line.includes(formatBytes(retained));
    expect(cells.some(isShown), `${name} ${retained}`).toBe(true);
  }
  expect(told.length).toBeGreaterThan(0);
  for (const {sentence, fix} of told) expect(text).toContain(`${sentence}\nDo: ${fix}\nSee: `);
  expect(text).toContain(`${formatBytes(reachable)} in use`);
  expect(text).toContain(`the live heap`);
  expect(Buffer.byteLength(html)).toBeLessThan(MOST_BYTES);
});
interface Row {
  readonly name: string;
  readonly retained: number;
}

test('nothing is loaded, and nothing runs', () => {
  const {tags} = readHtml(page);
  expect(
    tags.filter((tag) => /^(script|link|img|iframe|object|embed|base|form|svg|video|audio)|\son\w+=|\s(src|action|srcset)=/.test(tag)),
  ).toEqual([]);
  for (const tag of tags.filter((each) => each.includes('href='))) expect(tag).toMatch(/^a href="#[a-z]+"$/);
  expect(tags).toContain(`meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"`);
  expect(page).not.toMatch(/url\(|@import/);
});

test('Markdown has the same rows', async () => {
  const {cells} = readHtml(page);
  const markdown = await reportOf(suspects, '--format', 'markdown');
  const rows = markdown.split('\n').filter((line) => /^\| (?!--|rank|bytes|category|code)/.test(line));
  expect(rows.length).toBe(cells.filter((line) => line.length > 0).length);
  for (const line of rows) expect(line.match(/(?<!\\)\|/g)!.length, line).toBeGreaterThan(3);
  expect(markdown).toMatch(/^# suspects: [\d.]+ MiB in use\n/);
});

test('--json is what docs/json says', async () => {
  const alone = await goheapJson<{comparison: unknown; holders: {retained: number}[]; facts: {reachable_bytes: number}}>([
    'report',
    suspects,
  ]);
  expect(findJsonFaults('report', alone)).toEqual([]);
  expect(alone.comparison).toBeNull();
  expect(alone.holders.reduce((sum, {retained}) => sum + retained, 0)).toBe(alone.facts.reachable_bytes);
  const compared = await goheapJson<{comparison: {sentences: string[]}}>(['report', suspects, '--against', leak]);
  expect(findJsonFaults('report', compared)).toEqual([]);
  expect(compared.comparison.sentences.length).toBeGreaterThan(0);
  expect(findJsonFaults('report', {...alone, more: 1})).not.toEqual([]);
});

test('--against an earlier dump', async () => {
  expect(readHtml(await reportOf(suspects, '--against', suspects)).text).toContain('What is different from the earlier dump\nNothing.');
  const {text} = readHtml(await reportOf(suspects, '--against', leak));
  const {sentences} = await goheapJson<{sentences: string[]}>(['diff', leak, suspects]);
  expect(sentences.length).toBeGreaterThan(0);
  for (const sentence of sentences) expect(text).toContain(sentence);
});

test('names that are HTML, Markdown and escape sequences are shown as they are', async () => {
  const hostile = join(folder, 'hostile.db');
  copyFileSync(suspects, hostile);
  const name = `</td><script>alert(1)</script><img src=x onerror="alert('2')">|\`x\`[a](http://b)\u001b[2J\u202e${'y'.repeat(100_000)}`;
  writeHostileNames(hostile, name).close();
  const html = await reportOf(hostile);
  const {tags, text} = readHtml(html);
  expect(tags.filter((tag) => /^(script|img)/.test(tag))).toEqual([]);
  expect(text).toContain(name.slice(0, 60));
  const markdown = await reportOf(hostile, '--format', 'markdown');
  for (const written of [html, markdown]) {
    for (const mark of ['\u001b', '\u202e']) expect(written).not.toContain(mark);
    expect(Buffer.byteLength(written)).toBeLessThan(MOST_BYTES);
  }
  expect(markdown.replaceAll(/^````[\s\S]*?^````$|`[^`\n]*`/gm, '')).not.toMatch(/<(script|img)|\]\(http/);
});

test('files: named after the input, and not replaced', async () => {
  copyFileSync(leak, join(folder, 'leak.db'));
  const run = (...args: string[]) => goheapHere(['report', 'leak.db', ...args], {cwd: folder});
  expect(await run()).toMatchObject({status: 0, stdout: expect.stringMatching(/^leak\.db-report\.html: \d/) as string});
  expect(readFileSync(join(folder, 'leak.db-report.html'), 'utf8')).toMatch(/^<!doctype html>/);
  expect(await run()).toMatchObject({status: 2, stderr: expect.stringContaining('leak.db-report.html: exists already') as string});
  expect(await run('--force', '-o', 'x.md')).toMatchObject({status: 0});
  expect(readFileSync(join(folder, 'x.md'), 'utf8')).toMatch(/^# leak: /);
  expect(await run('-o', 'x.pdf')).toMatchObject({status: 2, stderr: expect.stringContaining('a report is no .pdf file') as string});
  expect(existsSync(join(folder, 'x.pdf'))).toBe(false);
  writeFileSync(join(folder, 'no.db'), 'nothing');
  expect(await goheapHere(['report', 'no.db'], {cwd: folder})).toMatchObject({status: 1});
  expect(existsSync(join(folder, 'no.db-report.html'))).toBe(false);
});
