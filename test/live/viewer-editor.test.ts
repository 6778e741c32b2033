/**
 * The editor of the SQL console under fast hands, in a real browser: what is typed, pasted, undone and completed is what there is, however little
 * time is between keys; nothing that the page's policy refuses; and a list of completions that is gone when the rows come. Needs a Chromium.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Locator, Page} from 'playwright-core';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {launchBrowser, openScreen, rowsOf} from '../kit/browser.js';
import {unpackFixture} from '../kit/fixtures.js';
import {convertCore} from '../kit/goheap-here.js';
import {startViewer, type ViewerProcess} from '../kit/viewer-process.js';

const browser = await launchBrowser();
if (browser === undefined) console.warn('The editor is not typed into: no chromium on the path.');
const folder = mkdtempSync(join(tmpdir(), 'goheap-editor-'));
let viewer: ViewerProcess;

afterAll(async () => {
  await browser?.close();
  rmSync(folder, {recursive: true});
});

const LINES = ['SELECT t.name, count(*) AS objects', 'FROM objects o JOIN types t', '  ON t.id = o.type_id', "WHERE t.name <> 'unknown'"];

describe.skipIf(browser === undefined)('the editor', () => {
  beforeAll(async () => {
    viewer = await startViewer([await convertCore(unpackFixture('tiny-1.26.8'), join(folder, 'tiny.db'))]);
  });

  test.each([0, 5, 30, 120])('%i ms between keys', async (delay) => {
    const {page, complaints} = await openScreen(browser!, viewer, 'sql');
    const editor = await emptied(page);
    const lines = LINES.slice(0, delay > 100 ? 2 : LINES.length); // slow fingers need not go on for long
    await page.keyboard.type(lines.join('\n'), {delay});
    await shows(editor, lines);
    for (let key = 0; key < 40; key++) await page.keyboard.press('Control+z', {delay: Math.min(delay, 10)});
    await shows(editor, ['SELECT * FROM biggest LIMIT 100']); // with which the console begins
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(lines.join('\n'));
    await page.keyboard.type(' AND 1', {delay});
    await shows(editor, [...lines.slice(0, -1), `${lines.at(-1)} AND 1`]);
    await page.keyboard.press('Control+a');
    await page.keyboard.type('SELECT * FROM hist', {delay});
    await completions(page).first().waitFor();
    await page.keyboard.press('ArrowDown', {delay});
    await page.keyboard.press('Enter');
    await page.keyboard.type(' LIMIT 3', {delay});
    await shows(editor, ['SELECT * FROM histogram LIMIT 3']);
    await page.keyboard.press('Control+Enter');
    await rowsOf(page, 'Rows').nth(2).waitFor();
    expect(await completions(page).count()).toBe(0);
    expect(new URL(page.url()).hash).toBe('#/sql?q=SELECT+*+FROM+histogram+LIMIT+3');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('what is typed before the editor has come is in it, and so is what is typed on', async () => {
    const {page, complaints} = await openScreen(browser!, viewer);
    let letThrough = () => {};
    const held = new Promise<void>((resolve) => {
      letThrough = resolve;
    });
    await page.route(/\/sql-editor-\w+\.js$/, (route) => held.then(() => route.continue()));
    await page.locator('.rail').getByRole('link', {name: 'SQL', exact: true}).click();
    await page.locator('textarea').fill('');
    await page.keyboard.type('SELECT name FR');
    letThrough();
    await page.locator('.sql-editor .cm-content').waitFor();
    await page.keyboard.type('OM types');
    await shows(page.locator('.sql-editor .cm-content'), ['SELECT name FROM types']);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('what comes from elsewhere stands in it: the schema, the menus, and what is typed behind', async () => {
    const {page} = await openScreen(browser!, viewer, 'sql');
    const editor = await emptied(page);
    await page.keyboard.type('SELECT');
    await page.locator('.schema summary', {hasText: /^edges/}).click();
    await page.locator('.schema details[open]').getByRole('button', {name: 'source_id'}).click();
    await shows(editor, ['SELECT source_id ']);
    await editor.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('FROM edges');
    await shows(editor, ['SELECT source_id FROM edges']);
    await page.getByLabel('Queries of the screens').selectOption('warnings');
    await editor.getByText('FROM warnings').waitFor();
    await page.context().close();
  });

  test('only SQL is offered, and never a word of the shell of SQLite', async () => {
    const {page, complaints} = await openScreen(browser!, viewer, 'sql');
    await emptied(page);
    await page.keyboard.type('BA');
    await page.keyboard.press('Control+Space');
    await page.keyboard.press('Backspace');
    await completions(page).first().waitFor();
    const offered = await completions(page).allInnerTexts();
    expect(offered).toContain('BETWEEN');
    expect(offered.filter((word) => /BAIL|BACKUP|SHELL/i.test(word))).toEqual([]);
    expect(offered.filter((word) => /[^\w ]/.test(word))).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

async function emptied(page: Page): Promise<Locator> {
  const editor = page.locator('.sql-editor .cm-content');
  await editor.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  return editor;
}

const completions = (page: Page) => page.locator('.cm-tooltip-autocomplete li');

async function shows(editor: Locator, lines: readonly string[]): Promise<void> {
  await editor
    .locator('.cm-line')
    .nth(lines.length - 1)
    .waitFor();
  await expect.poll(() => editor.locator('.cm-line').allTextContents(), {timeout: 60_000}).toEqual(lines);
}
