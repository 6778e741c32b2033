/**
 * The viewer's lists of findings over the bundled program that leaks in eight ways: what they say is what the program printed and what the command
 * line prints, every link leads to what it names, and what was put away stays so. Needs a Chromium.
 */
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type Database from 'better-sqlite3';
import type {Page} from 'playwright-core';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {accessibilityProblems, bytesIn, heading, type Looks, launchBrowser, openScreen, openTabIn, rowsOf} from '../kit/browser.js';
import {unpackFixture} from '../kit/fixtures.js';
import {openDatabase} from '../kit/goheap.js';
import {convertCore} from '../kit/goheap-here.js';
import {startViewer, type ViewerProcess} from '../kit/viewer-process.js';
import {readTruth} from '../oracle/truth.js';

const browser = await launchBrowser();
if (browser === undefined) console.warn('The lists of the viewer are not looked at: no chromium on the path.');
const folder = mkdtempSync(join(tmpdir(), 'goheap-lists-'));
const fixture = unpackFixture('suspects-1.26.8');
const {facts} = readTruth(fixture.truth);
const PATIENCE = {timeout: 60_000};

afterAll(async () => {
  await browser?.close();
  rmSync(folder, {recursive: true});
});

describe.skipIf(browser === undefined)('lists', () => {
  let viewer: ViewerProcess;
  let database: Database.Database;
  beforeAll(async () => {
    const path = await convertCore(fixture, join(folder, 'registry.db'), ['--contents', 'full']);
    database = openDatabase(path);
    viewer = await startViewer([path]);
  });

  const open = async (hash: string, looks?: Looks): Promise<Page> => (await openScreen(browser!, viewer, hash, looks)).page;
  const all = <T>(sql: string) => database.prepare(sql).all() as T[];
  const card = (page: Page, text: string) => page.locator('.card').filter({hasText: text}).first();

  test('each finding is a card with its number, evidence, fix, links and command', async () => {
    const page = await open('suspects');
    await page.locator('.card').nth(7).waitFor();
    const found = all<{kind: string; sentence: string; fix: string; next: string}>(
      'SELECT kind, sentence, fix, next FROM suspects ORDER BY rank',
    );
    const texts = await page.locator('.card').allTextContents();
    expect(texts.length).toBe(found.length);
    for (const [at, {kind, sentence, fix, next}] of found.entries()) {
      for (const said of [kind.replaceAll('-', ' '), sentence, `Do: ${fix}`, next.replace('INPUT', 'registry.db')])
        expect(texts[at]).toContain(said);
      expect(await page.locator('.card').nth(at).locator('.evidence dd').count(), kind).toBeGreaterThan(0);
      expect(await page.locator('.card').nth(at).locator('.card-links a').count(), kind).toBeGreaterThan(0);
    }
    const workers = card(page, `${Number(facts.workers).toLocaleString('en-US')} goroutines main.(*registry).work have equal stacks`);
    expect(await workers.locator('.card-links a').allTextContents()).toEqual([
      'Goroutines',
      expect.stringMatching(/^goroutine \d+$/),
      'Among the holders',
    ]);
    await page.context().close();
  });

  test('every link of the suspects leads to what it names', async () => {
    const page = await open('suspects');
    await page.locator('.card').nth(3).waitFor();
    const links = await page.locator('.card-links a').evaluateAll((each: {hash: string}[]) => [...new Set(each.map(({hash}) => hash))]);
    expect(links.length).toBeGreaterThan(8);
    for (const hash of links) {
      await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
      await page.locator(`.facts, tbody tr[aria-rowindex], .card`).first().waitFor();
      expect(await page.locator('main').textContent(), hash).not.toMatch(
        /There is no|is not in the tree|No type of this name|No goroutine fits/,
      );
    }
    await page.context().close();
  });

  test('what is no problem here is put away for this dump, and comes back', async () => {
    const page = await open('suspects');
    const name = 'main.static.jobs';
    const [before, jobs] = [
      all('SELECT 1 FROM suspects').length,
      page.getByRole('button', {name: `Not a problem here: ${name}`, exact: true}),
    ];
    await jobs.click();
    await jobs.waitFor({state: 'detached'});
    expect(await page.locator('.card').count()).toBe(before - 1);
    expect(await page.evaluate('JSON.stringify(localStorage)')).not.toContain('jobs');
    const again = await openTabIn(page.context(), page.url());
    await again.page
      .locator('.card')
      .nth(before - 2)
      .waitFor();
    expect(await again.page.locator('.card').count()).toBe(before - 1);
    await again.page.getByText('1 finding put away').click();
    await again.page.getByRole('button', {name: `Bring back: ${name}`, exact: true}).click();
    await again.page
      .locator('.card')
      .nth(before - 1)
      .waitFor();
    await page.context().close();
  });

  test('by keyboard: to the suspects, from card to card, to what the second is about', async () => {
    const page = await open('overview');
    await page.keyboard.type('gs');
    await heading(page, 'Suspects');
    await page.locator('.card').nth(2).waitFor();
    await page.keyboard.type('jj');
    const href = await page
      .locator('.card')
      .nth(1)
      .locator('.card-links a')
      .first()
      .evaluate((link: {hash: string}) => link.hash);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.hash === href);
    await page.context().close();
  });

  test('waste: kinds add up, and one of them can be chosen', async () => {
    const page = await open('waste');
    const kinds = all<{kind: string; bytes: number}>('SELECT kind, sum(bytes) AS bytes FROM waste GROUP BY kind ORDER BY 2 DESC');
    await rowsOf(page, 'By kind')
      .nth(kinds.length - 1)
      .waitFor();
    for (const [at, {bytes}] of kinds.entries()) expect(await bytesIn(rowsOf(page, 'By kind').nth(at))).toBe(bytes);
    await rowsOf(page, 'By kind').getByRole('link', {name: 'pinned'}).click();
    await page.getByText('only pinned').waitFor();
    await expect.poll(() => rowsOf(page, 'All places').count(), PATIENCE).toBe(1);
    expect(await page.locator('.card').count()).toBe(1);
    expect(await page.locator('.card').textContent()).toContain(`${facts.pinned} arrays of uint8 at main.static.headers[…].raw`);
    const bytes = Number(facts.pinned) * Number(facts.page);
    const pinned = await bytesIn(rowsOf(page, 'All places').first());
    expect(pinned).toBeLessThan(bytes);
    expect(pinned).toBeGreaterThan(0.99 * bytes); // but for the parts that are in use
    await page.context().close();
  });

  test('packages: whose bytes, then the owners and the types of one', async () => {
    const page = await open('packages');
    const table = 'Packages, those that most bytes belong to first';
    const owned = all<{package: string | null; bytes: number}>('SELECT package, bytes FROM owner_packages ORDER BY rank');
    await rowsOf(page, table)
      .nth(owned.length - 1)
      .waitFor();
    for (const {package: name, bytes} of owned) {
      const row = rowsOf(page, table).filter({has: page.getByRole('link', {name: name ?? 'not known', exact: true})});
      expect(await bytesIn(row.locator('td').nth(1)), String(name)).toBe(bytes);
    }
    await rowsOf(page, table).getByRole('link', {name: 'main', exact: true}).click();
    const owners = rowsOf(page, 'Whose bytes in a package');
    await owners.first().waitFor();
    const named = all<{name: string}>(`SELECT name FROM owners WHERE package = 'main' ORDER BY rank`).map(({name}) => name);
    expect(await owners.locator('td:first-child').allTextContents()).toEqual(named);
    await page.getByRole('tab', {name: 'Types'}).click();
    const types = rowsOf(page, 'Types of a package, and of what is made of them').locator('td:first-child');
    await types.first().waitFor();
    const made = all<{name: string}>(`SELECT name FROM types WHERE content_package = 'main' AND objects > 0 ORDER BY bytes DESC, id`);
    expect(await types.allTextContents()).toEqual(made.map(({name}) => name));
    await page.context().close();
  });

  test('timers and contexts: those that the program started and made', async () => {
    const page = await open('timers', {width: 1920}); // cells are told by their order
    const group = rowsOf(page, 'By what they call').filter({hasText: 'expireLater'});
    await group.waitFor();
    const digits = async (cell: number) => Number((await group.locator('td').nth(cell).textContent())!.replace(/\D/g, ''));
    expect(await digits(2)).toBe(Number(facts.timers));
    expect(await page.locator('.card').count()).toBe(2); // one finding of each
    await rowsOf(page, 'By what they call').filter({hasText: 'goroutineReady'}).getByRole('link').click();
    await page.getByRole('link', {name: 'All timers', exact: true}).last().waitFor();
    await expect
      .poll(() => rowsOf(page, 'Timers, most retained first').count(), PATIENCE)
      .toBe(all(`SELECT 1 FROM timers WHERE kind = 'sleep'`).length);
    await page.getByRole('tab', {name: 'Contexts'}).click();
    const first = rowsOf(page, 'Contexts, those with most children first').first();
    await first.waitFor();
    expect(await first.locator('td').first().textContent()).toBe('main.static.base');
    expect((await first.locator('td').nth(1).textContent())!.replace(/\D/g, '')).toBe(facts.contexts);
    await page.context().close();
  });

  test('strings: what they are adds up to what the heap has', async () => {
    const page = await open('strings');
    const uses = all<{bytes: number; objects: number}>(
      `SELECT sum(size) AS bytes, count(*) AS objects FROM objects WHERE bytes_kind IS NOT NULL AND reachable = 1 GROUP BY bytes_kind ORDER BY 1 DESC`,
    );
    await rowsOf(page, 'All of them')
      .nth(uses.length - 1)
      .waitFor();
    for (const [at, {bytes, objects}] of uses.entries()) {
      const row = rowsOf(page, 'All of them').nth(at);
      expect(await bytesIn(row)).toBe(bytes);
      expect(Number((await row.locator('td').nth(2).textContent())!.replace(/\D/g, ''))).toBe(objects);
    }
    await rowsOf(page, 'All of them').getByRole('link', {name: 'strings', exact: true}).click();
    await expect.poll(() => page.getByLabel('The longest of').inputValue(), PATIENCE).toBe('string');
    await page.context().close();
  });

  test('strings: a text that the program wrote is found where it is, and the longest are the longest', async () => {
    const page = await open('strings');
    const written = readFileSync(fixture.truth, 'utf8'); // which the program wrote from main.truthBuf
    await page.getByLabel('Text in strings and bytes').fill('"abandoned"');
    await page.keyboard.press('Enter');
    const hit = rowsOf(page, 'Found').filter({hasText: 'main.truthBuf'});
    await hit.waitFor();
    expect(await hit.locator('td').nth(1).textContent()).toContain(`"abandoned": "${facts.abandoned}"`);
    expect(Number((await hit.locator('td').nth(2).textContent())!.replace(/\D/g, ''))).toBe(written.indexOf('"abandoned"'));
    await page.getByText(/^\d+ arrays? with "abandoned"$/).waitFor(); // all of the heap was looked through
    const longest = all<{size: number}>(
      `SELECT size FROM objects WHERE bytes_kind = 'string' AND reachable = 1 ORDER BY size DESC LIMIT 2`,
    );
    await page.getByLabel('The longest of').selectOption('string');
    await expect.poll(() => bytesIn(rowsOf(page, 'Longest').first().locator('td').nth(1)), PATIENCE).toBe(longest[0]!.size);
    expect(await bytesIn(rowsOf(page, 'Longest').nth(1).locator('td').nth(1))).toBe(longest[1]!.size);
    expect(await page.locator('.card').first().textContent()).toContain('byte slices at');
    await page.context().close();
  });

  test('over the wire the Overview has 60 kB at most, and each further screen 12', async () => {
    const {page} = await openScreen(browser!, viewer, 'overview');
    /** What came since the last call, without answers and without the editor. */
    const received = () =>
      page.evaluate<number>(`(() => {
        const entries = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
        performance.clearResourceTimings();
        const files = entries.slice(window.isCounted ? 1 : 0).filter(({name}) => !/[/](api[/]|sql-editor-)/.test(name));
        window.isCounted = true;
        return files.reduce((sum, {transferSize}) => sum + transferSize, 0);
      })()`);
    await page.waitForLoadState('networkidle');
    const first = await received();
    expect(first).toBeGreaterThan(10_000);
    expect(first).toBeLessThanOrEqual(60_000);
    const screens = await page.locator('.rail a').evaluateAll((links: {hash: string}[]) => links.map(({hash}) => hash));
    for (const hash of [...screens.slice(1), '#/object?o=main.static.base']) {
      const title = await page.title();
      await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
      await expect.poll(() => page.title(), PATIENCE).not.toBe(title);
      expect(await received(), hash).toBeLessThanOrEqual(12_000);
    }
    await page.context().close();
  });

  test.each([{width: 1440, height: 900}, {width: 1024, height: 768, scheme: 'dark'} as const, {width: 360, height: 740}])(
    'at $width pixels nothing is cut that cannot be read',
    async (looks) => {
      const page = await open('overview', looks);
      for (const hash of ['suspects', 'waste', 'packages?p=main', 'timers', 'timers?tab=contexts', 'strings']) {
        await page.evaluate(`location.hash = ${JSON.stringify(`#/${hash}`)}`);
        await page.locator('.card, .chosen tbody tr').first().waitFor();
        await page.waitForTimeout(150); // the last answers
        expect(await accessibilityProblems(page), hash).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), hash).toBe(true);
        const cut = await page
          .locator('.card *, .cards *')
          .evaluateAll((elements: {scrollWidth: number; clientWidth: number; textContent: string}[]) =>
            elements.filter((each) => each.clientWidth > 0 && each.scrollWidth > each.clientWidth + 1).map((each) => each.textContent),
          );
        expect(cut, hash).toEqual([]);
      }
      await page.context().close();
    },
  );
});
