/**
 * A Node of an exact version from the npm registry → a folder with `node` in it. npm compares the package with the integrity that
 * is given here: it stands in a lock file, as for every other package, and names no registry, so that the configured one is asked.
 * The packages `node-linux-…` hold what nodejs.org publishes and run no script. Uses nothing that Node 18 does not have.
 */
import {spawnSync} from 'node:child_process';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

/** The folder to put on the PATH. Installs into `folder` what is not there yet; throws with a reason when that fails. */
export function bringNode({version, integrity}, folder, environment = process.env) {
  const name = packageName();
  const wanted = integrity[process.arch];
  if (process.platform !== 'linux' || wanted === undefined)
    throw new Error(`The npm registry has no Node ${version} for ${process.platform}-${process.arch}.`);
  if (installedIntegrity(folder, name) !== wanted) install({name, version, integrity: wanted}, folder, environment);
  return join(folder, 'node_modules', name, 'bin');
}

/** Whether `folder` has exactly this Node. */
export function hasNode({integrity}, folder) {
  return installedIntegrity(folder, packageName()) === (integrity[process.arch] ?? null);
}

function packageName() {
  return `node-linux-${process.arch}`;
}

/** npm writes this list when the installation is complete. */
function installedIntegrity(folder, name) {
  try {
    const {packages} = JSON.parse(readFileSync(join(folder, 'node_modules', '.package-lock.json'), 'utf8'));
    return packages[`node_modules/${name}`]?.integrity;
  } catch {
    return undefined;
  }
}

function install({name, version, integrity}, folder, env) {
  const dependencies = {[name]: version};
  const packages = {'': {dependencies}, [`node_modules/${name}`]: {version, integrity}};
  mkdirSync(folder, {recursive: true});
  writeFileSync(join(folder, 'package.json'), JSON.stringify({private: true, dependencies}));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({lockfileVersion: 3, requires: true, packages}));
  // Below `npm run --silent` npm would not say what failed.
  const args = ['ci', '--ignore-scripts', '--no-engine-strict', '--no-audit', '--no-fund', '--loglevel=error'];
  const {status, stderr, error} = spawnSync('npm', args, {cwd: folder, env, encoding: 'utf8'});
  if (status !== 0) throw new Error(`Node ${version} could not be installed: ${error?.message ?? stderr.trim()}`);
}
