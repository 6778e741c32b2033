/**
 * What the user says of a dump, what the program noted when it captured itself, and what its build says → the six labels that stand in every row of a
 * fleet's tables. They are columns and not folders, because an engine guesses the type of a folder's name: of a version 1.10 it makes 1.1.
 */
import {GoheapError} from '../../src/base/errors.js';

/** In the order of the columns. `built_at` and `dumped_at`: milliseconds since 1970, NaN where not known. */
export interface DumpLabels {
  readonly dump_id: string;
  readonly service: string | null;
  readonly version: string | null;
  readonly built_at: number;
  readonly host: string | null;
  readonly dumped_at: number;
  /** JSON object of all others; null where there are none. */
  readonly others: string | null;
}

export interface GivenLabels {
  readonly service?: string | undefined;
  readonly version?: string | undefined;
  readonly host?: string | undefined;
  /** NAME=VALUE each. */
  readonly label?: readonly string[] | undefined;
}

type Metadata = Readonly<Record<string, string | number>>;

/** `hash`: hexadecimal digits of a text. Throws `usage` for a label that is no NAME=VALUE. */
export function dumpLabels(metadata: Metadata, given: GivenLabels, hash: (text: string) => string): DumpLabels {
  const labels = new Map([...capturedLabels(metadata), ...(given.label ?? []).map(readLabel)]);
  const take = (name: 'service' | 'version' | 'host') => {
    const value = given[name] || labels.get(name); // --host "$HOST" of a variable that is not set says nothing
    labels.delete(name);
    return value;
  };
  const [service, version, host] = [take('service'), take('version'), take('host')];
  return {
    dump_id: hash(identity(metadata)),
    service: service ?? ownName(metadata) ?? null,
    version: version ?? text(metadata.module_version) ?? text(metadata.vcs_revision)?.slice(0, 12) ?? null,
    built_at: Date.parse(String(metadata.vcs_time)),
    host: host ?? null,
    dumped_at: Date.parse(String(metadata.dumped_at)),
    others: labels.size === 0 ? null : JSON.stringify(Object.fromEntries([...labels].sort(([a], [b]) => (a < b ? -1 : 1)))),
  };
}

/** The same wherever the dump's file lies. A process with several Go runtimes has a heap of each. */
function identity({dump_identity, build_id, module, ...rest}: Metadata): string {
  if (dump_identity !== undefined) return [dump_identity, build_id, module].join(' ');
  const {dump_path: _path, executable: _executable, command_line: _line, contents: _contents, ...same} = rest;
  return JSON.stringify([build_id, module, ...Object.entries(same).sort()]);
}

/** The import path of the main package; the executable's name where the program has none. */
function ownName({module, executable}: Metadata): string | undefined {
  if (module !== undefined && module !== '' && module !== 'command-line-arguments') return String(module);
  return text(executable)?.split('/').at(-1);
}

/** As the `meta` key says them: `name=value, …`. */
function capturedLabels({labels}: Metadata): [string, string][] {
  return (text(labels) ?? '').split(', ').flatMap((label) => {
    const at = label.indexOf('=');
    return at > 0 ? [[label.slice(0, at), label.slice(at + 1)] as [string, string]] : [];
  });
}

function readLabel(label: string): [string, string] {
  const at = label.indexOf('=');
  if (at > 0) return [label.slice(0, at), label.slice(at + 1)];
  throw new GoheapError('usage', `--label ${label}: no NAME=VALUE`, {hint: 'For example --label region=eu.'});
}

function text(value: string | number | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : String(value);
}
