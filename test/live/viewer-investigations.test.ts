/**
 * Four of the five questions of test/kit/five-questions.ts, asked of the bundled program that leaks in several ways: what they find is what it printed. The fifth,
 * what became another between two dumps, is in viewer-compare.test.ts. Needs a Chromium.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type Database from 'better-sqlite3';
import {afterAll, beforeAll, beforeEach, describe, test} from 'vitest';
import {launchBrowser, openScreen} from '../kit/browser.js';
import {askWhatClearingGains, askWhatIsPinned, askWhichMapGrew, askWhySoManyGoroutines, inThreeSteps, WIDE} from '../kit/five-questions.js';
import {unpackFixture} from '../kit/fixtures.js';
import {garbageWithoutField} from '../kit/garbage-without.js';
import {openDatabase} from '../kit/goheap.js';
import {convertCore} from '../kit/goheap-here.js';
import {type Hand, keyboard, mouse} from '../kit/viewer-hands.js';
import {startViewer, type ViewerProcess} from '../kit/viewer-process.js';
import {readTruth} from '../oracle/truth.js';

const browser = await launchBrowser();
if (browser === undefined) console.warn('No investigations in the viewer: no chromium on the path.');
const folder = mkdtempSync(join(tmpdir(), 'goheap-investigations-'));

describe.skipIf(browser === undefined)('from the Overview in three steps', () => {
  const fixture = unpackFixture('suspects-1.26.8');
  const facts = readTruth(fixture.truth).facts;
  const fact = (name: string) => Number(facts[name]);
  let viewer: ViewerProcess;
  let database: Database.Database;
  beforeAll(async () => {
    const path = await convertCore(fixture, join(folder, 'suspects.db'), ['--contents', 'full']);
    database = openDatabase(path);
    viewer = await startViewer([path]);
  });
  afterAll(async () => {
    await browser?.close();
    database.close();
    rmSync(folder, {recursive: true});
  });

  describe.each([
    ['mouse', mouse],
    ['keyboard', keyboard],
  ] as const)('by %s', (_, handOf) => {
    let hand: Hand;
    beforeEach(async () => {
      const {page} = await openScreen(browser!, viewer, 'overview', WIDE);
      hand = inThreeSteps(handOf(page));
      return () => page.context().close();
    });

    test('which map grew, and whose it is', () =>
      askWhichMapGrew(hand, {type: 'main.session', objects: fact('map'), path: 'main.registry.sessions[…]'}));

    test('thousands of goroutines: why, and what they cost', () =>
      askWhySoManyGoroutines(hand, {entry: 'main.(*registry).work', count: fact('workers'), state: 'chan receive', line: /main\.go:81\b/}));

    test('goroutines that wait for ever: the line, as docs/tutorial.md has it', () =>
      askWhySoManyGoroutines(hand, {
        entry: 'main.(*registry).abandonCalls.func1',
        count: fact('abandoned'),
        state: 'chan send',
        line: /main\.go:156\b/,
      }));

    test('64 bytes pin a page', () =>
      askWhatIsPinned(hand, {path: 'main.static.headers[…].raw', arrays: fact('pinned'), length: fact('page'), used: 64}));

    test('what clearing a field would gain', () =>
      askWhatClearingGains(hand, {
        holder: 'main.static',
        field: /sessions map/,
        garbage: (name) => garbageWithoutField(database, name, 'sessions'),
        least: fact('map') * fact('payload'),
      }));
  });
});
