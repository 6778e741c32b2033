/**
 * A database → typed values of its nodes without loading its graph: types come from the database, bytes from what it keeps,
 * else from the dump it was made of, where that is still there and the same.
 */
import {isGoheapError} from '../base/errors.js';
import {WarningLog} from '../base/warnings.js';
import type {Contents, TypeIndex} from '../graph/heap-graph.js';
import type {OpenDumpOptions} from '../image/open-dump.js';
import type {UnpackOptions} from '../image/unpack/unpack-core.js';
import {databaseContents} from '../sql/database-contents.js';
import {type Connection, openConnection} from '../sql/open-database.js';
import {readValueGraph} from '../sql/read-graph.js';
import {storedObjects} from '../sql/stored-objects.js';
import {findMapStructures} from '../values/map-structures.js';
import {type Location, TypedValue} from '../values/typed-value.js';
import type {Missing, Value} from '../values/value.js';
import {ValueSource} from '../values/value-source.js';

export interface StoredValues {
  value(location: Location): Value;
  /** The memory of a map as that map; of anything else the location itself. */
  asMap(location: Location): Location;
  /** The bytes themselves. */
  readonly contents: Contents;
  /** What the database says about its bytes: that they were left out, or redacted; else undefined. */
  readonly remark: string | undefined;
  /** What it means where `contents` has nothing. */
  readonly absence: Missing;
  close(): void;
}
/** Where the dump is now; without it, where the database says it was. */
export interface DumpPlace extends OpenDumpOptions, UnpackOptions {
  readonly path: string;
  readonly jvmLayout?: string | undefined;
}

interface Bytes {
  readonly contents: Contents;
  readonly absence: Missing;
  close?(): void;
}

/** Throws as `openHeap` does for the database. A dump that is gone or changed is no error: its bytes are then missing. */
export async function openStoredValues(database: string, dump?: DumpPlace): Promise<StoredValues> {
  const connection = openConnection(database);
  const graph = readValueGraph(connection);
  const {metadata} = graph;
  const remark = remarkOn(metadata);
  // What was left out of a database on purpose is not read from the dump behind it.
  const found = metadata.contents === 'full' ? kept(connection) : remark === undefined ? await findDump(metadata, dump) : undefined;
  const bytes = found ?? NOTHING;
  const source = new ValueSource(graph, bytes.contents, {absence: bytes.absence, findObject: storedObjects(connection)});
  let maps: ReadonlyMap<TypeIndex, TypeIndex> | undefined;
  const asMap = (location: Location): Location => {
    maps ??= findMapStructures(graph.types);
    const map = location.count === undefined ? maps.get(location.type) : undefined;
    return map === undefined ? location : {...location, type: map, isStructure: true};
  };
  return {
    remark,
    contents: bytes.contents,
    absence: bytes.absence,
    value: (location) => new TypedValue(source, location),
    asMap,
    close: () => {
      bytes.close?.();
      connection.close();
    },
  };
}

function remarkOn({contents, redacted}: Readonly<Record<string, string | number>>): string | undefined {
  if (contents === 'none') return 'left out: the database was made with --contents none';
  if (redacted !== 1) return undefined;
  return contents === 'full' ? 'redacted' : 'left out: the database was made with --redact';
}

const NOTHING: Bytes = {contents: {bytes: () => undefined}, absence: 'not-kept'};

function kept(connection: Connection): Bytes {
  return {contents: databaseContents(connection), absence: 'not-kept'};
}

async function findDump(metadata: Readonly<Record<string, string | number>>, dump: DumpPlace | undefined): Promise<Bytes | undefined> {
  const place = dump ?? (await findNamedDump(metadata));
  if (!place) return undefined;
  try {
    const opened = await openContents(place);
    if (opened.identity === metadata.dump_identity) return {...opened, absence: 'unmapped'};
    opened.close();
  } catch (error) {
    if (!isGoheapError(error)) throw error;
  }
  return undefined;
}

/** The whole reader: only for those who need it. */
async function openContents(place: DumpPlace): Promise<Omit<Bytes, 'absence'> & {identity: string; close(): void}> {
  const {isHprofFile} = await import('../image/hprof-magic.js');
  if (await isHprofFile(place.path)) {
    const {openHprofContents} = await import('../hprof/open-hprof.js');
    return openHprofContents(place.path, place, new WarningLog());
  }
  const {openDumpContents} = await import('../open-core-heap.js');
  return openDumpContents(place.path, place, new WarningLog());
}

/** Where the database says that its dump and the executable were. It may be a stranger's: a dump of another size is not even opened. */
async function findNamedDump(metadata: Readonly<Record<string, string | number>>): Promise<DumpPlace | undefined> {
  const {findNamed} = await import('../image/named-file.js');
  const {dump_path: path, executable, dump_identity: identity} = metadata;
  const size = Number(String(identity).split(':')[0]); // unpacked: no packed one is larger
  if (typeof path !== 'string' || !findNamed(path, size).stat) return undefined;
  return {path, executable: typeof executable === 'string' && findNamed(executable).stat ? executable : undefined};
}
