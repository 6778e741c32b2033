/**
 * The rules of ARCHITECTURE.md that a program can check: who may import whom, where Node and third-party packages may be
 * used, how long a file may be. The tables below are the rules; a failure names the file and the import.
 */
import {describe, expect, test} from 'vitest';
import {exportsOf, findImportCircles, importsOf, projectFiles, readProjectFile} from '../../kit/source-files.js';

const STAGES = ['base', 'elf', 'dwarf', 'image', 'runtime', 'heapdump', 'hprof', 'heap', 'types', 'graph', 'values', 'analyses', 'sql'].map(
  (layer) => `src/${layer}`,
);
const BEFORE_TYPES = ['src/base', 'src/dwarf', 'src/image', 'src/runtime', 'src/graph'];

/**
 * Layer → what its files may import besides the layer itself: folders or files. 'type:' in front allows types only. The most
 * specific line counts.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/base': [],
  'src/elf': ['src/base'],
  'src/dwarf': ['src/base'],
  'src/graph': ['src/base'],
  'src/image': ['src/base', 'src/elf'],
  'src/runtime': ['src/base', 'src/dwarf', 'src/image', 'type:src/graph'], // spans are read into the columns of the graph
  'src/heapdump': ['src/base', 'src/elf', 'src/image', 'src/runtime'],
  'src/hprof': ['src/base', 'src/image', 'src/graph'],
  'src/heap': ['src/base', 'src/image', 'src/runtime', 'type:src/heapdump', 'src/graph'],
  'src/types/catalog': BEFORE_TYPES,
  'src/types/evidence': [...BEFORE_TYPES, 'src/types/catalog'],
  'src/types/assign': [...BEFORE_TYPES, 'src/types/catalog', 'src/types/evidence'],
  'src/types/walk': [...BEFORE_TYPES, 'src/types/catalog'],
  'src/values': ['src/base', 'src/graph'],
  'src/analyses': ['src/base', 'src/graph'],
  'src/answers': ['src/base', 'src/graph', 'src/values', 'src/analyses'],
  'src/findings': ['src/base', 'src/graph', 'src/values', 'src/analyses', 'src/answers'],
  'src/privacy': ['src/base', 'src/graph'],
  'src/tables': ['src/base', 'src/graph', 'src/values', 'src/analyses', 'src/answers', 'src/findings', 'src/privacy'],
  'src/sql': ['src/base', 'src/graph', 'type:src/analyses'], // a database is read back with the results of the analyses
  'src/capture': ['src/base', 'src/elf'],
  'src/open-core-heap.ts': STAGES,
  'src/library': [...STAGES, 'src/answers', 'src/findings', 'src/open-core-heap.ts', 'type:formats/exporter.ts'],
  'src/index.ts': [...STAGES, 'src/answers', 'src/findings', 'src/library', 'type:formats/exporter.ts'],
  'src/unstable.ts': [...STAGES, 'src/findings', 'src/library'],
  'src/database/queries': ['src/base'],
  'src/database': [
    'src/base',
    'src/graph',
    'src/values',
    'src/analyses',
    'src/answers',
    'src/findings',
    'src/image',
    'src/hprof',
    'src/sql',
    'src/open-core-heap.ts',
    'src/library',
    'formats/sqlite',
  ],
  'src/cli': [
    'src/base',
    'src/graph',
    'type:src/findings',
    'src/findings/heap-rows.ts',
    'src/sql',
    'src/library',
    'src/database',
    'formats/index.ts',
  ],
  'src/checks': ['src/base', 'src/sql', 'src/database', 'src/workers'],
  'src/report': ['src/base', 'src/graph/language.ts', 'src/cli', 'src/sql', 'src/database', 'src/findings/heap-rows.ts'],
  'src/fleet': ['src/base', 'src/sql', 'src/library', 'src/database', 'formats/parquet'],
  'src/workers': ['src/base'],
  'src/mcp': ['src/base', 'src/cli', 'src/sql', 'src/database', 'src/workers'],
  'src/commands': ['src', 'formats', 'viewer'],
  'formats/exporter.ts': ['src/base', 'src/graph', 'type:src/analyses'],
  'formats/index.ts': ['formats'],
  formats: [
    'src/base',
    'src/graph',
    'src/values',
    'src/analyses',
    'src/answers',
    'src/privacy',
    'src/tables',
    'src/sql',
    'formats/exporter.ts',
  ],
  'viewer/protocol.ts': ['src/base/failure.ts'],
  'viewer/long-protocol.ts': ['viewer/protocol.ts'],
  'viewer/server': [
    'src/base',
    'src/values',
    'src/sql',
    'src/library',
    'src/database',
    'src/workers',
    'viewer/protocol.ts',
    'viewer/long-protocol.ts',
  ],
  'viewer/app': [
    'src/base/collector-words.ts',
    'type:src/base/failure.ts',
    'type:src/base/stage-progress.ts',
    'src/base/format-bytes.ts',
    'src/base/shell-word.ts',
    'src/database/queries',
    'viewer/protocol.ts',
    'viewer/long-protocol.ts',
  ],
};

/** Who may import these at all, whatever the table above says. */
const ONLY_IMPORTED_BY: Readonly<Record<string, readonly string[]>> = {
  'src/commands': ['src/commands'],
  'src/cli': ['src/cli', 'src/report', 'src/mcp', 'src/commands'],
  'src/mcp': ['src/mcp', 'src/commands'],
  'src/fleet': ['src/fleet', 'src/commands'],
  'src/report': ['src/report', 'src/commands'],
  'src/database': [
    'src/database',
    'src/checks',
    'src/fleet',
    'src/cli',
    'src/report',
    'src/mcp',
    'src/commands',
    'viewer/server',
    'viewer/app',
  ],
  'viewer/server': ['viewer/server', 'src/commands'],
  'src/workers': ['src/workers', 'src/checks', 'src/mcp', 'viewer/server'],
};

/** Third-party packages: the one place that may import each. `cli` is what the commands share. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  '@duckdb/node-api': ['src/fleet'],
  '@oclif/core': ['src/commands', 'src/cli'],
  '@oclif/plugin-not-found': ['src/cli/command-not-found.ts'],
  '@modelcontextprotocol/server': ['src/mcp/load-sdk.ts', 'src/mcp/serve-mcp.ts'],
  'better-sqlite3': ['src/sql'],
  preact: ['viewer/app'],
  '@preact/signals': ['viewer/app'],
  'd3-hierarchy': ['viewer/app/widgets'],
  '@codemirror/autocomplete': ['viewer/app/widgets/sql-editor.ts'],
  '@codemirror/commands': ['viewer/app/widgets/sql-editor.ts'],
  '@codemirror/lang-sql': ['viewer/app/widgets/sql-editor.ts'],
  '@codemirror/language': ['viewer/app/widgets/sql-editor.ts'],
  '@codemirror/state': ['viewer/app/widgets/sql-editor.ts'],
  '@codemirror/view': ['viewer/app/widgets/sql-editor.ts'],
  'hyparquet-writer': ['formats/parquet'],
  pako: ['formats/pprof'],
  protobufjs: ['formats/pprof'],
  re2js: ['src/database/match-expression.ts'],
};

/** Where Node's own modules may be used: files at the edge, so that everything else runs in a browser. */
const NODE_MODULES_IN = [
  /^src\/base\/(compiled-module|file-source|free-room|package-file|write-whole|writing-process)\.ts$/,
  /^src\/image\//,
  /^src\/sql\//,
  /^src\/(capture|cli|commands|database|fleet|mcp|workers)\/|^src\/checks\/(rules|rule-process)\.ts$/,
  /^viewer\/server\//,
  /^formats\/\w+\/export-\w+\.ts$/,
  /^src\/analyses\/(analyze-aside|analysis-thread|answer-thread)\.ts$/, // threads and their entries
  /^src\/base\/ordered-threads\.ts$/, // threads in general
  /^src\/heap\/trace-thread\.ts$/, // the entry of some
  /^src\/open-core-heap\.ts$/, // how many there may be
];
/** The library's own dealings with the file system: whether an exporter has written. */
const NODE_MODULES_IN_LIBRARY = [/^src\/library\/write-heap\.ts$/];

/** Each folder's entry, and each format's. */
const SAME_IN_EVERY_FOLDER = ['index.ts', 'export.ts'];

const MOST_LINES = 400;
const MANY_LINES = 300;

const sources = projectFiles().filter((path) => /^(src|formats|viewer)\/.*\.tsx?$/.test(path));

function isIn(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}

function layerOf(path: string): string | undefined {
  return Object.keys(MAY_IMPORT)
    .filter((layer) => isIn(path, layer))
    .sort((a, b) => b.length - a.length)[0];
}

/** formats/<x> is one layer each: a format never imports another. */
function ownFolder(path: string, layer: string): string {
  return layer === 'formats' ? path.split('/').slice(0, 2).join('/') : layer;
}

function groupByName(pairs: readonly (readonly [name: string, path: string])[]): Map<string, Set<string>> {
  const places = new Map<string, Set<string>>();
  for (const [name, path] of pairs) places.set(name, (places.get(name) ?? new Set()).add(path));
  return places;
}

function repeated(places: ReadonlyMap<string, ReadonlySet<string>>, allowed: readonly string[]): string[] {
  return [...places]
    .filter(([name, paths]) => paths.size > 1 && !allowed.includes(name))
    .map(([name, paths]) => `${name}: ${[...paths].join(', ')}`);
}

describe('imports', () => {
  test('every source file belongs to a layer', () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(sources.filter((path) => layerOf(path) === undefined)).toEqual([]);
  });

  test('go only where the table allows', () => {
    const wrong: string[] = [];
    for (const path of sources) {
      const layer = layerOf(path);
      if (layer === undefined) continue;
      for (const {target, isOwn, isTypeOnly} of importsOf(path)) {
        if (!isOwn || isIn(target, ownFolder(path, layer))) continue;
        const isAllowed = MAY_IMPORT[layer]!.some((rule) =>
          rule.startsWith('type:') ? isTypeOnly && isIn(target, rule.slice(5)) : isIn(target, rule),
        );
        if (!isAllowed) wrong.push(`${path} imports ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('go in no circle, those of types included', () => {
    const targets = (path: string) => importsOf(path).map(({target}) => target);
    expect(findImportCircles(sources, targets).map((circle) => [...circle, circle[0]].join(' → '))).toEqual([]);
  });

  test('in a circle would be found', () => {
    const imports: Record<string, string[]> = {a: ['b'], b: ['c', 'd'], c: ['e'], d: ['a'], e: ['b', 'x'], f: ['f']};
    expect(findImportCircles(Object.keys(imports), (path) => imports[path] ?? [])).toEqual([['a', 'b', 'd'], ['c', 'e', 'b'], ['f']]);
  });

  test('of commands and of what they share come from commands alone', () => {
    const wrong = sources.flatMap((path) =>
      importsOf(path)
        .filter(({target}) =>
          Object.entries(ONLY_IMPORTED_BY).some(([place, by]) => isIn(target, place) && !by.some((who) => isIn(path, who))),
        )
        .map(({target}) => `${path} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test('of packages are in one place each', () => {
    const wrong: string[] = [];
    for (const path of sources) {
      for (const {target, isOwn} of importsOf(path)) {
        if (isOwn || target.startsWith('node:')) continue;
        if (!PACKAGES[target]?.some((place) => isIn(path, place))) wrong.push(`${path} imports ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("of Node's modules are at the edge", () => {
    const allowed = [...NODE_MODULES_IN, ...NODE_MODULES_IN_LIBRARY];
    const wrong = sources.flatMap((path) =>
      importsOf(path)
        .filter(({target}) => target.startsWith('node:') && !allowed.some((place) => place.test(path)))
        .map(({target}) => `${path} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test('name a file with its ending', () => {
    const files = new Set(projectFiles());
    const wrong = sources.flatMap((path) =>
      importsOf(path)
        .filter(({target, isOwn}) => isOwn && !files.has(target))
        .map(({target}) => `${path} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('names', () => {
  /** Files of commands are named after the command, and so are their classes. */
  const named = sources.filter((path) => !isIn(path, 'src/commands'));

  test('of files stand once, where they mean different things', () => {
    const places = groupByName(named.map((path) => [path.split('/').at(-1)!, path]));
    expect(repeated(places, SAME_IN_EVERY_FOLDER)).toEqual([]);
  });

  test('of exports stand once', () => {
    const exported = named.flatMap((path) => exportsOf(path).map((name) => [name, path] as const));
    expect(repeated(groupByName(exported), [])).toEqual([]);
  });
});

describe('files', () => {
  test('the tables of this test name only what exists', () => {
    const everywhere = projectFiles();
    const places = [...Object.keys(MAY_IMPORT), ...Object.values(PACKAGES).flat()].filter(
      (place) => !everywhere.some((path) => isIn(path, place)),
    );
    expect(places).toEqual([]);
  });

  test('are short', () => {
    const lengths = projectFiles()
      .filter((path) => /^(src|formats|viewer|test|bench|bin)\/.*\.[jt]sx?$/.test(path))
      .map((path) => ({path, lines: readProjectFile(path).split('\n').length - 1}));
    const many = lengths.filter(({lines}) => lines > MANY_LINES && lines <= MOST_LINES);
    if (many.length > 0) console.warn(`More than ${MANY_LINES} lines: ${many.map(({path, lines}) => `${path} (${lines})`).join(', ')}`);
    expect(lengths.filter(({lines}) => lines > MOST_LINES)).toEqual([]);
  });

  test('open with what they are', () => {
    const open = sources.filter((path) => !path.endsWith('.d.ts') && !/^\/\*\*\n(?: \*.*\n)+ \*\/\n/.test(readProjectFile(path)));
    expect(open).toEqual([]);
  });

  test('are named in kebab-case', () => {
    expect(sources.filter((path) => !/^[a-z0-9-]+(\.[a-z]+)?\.tsx?$/.test(path.split('/').at(-1)!))).toEqual([]);
  });

  test('that only pass on exports are the entry points of the package', () => {
    const isBarrel = (path: string) => {
      const code = readProjectFile(path)
        .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
        .trim();
      const statements = code.split(/;\s*/).filter((statement) => statement !== '');
      return statements.length > 1 && statements.every((statement) => /^export\s[\s\S]*\sfrom\s/.test(statement));
    };
    const entryPoints = ['src/index.ts', 'src/unstable.ts', 'src/sql/index.ts', 'formats/index.ts'];
    expect(sources.filter((path) => isBarrel(path) && !entryPoints.includes(path))).toEqual([]);
  });
});
