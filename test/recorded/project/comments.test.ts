/**
 * Files that comments and documents name exist: nothing points to a paper that is not here, or to a file that was renamed.
 * A name is a path from the root, from the file that says it, or the last parts of a path (`heap-graph.ts`, `base/units.ts`);
 * `graph.js` is what graph.ts becomes. Sources of Go and of the kernel, which readers are written from, are not ours to check.
 */
import {existsSync} from 'node:fs';
import {dirname, extname, join, normalize} from 'node:path';
import {expect, test} from 'vitest';
import {projectFiles, ROOT, readProjectFile} from '../../kit/source-files.js';

const FILES = projectFiles();
const TAILS = new Set(FILES.flatMap((path) => path.split('/').map((_, depth, parts) => parts.slice(depth).join('/'))));
const FOLDERS = new Set(FILES.flatMap((path) => path.split('/').map((_, depth, parts) => parts.slice(0, depth).join('/'))));
const OWN = [...new Set(FILES.filter((path) => path.includes('/')).map((path) => path.split('/')[0]!))];

/** What is named although it is not in the repository. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'truth.json': 'written by the fixture programs',
  'module.js': 'an exporter of the user',
  'out/biggest.js': 'what the user compiles',
  'out/tenants.js': 'what the user compiles',
  'out/checker.js': 'what the user compiles',
  'out/summary.js': 'what the user compiles',
  'src/runtime/layouts/go-1-28.ts': 'what fixtures/make-layouts.js will write',
  '.goreleaser.yml': "of somebody else's program",
  'ParseHeapDump.sh': 'of Eclipse MAT',
  'lz4_Block_format.md': 'of LZ4',
  'lz4_Frame_format.md': 'of LZ4',
};

const COMMENT = /(?<=^|\s)\/\*.*?\*\/|(?<=^|\s)\/\/\s[^\n]*/gms;
const HASH = /(?<=^|\s)#\s[^\n]*/g;
const PROSE: Readonly<Record<string, (text: string) => readonly string[]>> = {
  '.ts': (text) => text.match(COMMENT) ?? [],
  '.tsx': (text) => text.match(COMMENT) ?? [],
  '.js': (text) => text.match(COMMENT) ?? [],
  '.go': (text) => text.match(COMMENT) ?? [],
  '.sql': (text) => text.match(/--[^\n]*/g) ?? [],
  '.sh': (text) => text.match(HASH) ?? [],
  '.md': (text) => [text.replaceAll(/^```.*?^```$/gms, '')],
};

/** A name with one of these extensions, or a path into a folder of ours; no part of an address, a pattern or a placeholder. */
const FILE = /(?<![\w./@<>*$:-])(?:\.\.?\/)*((?:[\w@.-]+\/)*[\w.-]+\.(?:ts|tsx|js|md|sql|sh|json|yml))(?![\w*/<-])/g;
const PATH = new RegExp(
  `(?<![\\w./@<>*$:-])((?:${OWN.map((name) => name.replace('.', '\\.')).join('|')})/[\\w@./-]*\\w)(?![-\\w*<{…])`,
  'g',
);

function namesIn(path: string): string[] {
  const parts = PROSE[extname(path)]?.(readProjectFile(path)) ?? [];
  return parts.flatMap((text) => [...text.matchAll(FILE), ...text.matchAll(PATH)].map(([, name]) => name!));
}

function exists(name: string, from: string): boolean {
  const source = name.replace(/\.js$/, '.ts');
  const relative = normalize(join(dirname(from), name));
  return name in ELSEWHERE || TAILS.has(name) || TAILS.has(source) || FOLDERS.has(name) || TAILS.has(relative) || FOLDERS.has(relative);
}

/** Decisions tell of what was as well. */
const sources = FILES.filter((path) => !/^(fixtures\/cores|docs\/decisions)\//.test(path));

test('every file that a comment or a document names exists', () => {
  const named = sources.flatMap((path) => namesIn(path).map((name) => ({path, name})));
  expect(named.length).toBeGreaterThan(300);
  const missing = named.filter(({path, name}) => !exists(name, path)).map(({path, name}) => `${path}: ${name}`);
  expect([...new Set(missing)]).toEqual([]);
  const used = new Set(named.map(({name}) => name));
  expect(Object.keys(ELSEWHERE).filter((name) => !used.has(name) || TAILS.has(name))).toEqual([]);
});

test('the scan finds a name in a comment, and nothing in code', () => {
  const scan = (extension: string, text: string) =>
    PROSE[extension]!(text).flatMap((part) => [...part.matchAll(FILE)].map(([, name]) => name));
  expect(scan('.ts', "/** See README.md. */\nimport './code.js'; // and base/units.ts\n")).toEqual(['README.md', 'base/units.ts']);
  expect(scan('.sql', "SELECT 'a.ts'; -- told in docs/b.md")).toEqual(['docs/b.md']);
  expect(scan('.md', 'A https://host/c.md, `d.sql`, src/<name>/e.ts\n```\nf.ts\n```\n')).toEqual(['d.sql']);
  expect(exists('PAPER.md', 'src/index.ts')).toBe(false);
});

const LINK = /\]\(([^)\s]+)\)/g;
const slug = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');

function headingsOf(path: string): string[] {
  return (PROSE['.md']!(readProjectFile(path))[0]!.match(/^#+ .*$/gm) ?? []).map((line) => slug(line.replace(/^#+ /, '')));
}

test('every link in a document leads to a file of the repository and to a heading that it has', () => {
  const broken: string[] = [];
  for (const path of FILES.filter((name) => name.endsWith('.md'))) {
    for (const [, link] of PROSE['.md']!(readProjectFile(path))[0]!.matchAll(LINK)) {
      if (/^[a-z]+:/.test(link!)) continue;
      const [file, heading] = link!.split('#') as [string, string?];
      const target = file === '' ? path : normalize(join(dirname(path), file));
      const hasHeading = heading === undefined || !target.endsWith('.md') || headingsOf(target).includes(heading);
      if (!existsSync(join(ROOT, target)) || !hasHeading) broken.push(`${path}: ${link}`);
    }
  }
  expect(broken).toEqual([]);
});
