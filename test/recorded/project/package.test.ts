/**
 * What npm would publish is all that runs, and no more: the files that package.json lists, alone in a folder, convert a core and can be
 * imported; each of them is used, and what the documents link to is among them. test/live/installed.test.ts installs it.
 */
import {cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join, normalize} from 'node:path';
import {brotliDecompressSync} from 'node:zlib';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {spawnSync} from '../../kit/child-process.js';
import {unpackFixture} from '../../kit/fixtures.js';
import {ROOT, readProjectFile} from '../../kit/source-files.js';

const folder = mkdtempSync(join(tmpdir(), 'goheap-package-'));
let files: string[] = [];
let packedBytes = 0;
let isExecutable = false;

beforeAll(() => {
  const {stdout} = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {cwd: ROOT, encoding: 'utf8'});
  const [packed] = JSON.parse(stdout) as [{size: number; files: {path: string; mode: number}[]}];
  files = packed.files.map(({path}) => path);
  packedBytes = packed.size;
  isExecutable = packed.files.some(({path, mode}) => path === 'bin/run.js' && (mode & 0o111) === 0o111);
  for (const path of files) cpSync(join(ROOT, path), join(folder, path));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
});
afterAll(() => rmSync(folder, {recursive: true}));

function node(...args: string[]) {
  return spawnSync(process.execPath, args, {cwd: folder, encoding: 'utf8'});
}

test('the command line converts a core', () => {
  const {core, executable} = unpackFixture('tiny-1.26.8');
  const run = node('bin/run.js', 'convert', core, '--exe', executable, '--to', 'sqlite', '-o', 'heap.db', '--quiet');
  expect([run.status, run.stderr]).toEqual([0, '']);
  const query = node('bin/run.js', 'query', 'heap.db', 'SELECT count(*) > 0 AS found FROM histogram', '--csv');
  expect(query.stdout).toBe('found\n1\n');
});

const {exports, oclif} = JSON.parse(readProjectFile('package.json')) as {
  exports: Record<string, {types: string; default: string} | string>;
  oclif: {hooks: Record<string, string>};
};
test.each(Object.entries(exports).filter(([, target]) => typeof target === 'object'))(
  '%s can be imported, and has types',
  (path, target) => {
    const program = `console.log(Object.keys(await import('goheap${path.slice(1)}')).length > 0)`;
    expect(node('--input-type=module', '-e', program)).toMatchObject({stdout: 'true\n', stderr: ''});
    expect(files).toContain((target as {types: string}).types.slice(2));
  },
);

test('it is small, and starts', () => {
  expect(packedBytes).toBeLessThan(1_250_000);
  expect(packedBytes).toBeGreaterThan(0);
  expect(isExecutable).toBe(true);
});

describe('every file is used', () => {
  const read = (path: string) => readProjectFile(path);
  /** The entries, and what they name one after the other. */
  const closure = (entries: readonly string[], namedBy: (path: string) => string[]): Set<string> => {
    const found = new Set(entries);
    for (const path of found) for (const named of namedBy(path)) if (files.includes(named)) found.add(named);
    return found;
  };
  const relativeTo = (path: string, name: string) => normalize(join(dirname(path), name));
  const REFERENCE = /(?:\bfrom|\bimport|\bimport\(|\bnew URL\()\s*["'](\.{1,2}\/[^"']+)["']/g;
  const modulesOf = (path: string) => {
    const ending = path.endsWith('.br') ? '.br' : ''; // the page's files are compressed, and import each other by their names
    const text = ending === '' ? read(path) : brotliDecompressSync(readFileSync(join(ROOT, path))).toString();
    return [...text.matchAll(REFERENCE)].map(([, name]) => relativeTo(path, name!) + ending);
  };

  test('no kinds of files but those that are checked here', () => {
    const kinds = new Set(files.map((path) => /(\.d)?\.\w+$/.exec(path)?.[0] ?? path));
    expect([...kinds].sort()).toEqual(
      ['.br', '.d.ts', '.go', '.html', '.js', '.json', '.md', '.mod', '.proto', '.sql', '.ts', '.txt', '.wasm', 'LICENSE'].sort(),
    );
    const sources = files.filter((path) => /^(test|fixtures|src|dist\/(test|bench))\//.test(path));
    expect(sources.filter((path) => !/^src\/(checks\/rules|fleet\/questions)\/[\w-]+\.sql$/.test(path))).toEqual([
      'fixtures/programs/leak/main.go',
    ]);
  });

  test('modules: an entry point, a command or the page reaches them', () => {
    const scripts = files.filter((path) => /\.js(\.br)?$/.test(path));
    const page = [...read('dist/viewer/index.html').matchAll(/="\/([^"]+)"/g)].map(
      ([, name]) => `dist/viewer/${name}${name === 'NOTICE.txt' ? '' : '.br'}`,
    );
    const exported = Object.values(exports).flatMap((target) => (typeof target === 'string' ? [] : [target.default.slice(2)]));
    const commands = scripts.filter((path) => path.startsWith('dist/src/commands/'));
    const hooks = Object.values(oclif.hooks).map((path) => `${path.slice(2)}.js`);
    const reached = closure(['bin/run.js', ...exported, ...commands, ...hooks, ...page], (path) =>
      scripts.includes(path) ? modulesOf(path) : [],
    );
    expect(scripts.filter((path) => !reached.has(path))).toEqual([]);
    for (const path of page) expect(files).toContain(path);
    expect(files.filter((path) => path.endsWith('.css.br')).every((path) => reached.has(path))).toBe(true);
  });

  test('declarations: an exported type needs them', () => {
    const exported = Object.values(exports).flatMap((target) => (typeof target === 'string' ? [] : [target.types.slice(2)]));
    const reached = closure(exported, (path) => modulesOf(path).map((name) => name.replace(/\.js$/, '.d.ts')));
    expect(files.filter((path) => path.endsWith('.d.ts') && !reached.has(path))).toEqual([]);
  });

  test('documents: README.md leads to them, and their links lead into the package', () => {
    const documents = files.filter((path) => path.endsWith('.md') || path.startsWith('docs/'));
    const broken: string[] = [];
    const linkedBy = (path: string): string[] => {
      if (!path.endsWith('.md')) return [];
      const targets = [...read(path).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target]) => target!);
      const own = targets.filter((target) => !target.includes('://')).map((target) => relativeTo(path, target));
      for (const target of own) {
        // Pictures stay in the repository, from where npm's page of the package takes them.
        const isThere = /^docs\/screenshots\//.test(target) ? existsSync(join(ROOT, target)) : files.includes(target);
        if (!isThere) broken.push(`${path}: ${target}`);
      }
      return own;
    };
    const reached = closure(['README.md', 'CHANGELOG.md'], linkedBy);
    expect(broken).toEqual([]);
    expect(documents.filter((path) => !reached.has(path))).toEqual([]);
  });
});

test('package.json says where the project is, and refuses no system', () => {
  const description = JSON.parse(readProjectFile('package.json')) as Record<string, unknown> & {sideEffects: string[]};
  for (const key of ['repository', 'homepage', 'bugs', 'keywords', 'license']) expect(description).toHaveProperty(key);
  for (const key of ['os', 'cpu', 'libc']) expect(description).not.toHaveProperty(key);
  for (const path of description.sideEffects) expect(files).toContain(path.slice(2));
});
