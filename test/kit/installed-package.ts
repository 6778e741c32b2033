/**
 * The package as npm makes it, installed as a user does: an empty project, a Node and nothing else on the PATH (no compiler, no git), and
 * of the environment only what npm needs to reach its registry. For the slow tiers: it needs the registry, or npm's cache.
 */

import {realpathSync, writeFileSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import {spawnSync} from './child-process.js';
import {ROOT} from './source-files.js';

/** How npm gets through a company's proxy, and to its registry. */
const NETWORK = /^(NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|(https?|no)_proxy|npm_config_(cafile|registry|cache|userconfig|globalconfig))$/i;

/** `env -i` with `path` as the PATH, the home, and the way to the registry. */
export function bareEnvironment(path: string): NodeJS.ProcessEnv {
  const network = Object.entries(process.env).filter(([name]) => NETWORK.test(name));
  return {...Object.fromEntries(network), PATH: path, HOME: process.env.HOME};
}

/** Packs the build as it is in dist; the path of the tarball in `folder`. */
export function packProject(folder: string): string {
  const {stdout} = run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], {cwd: ROOT, env: process.env});
  return join(folder, stdout.trim());
}

/** Makes `folder` a project that depends on the tarball alone. */
export function installPackage(tarball: string, folder: string, nodeFolder: string): void {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({private: true, type: 'module'}));
  const options = ['install', '--no-audit', '--no-fund', tarball];
  run(join(nodeFolder, 'node'), [npmProgram(), ...options], {cwd: folder, env: bareEnvironment(nodeFolder)});
}

/** Runs to the end; throws with what was printed when the status is not 0. */
export function run(program: string, args: readonly string[], options: {readonly cwd: string; readonly env: NodeJS.ProcessEnv}) {
  const {status, stdout, stderr, error} = spawnSync(program, args, {...options, encoding: 'utf8'});
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: status ${status}\n${stdout}${stderr}`, {cause: error});
  return {stdout, stderr};
}

/** npm's own program, which another Node can run. */
function npmProgram(): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  for (const folder of folders) {
    try {
      return realpathSync(join(folder, 'npm'));
    } catch {} // not in this folder
  }
  throw new Error('npm is not on the PATH');
}
