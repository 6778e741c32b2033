/**
 * Servers that others wrote, built from their modules as their makers ship them and once with debug information, and dumped while
 * they serve requests. Needs the module proxy, or a module cache that has them.
 */

import {existsSync, mkdirSync, readdirSync, renameSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {type ChildProcess, spawn, spawnSync} from './child-process.js';
import {gcore} from './gcore.js';
import {until} from './viewer-process.js';

export interface Server {
  readonly name: string;
  readonly module: string; // package@version
  readonly flags: readonly string[]; // of go install, as in the maker's release configuration
  readonly ldflags: string; // likewise: what strips it
  /** Arguments that make it answer HTTP at this port. */
  readonly serve: (port: number) => readonly string[];
  readonly paths: readonly string[]; // to ask for
}

/** Its .goreleaser.yml: CGO_ENABLED=0, -s -w. It builds in half a minute; other well-known servers take ten. */
export const NATS: Server = {
  name: 'nats-server',
  module: 'github.com/nats-io/nats-server/v2@v2.15.2',
  flags: ['-trimpath'],
  ldflags: '-s -w',
  serve: (port) => ['--addr', '127.0.0.1', '--port', '-1', '--http_port', String(port)],
  paths: ['varz', 'connz', 'subsz', 'healthz', 'nothing'], // the last one does not exist
};

/** Its .goreleaser.yml: without the databases that nobody asked for. It builds in some minutes. */
export const CADDY: Server = {
  name: 'caddy',
  module: 'github.com/caddyserver/caddy/v2/cmd/caddy@v2.11.9',
  flags: ['-trimpath', '-tags=nobadger,nomysql,nopgx'],
  ldflags: '-s -w',
  serve: (port) => ['file-server', '--listen', `127.0.0.1:${port}`, '--browse', '--access-log', '--templates'],
  paths: ['', 'nothing', '?sort=size', 'nowhere/at/all'],
};

/** The executable, built below `folder`; else why it cannot be built here. */
export function buildServer(
  server: Server,
  stripped: boolean,
  folder: string,
): {readonly executable: string} | {readonly obstacle: string} {
  const bin = join(folder, stripped ? 'stripped' : 'dwarf');
  mkdirSync(bin, {recursive: true});
  const executable = join(bin, server.name);
  if (existsSync(executable)) return {executable};
  const {GOFLAGS: _, ...inherited} = process.env;
  const {status, stderr} = spawnSync('go', ['install', ...server.flags, `-ldflags=${stripped ? server.ldflags : ''}`, server.module], {
    cwd: tmpdir(),
    env: {...inherited, GOBIN: bin, CGO_ENABLED: '0'},
    encoding: 'utf8',
  });
  if (status === 0) return {executable};
  if (/dial tcp|no such host|i\/o timeout|connection refused|proxyconnect|module lookup disabled/.test(stderr)) return {obstacle: stderr};
  throw new Error(`go install ${server.module}: ${stderr}`);
}

/** Runs it in `folder` below some load, dumps it and returns the core's path. */
export async function dumpServer(server: Server, executable: string, folder: string, how: 'gcore' | 'abort'): Promise<string> {
  mkdirSync(folder, {recursive: true});
  const port = await freePort();
  const child = spawn('/bin/sh', ['-c', 'ulimit -c unlimited; exec "$0" "$@" 2>/dev/null', executable, ...server.serve(port)], {
    cwd: folder,
    env: {HOME: folder, GOTRACEBACK: 'crash'},
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  const load = new AbortController();
  await untilItServes(child, `http://127.0.0.1:${port}/`);
  for (let client = 0; client < 8; client++) void request(server, port, client, load.signal);
  await wait(1500);
  if (how === 'gcore') {
    gcore(child.pid!, join(folder, 'core'));
    child.kill('SIGKILL');
  } else child.kill('SIGABRT');
  load.abort();
  await ended; // not the clients: a request whose server dies amid an answer may never settle
  const core = join(folder, 'core');
  for (const name of readdirSync(folder)) if (name.startsWith('core.')) renameSync(join(folder, name), core);
  return core;
}

async function request({paths}: Server, port: number, client: number, signal: AbortSignal): Promise<void> {
  for (let i = client; !signal.aborted; i++) {
    try {
      await (await fetch(`http://127.0.0.1:${port}/${paths[i % paths.length]}`, {signal: AbortSignal.any([signal])})).text(); // its own: fetch leaves listeners behind
    } catch {
      return; // the server was stopped
    }
  }
}

/** Resolves when something answers at the address. Throws when the process has ended. */
export async function untilItServes(child: ChildProcess, address: string): Promise<void> {
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    return fetch(address).then(
      () => true,
      () => false,
    );
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
