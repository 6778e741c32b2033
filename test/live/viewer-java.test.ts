/**
 * A heap of Java in the page: what a thread is called. A hand-built file with two threads, on every screen. Needs a Chromium.
 */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {heading, launchBrowser, openScreen} from '../kit/browser.js';
import {HprofWriter} from '../kit/hprof-writer.js';
import {startViewer, type ViewerProcess} from '../kit/viewer-process.js';

const browser = await launchBrowser();
if (browser === undefined) console.warn('The page of a heap of Java is not looked at: no chromium on the path.');
const folder = mkdtempSync(join(tmpdir(), 'goheap-viewer-java-'));
afterAll(async () => {
  await browser?.close();
  rmSync(folder, {recursive: true});
});

/** All but that of SQL, where tables have their own names. */
const SCREENS = [
  'overview',
  'suspects',
  'holders',
  'types',
  'object',
  'packages',
  'goroutines',
  'timers',
  'strings',
  'waste',
  'compare',
  'memory',
];

const [OBJECT, STRING, THREAD, MAIN] = [0x1000, 0x1100, 0x1200, 0x1300];

function build(): Uint8Array {
  const writer = new HprofWriter()
    .class(OBJECT, 'java/lang/Object')
    .class(STRING, 'java/lang/String', {above: OBJECT, fields: 'value:object hash:int coder:byte'})
    .class(THREAD, 'java/lang/Thread', {above: OBJECT, fields: 'name:object threadStatus:int'})
    .class(MAIN, 'com/acme/Main', {above: OBJECT, statics: [['all:object', 0x8400]]});
  for (const [at, name] of ['worker-1', 'worker-2'].entries()) {
    const [thread, string, text, held] = [0x8000, 0x8100, 0x8200, 0x8300].map((address) => address + at * 0x40);
    writer
      .trace(5 + at, [{method: 'run', classSerial: 4, file: 'Main.java', line: 12}])
      .instance(thread!, THREAD, string!, 0x4)
      .instance(string!, STRING, text!, 0, 0)
      .array(text!, 'byte', [...Buffer.from(name)])
      .array(held!, 'long', [1, 2, 3])
      .root(0x08, thread!, 10 + at, 5 + at)
      .root(0x03, held!, 10 + at, 0);
  }
  return writer.array(0x8400, 'long', new Array(100).fill(7)).finish();
}

describe.skipIf(browser === undefined)('a heap of Java', () => {
  let viewer: ViewerProcess;
  beforeAll(async () => {
    const path = join(folder, 'app.hprof');
    writeFileSync(path, build());
    viewer = await startViewer([path, '--jvm-layout', 'compressed']);
  });

  test.each(SCREENS)('says threads, never goroutines: %s', async (id) => {
    const hash = id === 'object' ? 'object?o=goroutine+10' : id;
    const {page, complaints} = await openScreen(browser!, viewer, hash);
    await page.getByRole('navigation', {name: 'Screens'}).getByText('Threads').waitFor();
    await page.waitForLoadState('networkidle');
    if (id === 'goroutines') {
      await heading(page, 'Threads');
      expect(await page.title()).toContain('Threads');
      await page.getByText('2 threads in 2 groups').or(page.getByText('2 threads in 1 group')).waitFor();
    }
    if (id === 'object') await page.getByText('worker-1').first().waitFor();
    expect(await page.evaluate('document.body.innerText')).not.toMatch(/goroutine/i);
    const hints = await page
      .locator('[title], [aria-label], [placeholder]')
      .evaluateAll((all: {outerHTML: string}[]) => all.map(({outerHTML}) => /^<[^>]*>/.exec(outerHTML)![0]));
    const said = hints.flatMap((tag) => [...tag.matchAll(/(?:title|aria-label|placeholder)="([^"]*)"/g)].map(([, text]) => text!));
    expect(said.filter((text) => /goroutine/i.test(text))).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('the sheet of keys says threads', async () => {
    const {page} = await openScreen(browser!, viewer, 'overview');
    await page.getByRole('navigation', {name: 'Screens'}).getByText('Threads').waitFor();
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog');
    await sheet.getByText('Overview, Suspects, Holders, Types, Packages, Threads').waitFor();
    for (const tab of await sheet.getByRole('tab').all()) {
      await tab.click();
      expect(await sheet.textContent()).not.toMatch(/goroutine/i);
    }
    await page.close();
  });
});
