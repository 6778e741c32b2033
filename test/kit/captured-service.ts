/** capture/example, the service that captures itself, built with any version of Go that the module promises, and asked as a client would. */
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {execFileSync} from './child-process.js';
import {ROOT} from './source-files.js';

/** What the handler says of a capture into its directory. */
export interface CaptureAnswer {
  readonly kind: string;
  readonly path: string;
  readonly written: number;
  readonly build_id: string;
  readonly pause_ns: number;
  readonly elapsed_ns: number;
}

/** Returns the executable. `version` is one such as 1.21.13, or local. */
export function buildService(version: string, folder: string, architecture = 'amd64'): string {
  mkdirSync(folder, {recursive: true});
  const executable = join(folder, 'example');
  const toolchain = version === 'local' ? version : `go${version}`;
  const env = {...process.env, GOTOOLCHAIN: toolchain, GOENV: 'off', GOFLAGS: '', GOROOT: '', CGO_ENABLED: '0', GOARCH: architecture};
  execFileSync('go', ['build', '-o', executable, './example'], {cwd: join(ROOT, 'capture'), env, stdio: ['ignore', 'ignore', 'inherit']});
  return executable;
}

export async function askForCapture(url: string): Promise<CaptureAnswer> {
  const response = await fetch(url, {method: 'POST', headers: {'Goheap-Capture': '1'}});
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status}: ${text}`);
  return JSON.parse(text) as CaptureAnswer;
}
