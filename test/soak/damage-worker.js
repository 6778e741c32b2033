/**
 * A process that converts damaged cores, one after the other: { core, executable } first, whose structures it answers with, then
 * { flips } in that core, or { core, options } of another. It answers with what came of it, how long it took and how much memory; each database
 * is also checked and reported, as `goheap check` and `goheap report` do.
 * Runs dist, as the product does; a process of its own, because a crash, a hang or a shortage of memory must not end the test.
 */
import {closeSync, openSync, readFileSync, readSync, rmSync, writeFileSync, writeSync} from 'node:fs';
import Database from 'better-sqlite3';
import {sqlite} from '../../dist/formats/sqlite/export-sqlite.js';
import {WarningLog} from '../../dist/src/base/warnings.js';
import {OWN_RULES, readRules} from '../../dist/src/checks/rules.js';
import {runChecks} from '../../dist/src/checks/run-checks.js';
import {openDwarf} from '../../dist/src/dwarf/dwarf.js';
import {createMemoryImage} from '../../dist/src/image/memory-image.js';
import {openDump} from '../../dist/src/image/open-dump.js';
import {openHeap} from '../../dist/src/library/open-heap.js';
import {writeHeap} from '../../dist/src/library/write-heap.js';
import {readReport} from '../../dist/src/report/read-report.js';
import {reportHtml} from '../../dist/src/report/report-html.js';
import {reportMarkdown} from '../../dist/src/report/report-markdown.js';
import {tellReport} from '../../dist/src/report/report-sections.js';
import {readGoRuntime} from '../../dist/src/runtime/go-runtime.js';
import {readSpans} from '../../dist/src/runtime/memory/spans.js';
import {namesFromDwarf} from '../../dist/src/runtime/runtime-names.js';
import {readWords} from '../../dist/src/runtime/words.js';
import {openDatabase} from '../../dist/src/sql/index.js';

/** All that `goheap check` asks when it is told nothing. */
const CHECKS = {counts: [], retained: [], noLeaked: true, noProblems: true, rules: readRules(OWN_RULES), ruleSeconds: 600};
const database = process.argv[2];
let target; // { core, executable }

/** What the conversion gives: totals and warnings, or the error's code; `bug` when it is not one of goheap's. */
async function convert(core, options) {
  resetPeak();
  const start = process.cpuUsage();
  let outcome;
  try {
    const heap = await openHeap(core, {...options, analyze: true});
    try {
      await writeHeap(heap, sqlite, database, {contents: 'preview', force: true});
    } finally {
      await heap.close();
    }
    outcome = readDatabase();
    await tellDatabase();
  } catch (error) {
    outcome = error?.name === 'GoheapError' ? {error: error.code, message: error.message} : {bug: String(error?.stack ?? error)};
  }
  rmSync(database, {force: true});
  const {user, system} = process.cpuUsage(start); // of all threads: what else the machine does must not count
  return {...outcome, milliseconds: (user + system) / 1000, peakBytes: readPeak()};
}

function readDatabase() {
  const db = new Database(database, {readonly: true});
  const number = (sql) => db.prepare(sql).pluck().get();
  const totals = {
    objects: number('SELECT count(*) FROM objects'),
    bytes: number('SELECT sum(size) FROM objects'),
    spans: number('SELECT count(*) FROM spans'),
    goroutines: number('SELECT count(*) FROM goroutines'),
    complete: Number(number("SELECT value FROM meta WHERE key = 'complete'")),
  };
  const warnings = db.prepare('SELECT code FROM warnings').pluck().all();
  db.close();
  return {totals, warnings};
}

/** What a team reads of it: its checks, and a report in both formats. They throw for what must not be. */
async function tellDatabase() {
  const told = await openDatabase(database);
  try {
    const pages = tellReport(await readReport(told, database), database);
    if (reportHtml(pages) === '' || reportMarkdown(pages) === '') throw new Error('an empty report');
    await runChecks(told, CHECKS, undefined, {});
  } finally {
    await told.close();
  }
}

/** Linux counts the most memory of a process from here on. */
function resetPeak() {
  globalThis.gc?.();
  writeFileSync('/proc/self/clear_refs', '5');
}
function readPeak() {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
}

/** Places in the core's file where the runtime's structures are: [offset, length], by kind. */
function findStructures() {
  const warnings = new WarningLog();
  const files = openDump(target.core, {executable: target.executable}, warnings);
  const image = createMemoryImage(files.core, files.executable, warnings);
  const dwarf = openDwarf((name) => files.debug.section(name), warnings);
  const go = readGoRuntime(image, namesFromDwarf(dwarf, image.bias), dwarf, warnings, target.executable);
  const found = {};
  const add = (kind, address, length) => {
    const mapping = image.mappings.find(({start, end, source}) => source === files.core.source && start <= address && address < end);
    if (!mapping) return;
    found[kind] ??= [];
    found[kind].push([mapping.offset + address - mapping.start, Math.min(length, mapping.end - address)]);
  };
  addStructures(go, readSpans(go), add);
  files.close();
  return found;
}

function addStructures(go, spans, add) {
  const {image, layouts} = go;
  const size = (name) => layouts.get(name).size;
  const mheap = go.address('runtime.mheap_');
  const allspans = mheap + layouts.get('runtime.mheap').offsetOf('allspans');
  add('mheap', allspans, 24);
  add('mheap', mheap + layouts.get('runtime.mheap').offsetOf('arenas'), 8);
  add('allspans', image.word(allspans), image.word(allspans + 8) * 8);
  const mspan = layouts.get('runtime.mspan');
  for (let row = 0; row < spans.table.count; row++) {
    add('mspan', spans.mspan[row], mspan.size);
    add('allocBits', image.word(spans.mspan[row] + mspan.offsetOf('allocBits')), Math.ceil(spans.table.slots[row] / 8));
    if (spans.specials[row] !== 0) add('special', spans.specials[row], size('runtime.special'));
  }
  const arena = image.word(image.word(mheap + layouts.get('runtime.mheap').offsetOf('arenas')) + arenaOf(image, spans.table.start[0]) * 8);
  add('arena', arena + layouts.get('runtime.heapArena').offsetOf('spans'), 4096);
  const allgs = go.address('runtime.allgs');
  add('allgs', allgs, 24);
  for (const g of readWords(image, image.word(allgs), image.word(allgs + 8))) add('g', g, size('runtime.g'));
  const alllink = layouts.get('runtime.m').offsetOf('alllink');
  for (let m = image.word(go.address('runtime.allm')); m !== 0; m = image.word(m + alllink)) add('m', m, size('runtime.m'));
  add('moduledata', go.address('runtime.firstmoduledata'), size('runtime.moduledata'));
  const [module] = go.modules;
  add('pclntab', module.pclntable, 2 ** 20);
  add('types', module.types, module.etypes - module.types);
  for (const {start, end} of module.sections) add('globals', start, end - start);
  add('itabs', image.word(go.address('runtime.itabTable')), 4096);
}

function arenaOf(image, address) {
  return Math.floor((address + (image.arch === 'amd64' ? 2 ** 47 : 0)) / 2 ** 26);
}

/** Inverts bits of the core's file for the time of one conversion. */
async function convertFlipped(flips) {
  const file = openSync(target.core, 'r+');
  const byte = Buffer.alloc(1);
  const invert = () => {
    for (const {offset, mask} of flips) {
      readSync(file, byte, 0, 1, offset);
      byte[0] ^= mask;
      writeSync(file, byte, 0, 1, offset);
    }
  };
  invert();
  try {
    return await convert(target.core, {executable: target.executable});
  } finally {
    invert();
    closeSync(file);
  }
}

process.on('message', async (message) => {
  if (message.flips) process.send(await convertFlipped(message.flips));
  else if (message.options) process.send(await convert(message.core, message.options));
  else {
    target = message;
    process.send({structures: findStructures()});
  }
});
process.on('disconnect', () => process.exit(0));
