/**
 * A server as this tier has it → its executable, built in a module of our own that requires it (`go install` refuses modules with replace
 * directives), and its core under load.
 */
import {existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {type ChildProcess, spawn, spawnSync} from '../kit/child-process.js';
import {gcore} from '../kit/gcore.js';
import {findInstalledGo} from '../kit/live-cores.js';
import {untilItServes} from '../kit/third-party.js';
import {freePorts, type LoadedServer, type Ports} from './loaded-server.js';

/** Go 1.26 has the profile of leaked goroutines as an experiment; before there is none, and later it is no experiment any more. */
const MINOR = Number(findInstalledGo().split('.')[1]);
const EXPERIMENT = MINOR === 26 ? 'goroutineleakprofile' : '';
const PROFILE = 'goroutineleak';
const LEAKED = /^goroutine (\d+)[^\n]*\(leaked\)/gm;

/** Built below `folder` unless it is there. Throws with what go says. */
export function buildFromModule(server: LoadedServer, isStripped: boolean, folder: string): string {
  const executable = join(folder, isStripped ? `${server.name}-stripped` : server.name);
  if (existsSync(executable)) return executable;
  const module = join(folder, `${server.name}-module`);
  mkdirSync(module, {recursive: true});
  const go = (...args: string[]) => {
    const {GOFLAGS: _, ...inherited} = process.env;
    const env = {...inherited, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOEXPERIMENT: EXPERIMENT};
    const {status, stderr} = spawnSync('go', args, {cwd: module, env, encoding: 'utf8', maxBuffer: 2 ** 28});
    if (status !== 0) throw new Error(`go ${args.join(' ')}: ${stderr}`);
  };
  if (!existsSync(join(module, 'go.mod'))) {
    writeFileSync(join(module, 'go.mod'), 'module build\n');
    if (server.source !== undefined) writeFileSync(join(module, 'main.go'), server.source);
    const [, version] = server.module.split('@');
    go('get', server.source === undefined ? `${server.package}@${version}` : server.module); // with all that the package needs
  }
  const flags = [...(server.tags === undefined ? [] : ['-tags', server.tags]), ...(isStripped ? ['-ldflags=-s -w'] : [])];
  go('build', '-buildvcs=false', ...flags, '-o', executable, server.package);
  return executable;
}

/** A server that runs in `folder`, which is made anew, and is dumped by gcore while it serves. */
export class RunningServer {
  readonly ports: Ports;
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;

  static async start(server: LoadedServer, executable: string, folder: string): Promise<RunningServer> {
    rmSync(folder, {recursive: true, force: true});
    mkdirSync(folder, {recursive: true});
    const ports = await freePorts();
    const running = new RunningServer(ports, folder, [executable, ...server.start(folder, ports)]);
    await untilItServes(running.#child, server.ready(ports));
    return running;
  }

  private constructor(ports: Ports, folder: string, command: readonly string[]) {
    this.ports = ports;
    this.#folder = folder;
    this.#child = spawn('/bin/sh', ['-c', 'exec "$0" "$@" >out 2>&1', ...command], {cwd: folder, env: {HOME: folder}, stdio: 'ignore'});
    this.#ended = new Promise((resolve) => void this.#child.once('exit', () => resolve()));
  }

  /** The core's path; the server runs on. */
  dump(name: string): string {
    const core = join(this.#folder, name);
    gcore(this.#child.pid!, core);
    return core;
  }

  /** With its data. */
  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
    rmSync(join(this.#folder, 'data'), {recursive: true, force: true});
  }
}

/** Runs and loads it in `folder`, asks for its leaked goroutines, dumps it while it serves, and returns the core's path. */
export async function dumpLoaded(server: LoadedServer, executable: string, folder: string): Promise<string> {
  const running = await RunningServer.start(server, executable, folder);
  try {
    const end = await server.load(running.ports);
    if (MINOR >= 26) await saveProfile(running.ports[server.pprof], join(folder, PROFILE));
    const core = running.dump('core');
    await running.end();
    end();
    return core;
  } finally {
    await running.end();
  }
}

async function saveProfile(port: number, path: string): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/debug/pprof/goroutineleak?debug=2`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`goroutineleak: ${answer.status} ${text}`);
  writeFileSync(path, text);
}

/** The ids of those that the runtime called leaked right before the dump, ascending; undefined where this Go has no such profile. */
export function readLeakedIds(folder: string): number[] | undefined {
  const path = join(folder, PROFILE);
  if (!existsSync(path)) return undefined;
  return [...readFileSync(path, 'utf8').matchAll(LEAKED)].map(([, id]) => Number(id)).sort((a, b) => a - b);
}
