/**
 * `npm run standalone`: goheap for machines that have nothing, as jump hosts and debug containers: one folder with the Node that runs this,
 * the package as npm packs it, its dependencies as package-lock.json says, and a launcher; packed as dist/goheap-VERSION-linux-ARCH.tar.gz.
 * What never runs there is left out: other systems' addons, C sources, types, documents of packages.
 */
import {spawnSync} from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {licenceText} from './licences.js';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** Packages that others need to be built, never to run: ejs by jake and what that uses, better-sqlite3 by node-addon-api. */
const BUILD_PACKAGES = ['jake', 'filelist', 'async', 'node-addon-api'];
/** Below the program's folder. Licences stay until NOTICE has them. */
const UNUSED = [
  '**/*.{d.ts,d.cts,d.mts,map}',
  'node_modules/**/*.{md,markdown,ts,cts,mts}',
  'node_modules/**/{test,tests}',
  'node_modules/better-sqlite3/{deps,src,binding.gyp}',
  'node_modules/.bin',
];
/** Beside the folder of the running Node: the archives of nodejs.org, and Linux distributions. */
const NODE_LICENCES = ['LICENSE', 'share/doc/nodejs/LICENSE', 'share/doc/nodejs/copyright'];

/** Uses what every shell has built in, so that it works without any PATH; links to it need readlink. */
const LAUNCHER = `#!/bin/sh
self=$0
if [ -L "$self" ] && ! self=$(readlink -f -- "$0" 2>/dev/null); then
  echo "goheap: $0 is a link, and there is no readlink here to follow it. Start the file that it leads to." >&2
  exit 1
fi
case $self in */*) folder=\${self%/*} ;; *) folder=. ;; esac
exec "$folder/node" "$folder/program/bin/run.js" "$@"
`;

/** Writes the archive into `target` and returns its path. Throws when this Node cannot be given on, or a program fails. */
export function makeStandalone(target) {
  checkNode(process.platform, process.config.variables);
  const {version} = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const name = `goheap-${version}-linux-${process.arch}`;
  const staging = mkdtempSync(join(tmpdir(), 'goheap-standalone-'));
  try {
    const folder = join(staging, name);
    const program = join(folder, 'program');
    mkdirSync(folder);
    installProgram(staging, program);
    writeFileSync(join(folder, 'NOTICE'), notice(program));
    for (const path of globSync(UNUSED, {cwd: program})) rmSync(join(program, path), {recursive: true, force: true});
    copyFileSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
    copyFileSync(process.execPath, join(folder, 'node'));
    writeFileSync(join(folder, 'goheap'), LAUNCHER);
    for (const file of ['node', 'goheap']) chmodSync(join(folder, file), 0o755);
    const archive = join(target, `${name}.tar.gz`);
    run('tar', ['-czf', archive, '--owner=0', '--group=0', '--numeric-owner', name], staging);
    return archive;
  } finally {
    rmSync(staging, {recursive: true, force: true});
  }
}

/** A Node that is more than one file (Debian's uses libnode.so and others) would not start elsewhere. */
export function checkNode(platform, variables) {
  if (platform !== 'linux') throw new Error(`The standalone archive is made on Linux, with the Node of that machine; this is ${platform}.`);
  const shared = Object.keys(variables).filter((name) => name.startsWith('node_shared') && variables[name] === true);
  if (shared.length > 0)
    throw new Error(
      `This Node (${process.execPath}) needs libraries of its system: ${shared.join(', ')}. Use one from https://nodejs.org.`,
    );
}

/** The packed files and, of package-lock.json, what they need to run on this system. */
function installProgram(staging, program) {
  const tarball = run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', staging], ROOT).trim();
  run('tar', ['-xzf', tarball], staging);
  renameSync(join(staging, 'package'), program);
  copyFileSync(join(ROOT, 'package-lock.json'), join(program, 'package-lock.json'));
  run('npm', ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], program);
  rmSync(join(program, 'package-lock.json'));
  const packages = join(program, 'node_modules');
  for (const name of BUILD_PACKAGES) rmSync(join(packages, name), {recursive: true});
  const addons = join(packages, 'better-sqlite3', 'prebuilds');
  const isMusl = process.report.getReport().header.glibcVersionRuntime === undefined;
  const used = `linux${isMusl ? 'musl' : ''}-${process.arch}.node`;
  for (const addon of globSync('*.node', {cwd: addons})) if (addon !== used) rmSync(join(addons, addon));
}

/** The licences of Node, of what it is made of, and of all packages. */
function notice(program) {
  const manifests = globSync('node_modules/**/package.json', {cwd: program});
  const folders = manifests.map((path) => join(program, dirname(path))).filter((path) => /node_modules\/(@[^/]+\/)?[^/]+$/.test(path));
  return [
    'goheap (see LICENSE) comes with Node and with these packages.\n',
    licenceText(folders),
    `Node ${process.versions.node}\n\n${findLicence(dirname(dirname(process.execPath)))}`,
    readFileSync(join(program, 'dist', 'viewer', 'NOTICE.txt'), 'utf8'),
  ].join('\n');
}

/** The text of the licence that came with Node into the folder `prefix`. */
export function findLicence(prefix) {
  const path = NODE_LICENCES.map((path) => join(prefix, path)).find((path) => existsSync(path));
  if (path !== undefined) return readFileSync(path, 'utf8');
  throw new Error(`The licence of Node is not in ${prefix}: ${NODE_LICENCES.join(', ')}. Use a Node from https://nodejs.org.`);
}

function run(command, args, cwd) {
  const {status, stdout, stderr, error} = spawnSync(command, args, {cwd, encoding: 'utf8'});
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed.\n${stderr ?? ''}`, {cause: error});
  return stdout;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const archive = makeStandalone(join(ROOT, 'dist'));
  console.log(`${archive}: ${(statSync(archive).size / 1024 / 1024).toFixed(1)} MiB`);
}
