#!/usr/bin/env node
/**
 * The command line: checks the Node version before any package is loaded, then hands over to oclif, which finds the
 * commands in dist/src/commands. What a missing build or a missing installation looks like is said here, in one line.
 */
import {existsSync} from 'node:fs';
import module from 'node:module';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {checkNodeVersion} from './node-version.js';

checkNodeVersion();
// What Node compiled once it finds again: in the user's own folder, because below the temporary directory others could leave code for it.
const cache = process.env.XDG_CACHE_HOME || (process.env.HOME && join(process.env.HOME, '.cache'));
if (cache) module.enableCompileCache?.(join(cache, 'goheap-compiled'));
for (const [path, command] of [
  ['../node_modules/@oclif/core', 'npm run setup'],
  ['../dist/src/commands', 'npm run build'],
]) {
  // Installed as a dependency, the packages lie elsewhere: then this is not a checkout and nothing is missing.
  if (
    existsSync(fileURLToPath(new URL('../fixtures/programs', import.meta.url))) &&
    !existsSync(fileURLToPath(new URL(path, import.meta.url)))
  ) {
    console.error(`goheap is not ready to run: first run \`${command}\` (or \`npm start\`, which does all).`);
    process.exit(1);
  }
}
const {execute} = await import('@oclif/core');
// Plugins are those of package.json: nothing is loaded from the user's folders.
await execute({dir: import.meta.url, loadOptions: {userPlugins: false, devPlugins: false}});
