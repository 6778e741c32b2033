/**
 * A path → the heap of a Java virtual machine, and its objects' bytes. Compressed files are unpacked first, as cores are.
 */
import type {FileSource} from '../base/file-source.js';
import type {WarningLog} from '../base/warnings.js';
import type {Contents, HeapGraph} from '../graph/heap-graph.js';
import {contentIdentity} from '../image/dump-identity.js';
import {openUnpacked, type UnpackOptions} from '../image/unpack/unpack-core.js';
import {buildJavaGraph, type JavaGraphOptions, readObjectMemory} from './build-graph.js';

export interface OpenHprofOptions extends JavaGraphOptions, UnpackOptions {}

export interface OpenJavaHeap {
  readonly graph: HeapGraph;
  readonly contents: Contents;
  close(): void;
}

/** Throws as `buildJavaGraph` does, and `io` for files that cannot be read. The graph outlives `close`; the contents do not. */
export async function openHprof(path: string, options: OpenHprofOptions, warnings: WarningLog): Promise<OpenJavaHeap> {
  return withSource(path, options, warnings, async (source) => {
    const {graph, contents} = await buildJavaGraph(source, options, warnings);
    const metadata = {...graph.metadata, dump_path: path, dump_identity: contentIdentity(source)};
    return {graph: Object.freeze({...graph, metadata: Object.freeze(metadata)}), contents, close: () => source.close()};
  });
}

/** Only the objects' bytes. `identity` tells this file from others, as `dump_identity` of `meta` does. */
export async function openHprofContents(
  path: string,
  options: OpenHprofOptions,
  warnings: WarningLog,
): Promise<Pick<OpenJavaHeap, 'contents' | 'close'> & {identity: string}> {
  return withSource(path, options, warnings, async (source) => ({
    contents: await readObjectMemory(source, options, warnings),
    identity: contentIdentity(source),
    close: () => source.close(),
  }));
}

/** The file is closed when `use` fails. */
async function withSource<T>(
  path: string,
  options: OpenHprofOptions,
  warnings: WarningLog,
  use: (source: FileSource) => Promise<T>,
): Promise<T> {
  const source = await openUnpacked(path, options, warnings);
  try {
    return await use(source);
  } catch (error) {
    source.close();
    throw error;
  }
}
