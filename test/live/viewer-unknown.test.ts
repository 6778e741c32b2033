/**
 * The viewer over databases that do not know everything, and over a core that cannot be opened: each says so. Needs a Chromium.
 */
import {copyFileSync, mkdtempSync, rmSync, statSync, truncateSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {accessibilityProblems, heading, launchBrowser, openScreen, openTab, rowsOf} from '../kit/browser.js';
import {unpackFixture} from '../kit/fixtures.js';
import {openDatabase} from '../kit/goheap.js';
import {convertCore} from '../kit/goheap-here.js';
import {findInstalledGo, findObstacle, makeCore} from '../kit/live-cores.js';
import {startViewer} from '../kit/viewer-process.js';

const browser = await launchBrowser();
if (browser === undefined) console.warn('What the viewer does not know is not looked at: no chromium on the path.');
const folder = mkdtempSync(join(tmpdir(), 'goheap-unknown-'));
const zoo = unpackFixture('zoo-1.26.8');

afterAll(async () => {
  await browser?.close();
  rmSync(folder, {recursive: true});
});

describe.skipIf(browser === undefined)('what is not known is said', () => {
  test('a core that is not opened', async () => {
    const wrong = await startViewer([zoo.core, '--exe', unpackFixture('tiny-1.26.8').executable], {XDG_CACHE_HOME: join(folder, 'wrong')});
    const {page} = await openTab(browser!, wrong.url);
    await heading(page, 'Could not open core');
    await page
      .getByRole('alert')
      .getByText(/is not the program that/)
      .waitFor();
    await page.getByText(/Give the executable of that very build with --exe/).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  test('a core that was cut', async () => {
    const core = join(folder, 'cut.core');
    copyFileSync(zoo.core, core);
    truncateSync(core, Math.floor((statSync(core).size * 2) / 3));
    const path = await convertCore({core, executable: zoo.executable}, join(folder, 'cut.db'));
    const {page} = await openDatabasePage(path);
    const warnings = openDatabase(path).prepare('SELECT count(*) FROM warnings').pluck().get() as number;
    await page.locator('.chip', {hasText: 'incomplete'}).waitFor();
    await page.locator('a.chip', {hasText: `${warnings} warnings`}).waitFor();
    await page
      .locator('.summary')
      .getByText(/^at least/)
      .waitFor();
    await page.locator('.warning-box summary').click();
    await page.getByText(/bytes of memory are missing/).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  test('a database without contents', async () => {
    const {page} = await openDatabasePage(
      await convertCore(zoo, join(folder, 'none.db'), ['--contents', 'none']),
      'object?o=main.GMapLarge',
    );
    await page.getByText(/made with --contents none/).waitFor();
    expect(await rowsOf(page, 'It points to').count()).toBe(1);
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  test('a redacted database', async () => {
    const flags = ['--contents', 'full', '--redact', 'session-[0-9]+|key'];
    const {page} = await openDatabasePage(await convertCore(zoo, join(folder, 'redacted.db'), flags));
    await page.locator('.chip', {hasText: 'redacted'}).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  test.skipIf(findObstacle() !== undefined)('a stripped program', async () => {
    const path = await convertCore(makeCore(`zoo-${findInstalledGo()}-stripped`), join(folder, 'stripped.db'));
    const {page} = await openDatabasePage(path);
    await page.locator('.chip', {hasText: 'no DWARF'}).waitFor();
    const untyped = openDatabase(path)
      .prepare(`SELECT sum(o.size) FROM objects o JOIN types t ON t.id = o.type_id WHERE o.reachable = 1 AND t.kind = 'unknown'`)
      .pluck()
      .get() as number;
    expect(untyped).toBeGreaterThan(1 << 20);
    const row = page.locator('.process .legend li').filter({hasText: 'Live, of unknown type'});
    expect(await row.locator('.bytes').getAttribute('title')).toBe(`${String(untyped).replace(/\B(?=(\d{3})+$)/g, '\u202f')} bytes`);
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});

async function openDatabasePage(path: string, hash = 'overview') {
  const tab = await openScreen(browser!, await startViewer([path]), hash);
  await tab.page.locator('.top-bar .summary').waitFor();
  await tab.page.locator(hash === 'overview' ? '.process' : '.facts').waitFor();
  return tab;
}
