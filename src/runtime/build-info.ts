/**
 * The module that a program was built from, as `go version -m` prints it: runtime.modinfo, tab-separated lines between
 * two guards of 16 bytes. Truth: runtime/debug/mod.go, cmd/go/internal/modload/build.go.
 */
import {isGoheapError} from '../base/errors.js';
import {type GoRuntime, readGoString} from './go-runtime.js';

const GUARD = 16;
const LIMIT = 1 << 20;

export interface BuildInfo {
  readonly path: string; // import path of the main package
  readonly version: string | undefined; // of its module; undefined where the build did not know: (devel)
  readonly settings: Readonly<Record<string, string>>; // GOARCH, -buildmode, vcs.revision, …
}

/** Undefined when the program has none: it was not built by the go command in module mode. */
export function readBuildInfo(go: GoRuntime): BuildInfo | undefined {
  const address = go.findAddress('runtime.modinfo');
  if (address === undefined) return undefined;
  try {
    const text = readGoString(go.image, address, LIMIT);
    if (text.length < 2 * GUARD) return undefined;
    const lines = text
      .slice(GUARD, -GUARD)
      .split('\n')
      .map((line) => line.split('\t'));
    const settings = lines.filter(([key]) => key === 'build').map(([, setting = '']) => setting.split('='));
    const version = lines.find(([key]) => key === 'mod')?.[2];
    return {
      version: version === undefined || version === '(devel)' ? undefined : version,
      path: lines.find(([key]) => key === 'path')?.[1] ?? '',
      settings: Object.fromEntries(settings.map(([key = '', ...value]) => [key, value.join('=')])),
    };
  } catch (error) {
    if (isGoheapError(error, 'unmapped')) return undefined;
    throw error;
  }
}
