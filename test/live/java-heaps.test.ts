/**
 * Heaps that JDKs of this machine dump: what jmap counts, and what programs that leak know of themselves. Each JDK below /usr/lib/jvm takes part, and that of
 * JAVA_HOME.
 */
import {existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {HeapDiff} from '../../src/database/diff-heaps.js';
import {type AnalyzedHeap, openHeap} from '../../src/index.js';
import {listWaste} from '../../src/library/list-waste.js';
import {execFileSync, spawn} from '../kit/child-process.js';
import {goheapJson} from '../kit/goheap-here.js';
import {copyServer} from '../kit/java-readers.js';
import {isMatrix} from '../kit/live-targets.js';

const SOURCES = fileURLToPath(new URL('./java/', import.meta.url));
const JVMS = '/usr/lib/jvm';
const folders = existsSync(JVMS) ? readdirSync(JVMS).map((name) => join(JVMS, name)) : [];
const homes = [...folders, ...(process.env.JAVA_HOME ? [process.env.JAVA_HOME] : [])].filter((home) => existsSync(join(home, 'bin/jmap')));
const JDKS = [...new Set(homes.map((home) => realpathSync(home)))];
if (JDKS.length === 0) console.warn('The live tests of Java are skipped: there is no JDK.');

const folder = mkdtempSync(join(tmpdir(), 'java-heaps-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

function run(jdk: string, tool: string, ...args: readonly string[]): string {
  return execFileSync(join(jdk, 'bin', tool), [...args], {encoding: 'utf8', maxBuffer: 2 ** 28}).toString();
}
function compile(jdk: string): string {
  const classes = join(folder, jdk.replaceAll('/', '-'));
  run(jdk, 'javac', '-d', classes, ...['Leaks', 'Plugin', 'Held'].map((name) => join(SOURCES, `${name}.java`)));
  return classes;
}

/** Objects and bytes by class, garbage included. */
function countClasses({columns: {types, objects, spans}}: AnalyzedHeap): Map<string, [objects: number, bytes: number]> {
  const counts = new Map<string, [number, number]>();
  for (let object = 0; object < objects.count; object++) {
    const name = types.name[objects.type[object]!]!;
    const [count, bytes] = counts.get(name) ?? [0, 0];
    counts.set(name, [count + 1, bytes + spans.slotSize[object]!]);
  }
  return counts;
}

const LETTERS: Readonly<Record<string, string>> = {
  Z: 'boolean',
  C: 'char',
  F: 'float',
  D: 'double',
  B: 'byte',
  S: 'short',
  I: 'int',
  J: 'long',
};
/** `[[I` of jmap → `int[][]`; hidden classes without their addresses. */
function nameOf(text: string): string {
  const [brackets] = /^\[*/.exec(text)!;
  const rest = text.slice(brackets.length);
  const name = brackets === '' ? rest : (LETTERS[rest] ?? rest.slice(1, -1));
  return name.replace(/\/0x[0-9a-f]+$/, '') + '[]'.repeat(brackets.length);
}
/** What HPROF files have otherwise than jmap: classes that are not linked, and arrays that fill gaps. */
const COUNTED_APART = new Set(['java.lang.Class', 'jdk.internal.vm.FillerElement[]', 'jdk.internal.vm.FillerArray', 'int[]']);

/** The heap of what still lives in the process. Objects and bytes by class must be those that jmap counts. */
async function expectCountsOfJmap(jdk: string, pid: string, file: string): Promise<AnalyzedHeap> {
  run(jdk, 'jmap', `-dump:live,format=b,file=${file}`, pid);
  const rows = run(jdk, 'jmap', '-histo:live', pid).matchAll(/^\s*\d+:\s+(\d+)\s+(\d+)\s+(\S+)/gm);
  const heap = await (await openHeap(file)).analyze();
  const counts = countClasses(heap);
  const wanted = new Map<string, [number, number]>();
  for (const [, objects, bytes, text] of rows) {
    const [a, b] = wanted.get(nameOf(text!)) ?? [0, 0];
    wanted.set(nameOf(text!), [a + Number(objects), b + Number(bytes)]);
  }
  const [all, wrong] = [
    [0, 0],
    [0, 0],
  ] as [number[], number[]];
  for (const name of new Set([...wanted.keys(), ...counts.keys()])) {
    if (COUNTED_APART.has(name)) continue;
    for (const at of [0, 1]) {
      const [mine, its] = [counts.get(name)?.[at] ?? 0, wanted.get(name)?.[at] ?? 0];
      all[at] += its;
      wrong[at] += Math.abs(mine - its);
    }
  }
  expect(wrong[0]! / all[0]!).toBeLessThan(0.001);
  expect(wrong[1]! / all[1]!).toBeLessThan(0.001);
  return heap;
}

/** The jar of a database server; undefined where Maven has none. */
const H2 = JDKS.length === 0 ? undefined : copyServer(folder);
if (H2 === undefined) console.warn('The heap of a database server is not read: Maven does not give its jar.');
const LOAD_H2 = `
  CREATE TABLE users(id BIGINT PRIMARY KEY, name VARCHAR, mail VARCHAR, score DOUBLE);
  INSERT INTO users SELECT x, 'user ' || x, 'user' || x || '@example.test', x * 0.5 FROM system_range(1, 100000);
  CREATE INDEX users_mail ON users(mail);
`;

/** Flags by what they make of the layout. */
const LAYOUTS: readonly (readonly [layout: string, since: number, flags: readonly string[]])[] = [
  ['compressed', 8, []],
  ['compressed-classes', 15, ['-XX:-UseCompressedOops']],
  ['compact', 25, ['-XX:+UseCompactObjectHeaders']],
];

describe.each(JDKS)('%s', (jdk) => {
  const version = Number(/^(?:1\.)?(\d+)/.exec(run(jdk, 'javap', '-version'))![1]);
  let classes = '';
  beforeAll(() => {
    classes = compile(jdk);
  });

  test.each(LAYOUTS.filter(([, since]) => version >= since))(
    'objects and bytes by class are those of jmap: %s',
    async (layout, _, flags) => {
      const file = join(folder, `${version}-${layout}.hprof`);
      const child = spawn(join(jdk, 'bin/java'), ['-Xmx128m', ...flags, '-cp', classes, 'Held'], {stdio: ['ignore', 'pipe', 'inherit']});
      try {
        const pid = await new Promise<string>((resolve) => child.stdout.once('data', (data) => resolve(String(data).trim())));
        await using heap = await expectCountsOfJmap(jdk, pid, file);
        expect(heap.info.jvm_layout).toBe(layout);
      } finally {
        child.kill('SIGKILL');
      }
    },
  );

  test.skipIf(H2 === undefined || (!isMatrix && jdk !== JDKS[0]))(
    "a database server of somebody else's: counts, and what holds its rows",
    async () => {
      const java = (...args: readonly string[]) =>
        spawn(join(jdk, 'bin/java'), ['-Xmx512m', '-cp', H2!, ...args], {stdio: ['ignore', 'pipe', 'inherit']});
      const server = java('org.h2.tools.Server', '-tcp', '-tcpPort', '0', '-ifNotExists');
      try {
        const said = await new Promise<string>((resolve) => server.stdout.once('data', (data) => resolve(String(data))));
        const [, port] = /running at tcp:\/\/\S+?:(\d+)/.exec(said)!;
        const script = join(folder, 'load.sql');
        writeFileSync(script, LOAD_H2);
        const url = `jdbc:h2:tcp://localhost:${port}/mem:shop;DB_CLOSE_DELAY=-1`; // its database stays when nobody is connected
        run(jdk, 'java', '-cp', H2!, 'org.h2.tools.RunScript', '-url', url, '-script', script);
        await using heap = await expectCountsOfJmap(jdk, String(server.pid), join(folder, `${version}-h2.hprof`));
        const {sentence} = heap.suspects()[0]!;
        expect(sentence).toMatch(/^org\.h2\.engine\.Engine\.DATABASES\[…\]\.database\..* keeps .* × org\.h2\.mvstore\.Page\$Leaf/);
      } finally {
        server.kill('SIGKILL');
      }
    },
  );

  async function leak(kind: string): Promise<AnalyzedHeap> {
    const file = join(folder, `${version}-${kind}.hprof`);
    if (!existsSync(file)) run(jdk, 'java', '-Xmx256m', '-cp', classes, 'Leaks', kind, file, classes);
    return (await openHeap(file)).analyze();
  }

  test.each([
    ['map', /^Leaks\.sessions/, '10,000 × Leaks$Session'],
    ['listeners', /^Leaks\.bus\.listeners/, '10,000 × Leaks$View'],
    ['threadlocals', /^‹thread›\.threadLocals.* in thread pool-#-thread-#$/, '10,000 × Leaks$Request'],
    ['loaders', /^Leaks\.plugins/, '500 × Plugin'],
  ])('%s: what holds the leak is told first', async (kind, holder, what) => {
    await using heap = await leak(kind);
    const [first] = heap.suspects();
    expect(first).toMatchObject({kind: 'holder', name: expect.stringMatching(holder), sentence: expect.stringContaining(what)});
  });

  test('objects that wait for a finalizer are counted, with what they have', async () => {
    await using heap = await leak('finalizers');
    const found = heap.suspects().find(({kind}) => kind === 'finalizers')!;
    const handle = heap.columns.types.name.indexOf('Leaks$Handle');
    const {objects, spans} = heap.columns;
    const sizes = [...objects.type].flatMap((type, object) => (type === handle ? [spans.slotSize[object]!] : []));
    expect(found.count).toBeGreaterThanOrEqual(sizes.length - 1); // the one whose finalizer is running is in no queue
    expect(sizes.length).toBe(10_000);
    const array = 1016; // with its header of 16 bytes
    expect(found.bytes).toBeGreaterThanOrEqual((sizes.length - 1) * (sizes[0]! + array));
    expect(found.sentence).toMatch(/^(9,999|10,\d\d\d) objects wait for their finalizers, which one thread calls/);
  });

  test('equal texts are counted: all but one of each', async () => {
    await using heap = await leak('texts');
    const waste = heap.suspects().filter(({kind}) => kind === 'duplicates');
    expect(waste).toEqual([]); // less than is worth a finding
    const row = listWaste(heap).find(({kind, path}) => kind === 'duplicate-string' && path?.startsWith('Leaks.texts'));
    expect(row?.count).toBe(10_000 - 100);
  });

  test('the comparison of two dumps names what grew', async () => {
    for (const kind of ['map', 'grown']) await (await leak(kind)).close();
    const files = ['map', 'grown'].map((kind) => join(folder, `${version}-${kind}.hprof`));
    const environment = {XDG_CACHE_HOME: folder};
    const {sentences} = await goheapJson<HeapDiff>(['diff', ...files], {environment});
    expect(sentences[1]).toMatch(/^`Leaks\.sessions` grew from 10,000 to 20,000 objects of Leaks\$Session/);
  });
});
