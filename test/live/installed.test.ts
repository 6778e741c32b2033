/**
 * What a user gets: the packed tarball, installed in an empty project on each Node that goheap runs on, without a compiler and within a
 * minute, converts a core, and its types and modules serve TypeScript programs under both ways of finding modules.
 */
import {globSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {unpackFixture} from '../kit/fixtures.js';
import {bareEnvironment, installPackage, packProject, run} from '../kit/installed-package.js';
import {type NodeMajor, nodeFolder} from '../kit/other-nodes.js';
import {ROOT, readProjectFile} from '../kit/source-files.js';

const MOST_MS = 60_000;
const MAJORS = [22, 24, 26] as const satisfies NodeMajor[];
const RESOLUTIONS = [
  {module: 'nodenext', moduleResolution: 'nodenext'},
  {module: 'esnext', moduleResolution: 'bundler'},
];

/** Opens a core and a database, and prints what they agree on. */
const PROGRAM = `
import {type NodeId, openHeap} from 'goheap';
import {formats} from 'goheap/formats';
import {openDatabase} from 'goheap/sql';

const [core, executable, path] = process.argv.slice(2) as [string, string, string];
await using opened = await openHeap(core, {executable});
const heap = await opened.analyze();
const ids: NodeId[] = [...heap.objects()];
const database = await openDatabase(path);
const [row] = await database.rows<{count: number}>('SELECT count(*) AS count FROM objects');
await database.close();
console.log(JSON.stringify({objects: ids.length, stored: row?.count, formats: formats.map(({name}) => name)}));
`;

const folder = mkdtempSync(join(tmpdir(), 'goheap-installed-'));
let tarball = '';
beforeAll(() => {
  tarball = packProject(folder);
});
afterAll(() => rmSync(folder, {recursive: true}));

describe.each(MAJORS)('Node %i', (major) => {
  const project = mkdtempSync(join(folder, `${major}-`));
  const node = nodeFolder(major);
  const options = {cwd: project, env: bareEnvironment(node)};
  const {core, executable} = unpackFixture('tiny-1.26.8');

  test('npm install, without a compiler', () => {
    const started = performance.now();
    installPackage(tarball, project, node);
    expect(performance.now() - started).toBeLessThan(MOST_MS);
  });

  test('the command converts a core', () => {
    const goheap = join(project, 'node_modules', '.bin', 'goheap');
    expect(run(goheap, ['--version'], options).stdout).toContain(`node-v${major}.`);
    const {stderr} = run(goheap, ['convert', core, '--exe', executable, '--to', 'sqlite', '-o', 'heap.db', '--quiet'], options);
    expect(stderr).toBe('');
    expect(run(goheap, ['top', 'heap.db', '--all'], options).stdout).toContain('main.');
  });

  test.each(RESOLUTIONS)('the library, compiled with $moduleResolution', (resolution) => {
    const strict = {strict: true, skipLibCheck: false, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true};
    const types = {types: ['node'], typeRoots: [join(ROOT, 'node_modules', '@types')], lib: ['es2023', 'esnext.disposable']};
    const compilerOptions = {target: 'es2022', ...resolution, ...strict, ...types};
    writeFileSync(join(project, 'program.ts'), PROGRAM);
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({compilerOptions, files: ['program.ts']}));
    run(process.execPath, [join(ROOT, 'node_modules', '.bin', 'tsc'), '-p', '.'], {...options, env: process.env});
    const {stdout} = run(join(node, 'node'), ['program.js', core, executable, 'heap.db'], options);
    const {objects, stored, formats} = JSON.parse(stdout) as {objects: number; stored: number; formats: string[]};
    expect(objects).toBeGreaterThan(0);
    expect(stored).toBe(objects);
    expect(formats).toContain('sqlite');
  });

  test('the notices are there, and one copy of oclif', () => {
    const installed = join(project, 'node_modules', 'goheap');
    for (const path of ['LICENSE', 'SECURITY.md', 'dist/viewer/NOTICE.txt'])
      expect(readFileSync(join(installed, path), 'utf8')).toBe(readProjectFile(path));
    expect(globSync('**/@oclif/core/package.json', {cwd: join(project, 'node_modules')})).toEqual(['@oclif/core/package.json']);
  });
});
