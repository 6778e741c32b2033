#!/usr/bin/env node
/**
 * The command line: checks the Node version before any package is loaded, then hands over to oclif – in a process that another one watches, where
 * the command reads an input (supervise.js) –, which finds the
 * commands in dist/src/commands. What a missing build or a missing installation looks like is said here, in one line.
 */
import {existsSync, mkdirSync} from 'node:fs';
import module from 'node:module';
import {userInfo} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {checkNodeVersion} from './node-version.js';
import {pluginOfOneCommand} from './one-command.js';
import {isSupervised, isSupervisedHere, supervise} from './supervise.js';

checkNodeVersion();
nameUnknownUser();
// What Node compiled once it finds again: in the user's own folder, because below the temporary directory others could leave code for it.
const cache = process.env.XDG_CACHE_HOME || (process.env.HOME && join(process.env.HOME, '.cache'));
if (cache) keepCompiled(join(cache, 'goheap-compiled'));
for (const [path, command] of [
  ['../node_modules/@oclif/core', 'npm run setup'],
  ['../dist/src/commands', 'npm run build'],
]) {
  // Installed as a dependency, the packages lie elsewhere: then this is not a checkout and nothing is missing.
  if (
    existsSync(fileURLToPath(new URL('../package-lock.json', import.meta.url))) &&
    !existsSync(fileURLToPath(new URL(path, import.meta.url)))
  ) {
    console.error(`goheap is not ready to run: first run \`${command}\` (or \`npm start\`, which does all).`);
    process.exit(1);
  }
}
// A reader who has seen enough (`--help | head`) is no error.
process.stdout.on('error', ({code, message}) => {
  if (code === 'EPIPE') process.exit(0);
  console.error(`Error: standard output: ${message}\nTry this: See whether the disk is full, or write to another place.`);
  process.exit(1);
});
const args = process.argv.slice(2);
if (isSupervisedHere()) {
  await runCommand();
  process.exit(); // nothing is left to wait for: faster by the time that taking a process apart costs
} else if (isSupervised(args)) supervise(fileURLToPath(import.meta.url), args);
else await runCommand();

async function runCommand() {
  const [{run}, {flush}] = await Promise.all([import('@oclif/core/run'), import('@oclif/core/flush')]); // the whole of it takes longer
  try {
    // Plugins are those of package.json: nothing is loaded from the user's folders.
    const plugins = args.includes('--help') ? undefined : pluginOfOneCommand(args[0]);
    await run(undefined, {root: fileURLToPath(import.meta.url), userPlugins: false, devPlugins: false, plugins});
    await flush();
  } catch (error) {
    const {endWithError} = await import('../dist/src/cli/end-with-error.js');
    endWithError(error);
  }
}

/** oclif asks Node for the home and the shell, and Node throws where /etc/passwd does not know the user, as in many containers. */
function nameUnknownUser() {
  try {
    userInfo();
  } catch {
    process.env.HOME ||= '/';
    process.env.SHELL ||= '/bin/sh';
  }
}

function keepCompiled(folder) {
  try {
    makeFolder(folder);
    module.enableCompileCache?.(folder);
  } catch {
    // A place that cannot be written costs some time and nothing else.
  }
}

/** Level by level: Node's recursive mkdir, which the compile cache would use, never returns for some places such as below /proc. */
function makeFolder(folder) {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder, {mode: 0o700});
}
