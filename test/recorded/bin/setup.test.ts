/**
 * bin/setup.js in checkouts that have nothing but what it looks at. The machine's `node` is a program that says a version, for that is
 * all that set-up asks of it; the Node that was brought is this one. test/live/fresh-clone.test.ts has real ones, and the registry.
 */

import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {bringNode} from '../../../bin/bring-node.js';
import {REQUIRED_NODE, runsGoheap} from '../../../bin/node-version.js';
import {bringingText, machineNode, PINNED_NODE} from '../../../bin/setup.js';
import {spawnSync} from '../../kit/child-process.js';
import {ROOT, readProjectFile} from '../../kit/source-files.js';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, {recursive: true});
});
function newFolder(): string {
  folders.push(mkdtempSync(join(tmpdir(), 'goheap-setup-')));
  return folders.at(-1)!;
}

function write(path: string, text = ''): void {
  mkdirSync(dirname(path), {recursive: true});
  writeFileSync(path, text);
}

/** A folder for a PATH with nothing in it but a `node` that says this version. */
function machineWith(version: string): string {
  const folder = newFolder();
  write(join(folder, 'node'), `#!/bin/sh\necho v${version}\n`);
  chmodSync(join(folder, 'node'), 0o755);
  return folder;
}

const PACKAGE = `node-linux-${process.arch}`;

/** A checkout that is ready, with what set-up would have brought. */
class Checkout {
  readonly folder = newFolder();
  readonly link = join(this.folder, 'node_modules/.bin/node');
  readonly brought = join(this.folder, '.node/node_modules', PACKAGE, 'bin/node');
  constructor() {
    mkdirSync(join(this.folder, 'bin'));
    for (const name of readdirSync(join(ROOT, 'bin'))) copyFileSync(join(ROOT, 'bin', name), join(this.folder, 'bin', name));
    write(join(this.folder, 'package.json'), '{"type": "module"}');
    for (const path of ['package-lock.json', 'node_modules/.package-lock.json']) write(join(this.folder, path), '{"packages": {}}');
    symlinkSync(join(ROOT, 'node_modules/better-sqlite3'), join(this.folder, 'node_modules/better-sqlite3'));
    const integrity = PINNED_NODE.integrity[process.arch];
    write(
      join(this.folder, '.node/node_modules/.package-lock.json'),
      JSON.stringify({packages: {[`node_modules/${PACKAGE}`]: {integrity}}}),
    );
    mkdirSync(dirname(this.brought), {recursive: true});
    symlinkSync(process.execPath, this.brought);
    for (const path of ['dist/src/index.js', 'dist/viewer/index.html', 'oclif.manifest.json']) write(join(this.folder, path));
  }
  setUp(path: string) {
    const {status, stderr} = spawnSync(process.execPath, [join(this.folder, 'bin/setup.js')], {env: {PATH: path}, encoding: 'utf8'});
    return {status, stderr};
  }
}

describe('the Node that scripts run in', () => {
  test.each(['18.20.8', '20.20.2', '22.14.0'])('is the one that was brought where the machine has %s', (version) => {
    const checkout = new Checkout();
    expect(checkout.setUp(machineWith(version))).toEqual({status: 0, stderr: 'goheap: Ready.\n'});
    expect(readlinkSync(checkout.link)).toBe(checkout.brought);
  });

  test.each(['22.15.0', '24.0.1', '27.1.0'])('is the machine’s own where that is %s', (version) => {
    const checkout = new Checkout();
    rmSync(join(checkout.folder, '.node'), {recursive: true});
    const {status, stderr} = checkout.setUp(machineWith(version));
    expect(existsSync(join(checkout.folder, '.node'))).toBe(false);
    expect(existsSync(checkout.link)).toBe(false);
    // This `node` says its version whatever it is asked, so the trial of the addon passes as well.
    expect([status, stderr]).toEqual([0, 'goheap: Ready.\n']);
  });

  test('changes with the machine’s', () => {
    const checkout = new Checkout();
    checkout.setUp(machineWith('20.20.2'));
    expect(existsSync(checkout.link)).toBe(true);
    const scripts = dirname(checkout.link); // where npm has the PATH of a script start
    const path = `${scripts}:${machineWith('24.0.0')}`;
    expect(checkout.setUp(path)).toEqual({status: 0, stderr: 'goheap: Ready.\n'});
    expect(existsSync(checkout.link)).toBe(false);
  });

  test('is not the one of the checkout that this one was copied from', () => {
    const checkout = new Checkout();
    const other = machineWith('24.0.0');
    mkdirSync(dirname(checkout.link), {recursive: true});
    symlinkSync(join(other, 'node'), checkout.link);
    expect(checkout.setUp(`${dirname(checkout.link)}:${machineWith('20.20.2')}`)).toEqual({status: 0, stderr: 'goheap: Ready.\n'});
    expect(readlinkSync(checkout.link)).toBe(checkout.brought);
  });

  test('is found where the PATH has folders without it, and broken ones', () => {
    const broken = newFolder();
    write(join(broken, 'node'), '#!/nothing/sh\n');
    chmodSync(join(broken, 'node'), 0o755);
    const folder = newFolder();
    mkdirSync(join(folder, 'node'));
    const old = machineWith('20.1.0');
    expect(machineNode(['/nothing', broken, folder, old].join(':'))).toEqual({path: join(old, 'node'), version: '20.1.0'});
    expect(machineNode('/nothing')).toEqual({path: process.execPath, version: process.versions.node});
  });

  test('is 24 when it is brought, for both architectures', () => {
    expect(runsGoheap(PINNED_NODE.version)).toBe(true);
    expect(Object.keys(PINNED_NODE.integrity)).toEqual(['x64', 'arm64']);
    for (const integrity of Object.values(PINNED_NODE.integrity)) expect(integrity).toMatch(/^sha512-[\w+/]{86}==$/);
  });

  test('is found by scripts: a shell that has run `node` remembers where it was', () => {
    const {scripts} = JSON.parse(readProjectFile('package.json')) as {scripts: Record<string, string>};
    const settingUp = Object.entries(scripts).filter(([, line]) => line.startsWith('node bin/setup.js &&'));
    expect(settingUp.length).toBeGreaterThan(0);
    expect(settingUp.filter(([, line]) => /&&.*\bnode\b/.test(line))).toEqual([]);
  });

  test('is announced: what, how large, how long', () => {
    const text = bringingText('20.20.2');
    for (const part of ['20.20.2', REQUIRED_NODE, PINNED_NODE.version, 'npm registry', 'this checkout only', '189 MB', 'seconds'])
      expect(text).toContain(part);
  });
});

describe('what fails is said', () => {
  test('no npm to bring a Node with', () => {
    const checkout = new Checkout();
    rmSync(join(checkout.folder, '.node'), {recursive: true});
    const {status, stderr} = checkout.setUp(machineWith('20.20.2'));
    expect(status).toBe(1);
    expect(stderr).toContain(bringingText('20.20.2'));
    expect(stderr).toContain(`Node ${PINNED_NODE.version} could not be installed: spawnSync npm ENOENT`);
    expect(stderr).toContain(`Install Node ${REQUIRED_NODE} or newer yourself: https://nodejs.org`);
  });

  test('a Node that was brought and does not run here', () => {
    const checkout = new Checkout();
    rmSync(checkout.brought);
    write(checkout.brought, '#!/bin/sh\nexit 1\n');
    chmodSync(checkout.brought, 0o755);
    const {status, stderr} = checkout.setUp(machineWith('20.20.2'));
    expect(status).toBe(1);
    expect(stderr).toContain(`${checkout.brought} does not run here`);
  });

  test('an architecture that the registry has no Node for', () => {
    expect(() => bringNode({version: '24.0.0', integrity: {}}, newFolder())).toThrow(
      `The npm registry has no Node 24.0.0 for linux-${process.arch}.`,
    );
  });

  test('packages that cannot be installed', () => {
    const checkout = new Checkout();
    write(join(checkout.folder, 'package-lock.json'), '{"packages": {"node_modules/a": {"version": "1.0.0"}}}');
    const {status, stderr} = checkout.setUp(machineWith('24.0.0'));
    expect(status).toBe(1);
    expect(stderr).toContain('Installing the packages of package-lock.json, 420 MB on disk (npm ci): about 15 seconds.');
    expect(stderr).toContain('npm ci failed; spawnSync npm ENOENT');
    expect(stderr).toContain('docs/install.md knows the usual reasons.');
  });

  test('an addon that does not load', () => {
    const checkout = new Checkout();
    rmSync(join(checkout.folder, 'node_modules/better-sqlite3'));
    const {status, stderr} = checkout.setUp(dirname(process.execPath));
    expect(status).toBe(1);
    expect(stderr).toContain(`SQLite's addon does not load in ${process.execPath}:`);
    expect(stderr).toContain("Cannot find module 'better-sqlite3'");
  });

  test('a build that is older than the sources', () => {
    const checkout = new Checkout();
    rmSync(join(checkout.folder, 'dist'), {recursive: true});
    const {status, stderr} = checkout.setUp(dirname(process.execPath));
    expect(status).toBe(1);
    expect(stderr).toContain('Building (npm run build): about 15 seconds.');
    expect(stderr).toContain('npm run failed');
  });
});

describe('the tests', () => {
  test('run in the Node that they should run in', () => {
    const machine = machineNode();
    expect(runsGoheap(process.versions.node)).toBe(true);
    expect(process.versions.node).toBe(runsGoheap(machine.version) ? machine.version : PINNED_NODE.version);
  });
});
