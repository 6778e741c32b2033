/**
 * What a server of somebody else's is to this tier: where its module is, how it starts on loopback, what is done to it, and what docs/servers.md
 * says of it. One file beside this one for each.
 */
import {freePort} from '../kit/third-party.js';

export interface LoadedServer {
  readonly name: string;
  readonly module: string; // path@version
  readonly package: string; // of its main function; below the module
  readonly tags?: string; // of go build
  /** Go source of a main package of our own, for a module that is a library; undefined for a server. */
  readonly source?: string;
  /** Writes what it needs into `folder`, where it runs, and gives its arguments. */
  readonly start: (folder: string, ports: Ports) => readonly string[];
  /** What answers when it serves. */
  readonly ready: (ports: Ports) => string;
  /** Does to it what `how` says; resolves when that is done, and gives what ends what still goes on. */
  readonly load: (ports: Ports) => Promise<() => void>;
  readonly pprof: keyof Ports; // the port where it serves what net/http/pprof does
  readonly how: string; // one sentence
  readonly expected: Expected;
}

/** Free ports on loopback. */
export interface Ports {
  readonly serve: number;
  readonly peer: number;
  readonly load: number; // of what this tier serves to it
}

/** In the words of an engineer of that server: what is to be among the first eight rows and owners. */
export interface Expected {
  readonly holders: readonly ExpectedHolder[];
  readonly owners: readonly RegExp[]; // names
  /** Kind and name of the only problem; undefined for a server that has none. */
  readonly leak?: RegExp;
}
export interface ExpectedHolder {
  readonly name: RegExp; // generalized path, a blank and the type
  readonly gathers?: RegExp; // the type
  readonly least?: number; // how many of these
}

export async function freePorts(): Promise<Ports> {
  const [serve, peer, load] = await Promise.all([freePort(), freePort(), freePort()]);
  return {serve, peer, load};
}
