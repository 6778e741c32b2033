/**
 * viewer/app → one folder of static files: index.html, the entry with what it imports, a file a screen, one style sheet. Names carry a hash of
 * their content, so that a browser may keep them for ever, and `.br`: they are written compressed, and the server unpacks them for who cannot. Nothing is inline: the server's content security policy allows files only.
 * NOTICE.txt has the licences of the packages whose code is in them. Run as a program it writes dist/viewer; tests build elsewhere with `buildViewer`.
 */
import {existsSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {brotliCompressSync} from 'node:zlib';
import {build, context} from 'esbuild';
import {licenceText} from '../bin/licences.js';

const HERE = dirname(fileURLToPath(import.meta.url));
const ENTRY = join(HERE, 'app', 'main.tsx');
/** A file of an earlier build; compiled modules of the server beside them have no hash. */
const HASHED = /-[0-9A-Z]{8}\.(js|css)\.br$/;

/** Writes the page into `folder` and returns the names of the files that a browser loads first. */
export async function buildViewer(folder) {
  return writePage(folder, await build(optionsFor(folder)));
}

/** Writes it now, and again whenever a source changes, until the context that it gives is disposed of. */
export async function watchViewer(folder) {
  const writing = {
    name: 'write-page',
    setup: ({onEnd}) =>
      onEnd((result) => {
        if (result.errors.length === 0) writePage(folder, result);
      }),
  };
  const watching = await context({...optionsFor(folder), plugins: [writing]});
  await watching.watch();
  return watching;
}

function optionsFor(folder) {
  return {
    entryPoints: [ENTRY],
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    tsconfig: join(HERE, 'app', 'tsconfig.json'),
    metafile: true,
    write: false,
    logLevel: 'warning',
  };
}

function writePage(folder, {metafile, outputFiles}) {
  const first = firstFiles(metafile);
  const names = outputFiles.map(({path}) => `${basename(path)}.br`);
  for (const name of readdirSync(folder).filter((name) => HASHED.test(name) && !names.includes(name))) rmSync(join(folder, name));
  for (const [at, {contents}] of outputFiles.entries()) {
    const path = join(folder, names[at]);
    if (!existsSync(path)) writeFileSync(path, brotliCompressSync(contents)); // the name stands for the content
  }
  const template = readFileSync(join(HERE, 'app', 'index.html'), 'utf8');
  writeFileSync(join(folder, 'index.html'), template.replace('<!-- bundle -->', first.map(tag).join('\n    ')));
  writeFileSync(
    join(folder, 'NOTICE.txt'),
    `goheap's viewer contains code of these packages.\n\n${licenceText(bundledPackages(metafile))}`,
  );
  return ['index.html', ...first];
}

/** The folders of the packages of which code is in the files. */
export function bundledPackages({outputs}) {
  const parts = Object.values(outputs).flatMap(({inputs}) => Object.entries(inputs).filter(([, {bytesInOutput}]) => bytesInOutput > 0));
  const folders = parts.map(([path]) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  return [...new Set(folders.filter((folder) => folder !== undefined))];
}

/** The style sheet, the entry, and every chunk that it imports before it runs. */
function firstFiles({outputs}) {
  const [entry, {cssBundle}] = Object.entries(outputs).find(([, output]) => output.entryPoint?.endsWith('main.tsx'));
  const found = new Set([entry]);
  for (const path of found) {
    for (const {path: imported, kind} of outputs[path].imports) if (kind === 'import-statement') found.add(imported);
  }
  return [cssBundle, ...found].map((path) => basename(path));
}

function tag(name, index) {
  if (name.endsWith('.css')) return `<link rel="stylesheet" href="/${name}">`;
  return index === 1 ? `<script type="module" src="/${name}"></script>` : `<link rel="modulepreload" href="/${name}">`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildViewer(join(dirname(HERE), 'dist', 'viewer'));
