/**
 * Makes a fresh or updated checkout ready: packages as package-lock.json says, an SQLite addon that this Node loads, and a
 * build that is not older than the sources. Each step runs only when it is needed and says what it does.
 * Run as a program, or import `setUp`. Uses only what Node has: nothing is installed yet.
 */
import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {checkNodeVersion} from './node-version.js';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const COMPILERS = ['python3', 'make', 'g++'];

/** Ends the process with status 1 and an explanation when a step fails. */
export function setUp() {
  checkNodeVersion();
  if (!packagesAreCurrent()) {
    step('Installing the packages of package-lock.json: npm ci', 'npm', ['ci', '--no-audit', '--no-fund'], explainInstallation);
  }
  if (!addonLoads()) {
    step('Compiling SQLite for this Node: npm rebuild better-sqlite3', 'npm', ['rebuild', 'better-sqlite3'], explainInstallation);
    if (!addonLoads()) fail(['better-sqlite3 is installed but does not load in this Node.', 'Remove node_modules and try again.']);
  }
  if (!buildIsCurrent()) step('Building: npm run build', 'npm', ['run', '--silent', 'build'], () => ['The build failed; see above.']);
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

/** A new major version of Node does not load an addon that was compiled for another one. */
function addonLoads() {
  const program = "import('better-sqlite3').then(({default: Database}) => new Database(':memory:').close())";
  return spawnSync(process.execPath, ['-e', program], {cwd: ROOT, stdio: 'ignore'}).status === 0;
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

function step(title, command, args, explain) {
  console.error(`goheap: ${title}`);
  const {status, error} = spawnSync(command, args, {
    cwd: ROOT,
    stdio: ['ignore', process.stderr.fd, process.stderr.fd],
    env: environment(),
  });
  if (status !== 0) fail([...(error === undefined ? [] : [String(error)]), ...explain()]);
}

/** node-gyp would fetch Node's headers from the internet; they often lie beside the running Node. */
function environment() {
  const prefix = dirname(dirname(process.execPath));
  const header = join(prefix, 'include', 'node', 'node_version.h');
  if (process.env.npm_config_nodedir !== undefined || !existsSync(header)) return process.env;
  const text = readFileSync(header, 'utf8');
  const version = ['MAJOR', 'MINOR', 'PATCH'].map((part) => new RegExp(`define NODE_${part}_VERSION (\\d+)`).exec(text)?.[1]).join('.');
  return version === process.versions.node ? {...process.env, npm_config_nodedir: prefix} : process.env;
}

function explainInstallation() {
  const missing = COMPILERS.filter((name) => spawnSync(name, ['--version'], {stdio: 'ignore'}).error !== undefined);
  if (missing.length === 0)
    return ['The packages could not be installed; npm says above why. README.md, "Install", knows the usual reasons.'];
  return [
    `SQLite must be compiled here and these are missing: ${missing.join(', ')}.`,
    'On Debian and Ubuntu: sudo apt-get install -y python3 make g++',
  ];
}

function fail(lines) {
  for (const line of lines) console.error(`goheap: ${line}`);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setUp();
