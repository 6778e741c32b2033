/**
 * The page as it is built: small enough at the start, nothing inline or from elsewhere, and no way for text of a dump to become markup.
 */
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {brotliDecompressSync} from 'node:zlib';
import {build} from 'esbuild';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {projectFiles, ROOT, readProjectFile} from '../../../kit/source-files.js';

/** As the browser's transferSize counts them: for headers it takes 300. */
const MOST_FIRST_BYTES = 60_000;
const MOST_SCREEN_BYTES = 12_000;
const HEADER_BYTES = 300;

const folder = mkdtempSync(join(tmpdir(), 'goheap-page-'));
let first: readonly string[] = [];

beforeAll(async () => {
  const program: string = '../../../../viewer/build.js'; // JavaScript: not part of the type check
  const {buildViewer} = (await import(program)) as {buildViewer: (folder: string) => Promise<string[]>};
  first = await buildViewer(folder);
  expect(await buildViewer(folder)).toEqual(first); // the same sources, the same names; nothing of the first run is left
});
afterAll(() => rmSync(folder, {recursive: true}));

/** Without the ending of what is compressed. */
const names = () => readdirSync(folder).map((name) => name.replace(/\.br$/, ''));
const stored = (name: string) => readFileSync(join(folder, existsSync(join(folder, name)) ? name : `${name}.br`));
const read = (name: string) => (existsSync(join(folder, name)) ? stored(name) : brotliDecompressSync(stored(name)));
const wireBytes = (files: readonly string[]) => files.reduce((sum, name) => sum + stored(name).length + HEADER_BYTES, 0);
const importsOf = (name: string) =>
  [
    ...read(name)
      .toString()
      .matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+)"/g),
  ].map(([, imported]) => imported!);

test('the first load is small', () => {
  expect(wireBytes(first)).toBeLessThan(MOST_FIRST_BYTES);
  expect(first.length).toBeGreaterThan(2);
});

test('each further screen is small, whichever comes first; the editor apart', () => {
  const scripts = first.filter((name) => name.endsWith('.js'));
  const later = scripts.flatMap((name) =>
    [
      ...read(name)
        .toString()
        .matchAll(/\bimport\("\.\/([^"]+)"\)/g),
    ].map(([, lazy]) => lazy!),
  );
  const screens = new Set(later);
  expect(screens.size).toBeGreaterThan(8);
  for (const screen of screens) {
    const files = new Set([screen]);
    for (const name of files) for (const imported of importsOf(name)) if (!first.includes(imported)) files.add(imported);
    expect(wireBytes([...files]), screen).toBeLessThan(MOST_SCREEN_BYTES);
  }
});

test('the first load is complete, and without the editor', () => {
  const imported = first.filter((name) => name.endsWith('.js')).flatMap(importsOf);
  expect(imported.filter((name) => !first.includes(name))).toEqual([]);
  expect(first.some((name) => read(name).includes('cm-editor'))).toBe(false);
  expect(names().some((name) => read(name).includes('cm-editor'))).toBe(true);
});

test('index.html names its files and has nothing inline', () => {
  const html = read('index.html').toString();
  for (const name of first.slice(1)) expect(html).toContain(`"/${name}"`);
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|<script[^>]*>[^<]/i);
});

test('no file asks for anything from elsewhere', () => {
  for (const name of names().filter((name) => name !== 'NOTICE.txt')) {
    const addresses = [
      ...read(name)
        .toString()
        .matchAll(/https?:\/\/[^\s"'`)]+/g),
    ].map(([address]) => new URL(address).hostname);
    expect(addresses.filter((host) => host !== 'www.w3.org')).toEqual([]); // names of XML namespaces
  }
});

test('text never becomes markup or program', () => {
  const sources = projectFiles().filter((path) => /^viewer\/app\/.*\.tsx?$/.test(path));
  expect(sources.length).toBeGreaterThan(30);
  const dangerous =
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|\beval\(|new Function|javascript:/;
  expect(sources.filter((path) => dangerous.test(readProjectFile(path)))).toEqual([]);
});

test('the licence of every package in the page is beside it', async () => {
  const {metafile} = await build({
    entryPoints: [join(ROOT, 'viewer/app/main.tsx')],
    absWorkingDir: ROOT,
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    metafile: true,
    write: false,
    tsconfig: join(ROOT, 'viewer/app/tsconfig.json'),
  });
  const notice = read('NOTICE.txt').toString();
  const used = Object.values(metafile.outputs).flatMap(({inputs}) => Object.keys(inputs).filter((path) => inputs[path]!.bytesInOutput > 0));
  const packages = new Set(used.flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []));
  expect([...packages]).toEqual(expect.arrayContaining(['preact', '@preact/signals', '@codemirror/view', '@lezer/common', 'd3-hierarchy']));
  for (const name of packages) {
    const {version} = JSON.parse(readProjectFile(`node_modules/${name}/package.json`)) as {version: string};
    expect(notice).toContain(`${name} ${version} (`);
    expect(notice).toContain(readProjectFile(`node_modules/${name}/LICENSE`).trim());
  }
  expect(read('index.html').toString()).toContain('<link rel="license" href="/NOTICE.txt"');
});
