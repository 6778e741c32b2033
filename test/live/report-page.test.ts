/** A report in a real Chromium without a network: nothing is asked for, nothing runs; readable in every size and colour, and on paper. */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {accessibilityProblems, launchBrowser, openTab} from '../kit/browser.js';
import {fixtureDatabase} from '../kit/fixture-database.js';
import {goheapHere} from '../kit/goheap-here.js';
import {faintTexts, unreadableTexts} from '../kit/screen-faults.js';

const browser = await launchBrowser();
if (browser === undefined) console.warn('No report is opened: no chromium on the path.');

describe.skipIf(browser === undefined)('a report', () => {
  const folder = mkdtempSync(join(tmpdir(), 'goheap-report-'));
  const path = join(folder, 'report.html');
  beforeAll(async () => {
    const [after, before] = [await fixtureDatabase('zoo-1.26.8'), await fixtureDatabase('suspects-1.26.8')];
    expect(await goheapHere(['report', after, '--against', before, '-o', path, '--quiet'])).toMatchObject({status: 0});
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, {recursive: true});
  });

  test.each([1440, 1024, 360].flatMap((width) => (['light', 'dark'] as const).map((scheme) => ({width, scheme}))))(
    '$width px, $scheme',
    async (looks) => {
      const {page, complaints} = await openTab(browser!, pathToFileURL(path), looks);
      for (const closed of await page.locator('details').all()) await closed.locator('summary').click();
      expect(await accessibilityProblems(page)).toEqual([]);
      expect(await faintTexts(page)).toEqual([]);
      expect(await unreadableTexts(page)).toEqual([]);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );

  test('asks for nothing, and has all on paper', async () => {
    const {page, complaints} = await openTab(browser!, 'about:blank');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(pathToFileURL(path).href);
    expect(asked).toEqual([pathToFileURL(path).href]);
    await page.emulateMedia({media: 'print'});
    const stacks = page.locator('details pre');
    expect(await stacks.count()).toBeGreaterThan(3);
    for (const stack of await stacks.all()) expect((await stack.boundingBox())?.height ?? 0).toBeGreaterThan(10);
    expect(await page.locator('nav').isVisible()).toBe(false);
    expect((await page.pdf({format: 'A4'})).length).toBeGreaterThan(20_000);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
