/**
 * The analyzed heap → a gzipped pprof profile, in which a path is what keeps an object and `cum` what is retained.
 * Mapping and losses: README.md beside this file. Nothing is looked up in the dump: the profile has names and sums.
 */
import {closeSync, openSync} from 'node:fs';
import {Deflate} from 'pako';
import type {AnalysisColumns} from '../../src/analyses/analysis-columns.js';
import {writeAll} from '../../src/base/file-source.js';
import type {Work} from '../../src/base/progress.js';
import {withoutPrivateData} from '../../src/privacy/private-data.js';
import {Redactor} from '../../src/privacy/redactor.js';
import {type ExportableHeap, type ExporterOption, type FormatExporter, PRIVACY_OPTIONS} from '../exporter.js';
import {aggregatePaths, type PathKind} from './aggregate-paths.js';
import {type Profile, writeProfile} from './profile-writer.js';

export interface PprofOptions {
  /**
   * Along telling paths, from holders down (the default): `cum` of a first frame is what it retains. Along the dominator tree: `cum` of every
   * frame is. Or along the fewest pointers from a root node.
   */
  readonly paths?: PathKind;
  /** `none`: names of types that the program made at run time are left out too. */
  readonly contents?: 'none' | 'preview' | 'full';
  /** What matches is replaced by asterisks in these names. */
  readonly redact?: RegExp;
}

const METHODS: Readonly<Record<PathKind, string>> = {
  telling: 'cum of a first frame: retained size of a holder, as in goheap top; below it: what its telling paths lead to through that frame',
  dominators: 'cum: retained size, along dominators',
  shortest: 'cum: size of what the fewest pointers from roots lead to this way',
};

const OPTIONS = {
  ...PRIVACY_OPTIONS,
  paths: {
    kind: 'choice',
    values: ['telling', 'dominators', 'shortest'] satisfies PathKind[],
    default: 'telling',
    help: 'from holders down the telling paths; down the dominator tree, so that every cum is a retained size; or with the fewest pointers',
  },
} as const satisfies Record<keyof PprofOptions, ExporterOption>;

export const pprof: FormatExporter<PprofOptions> = {
  name: 'pprof',
  extension: '.pb.gz',
  summary: 'profile for go tool pprof and speedscope: holders, and the paths from them to what they keep; two of them can be subtracted',
  losses: [
    'single objects: equal paths are one',
    'addresses, values, unreachable objects',
    'all pointers but one into each object',
    'levels of recursion',
    'the smallest paths, where there are more than 50000',
  ],
  options: OPTIONS,
  write: writePprof,
};

async function writePprof(heap: ExportableHeap, path: string, options: PprofOptions, work: Work): Promise<void> {
  const {paths = OPTIONS.paths.default, contents, redact} = options;
  const isPrivate = contents === 'none' || redact !== undefined;
  const redactor = redact === undefined || contents === 'none' ? undefined : new Redactor(redact);
  const columns = isPrivate ? {...heap.columns, graph: withoutPrivateData(heap.columns.graph, redactor)} : heap.columns;
  const profile = {...(await aggregatePaths(columns, paths, work)), types: columns.graph.types, ...describe(columns, paths)};
  const file = openSync(path, 'wx');
  try {
    const gzip = new Deflate({gzip: true});
    gzip.onData = (bytes) => writeAll(file, bytes as Uint8Array);
    await writeProfile(profile, (bytes) => gzip.push(bytes), work);
    gzip.push(new Uint8Array(0), true);
  } finally {
    closeSync(file);
  }
}

function describe(columns: AnalysisColumns, paths: PathKind): Pick<Profile, 'executable' | 'buildId' | 'dumpedAt' | 'comments'> {
  const {graph, reachableObjects, reachableBytes} = columns;
  const {executable = '', build_id = '', dumped_at, dump_path, go_version, goos, goarch, complete} = graph.metadata;
  const dumpedAt = dumped_at === undefined ? Number.NaN : Date.parse(String(dumped_at));
  const comments = [
    `goheap: ${[dump_path, go_version, goos, goarch].filter((part) => part !== undefined).join(' ')}`,
    `${METHODS[paths]}; flat: size of the objects themselves`,
    ...OPTIONS.paths.values.filter((other) => other !== paths).map((other) => `--paths ${other}: ${METHODS[other]}`),
    `${reachableObjects} reachable objects of ${reachableBytes} bytes; ${graph.objects.count - reachableObjects} garbage objects left out`,
    ...(complete === 0 ? ['parts of the dump were unreadable: sizes are at least'] : []),
  ];
  return {executable: String(executable), buildId: String(build_id), dumpedAt: Number.isNaN(dumpedAt) ? undefined : dumpedAt, comments};
}
