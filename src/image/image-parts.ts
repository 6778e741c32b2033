/**
 * A memory image → what a message to another thread can carry, and back. Threads of a process share its open files, and read them at positions of
 * their own: the first image must stay open as long as the others are used.
 */
import {type ByteSource, MemorySource} from '../base/bytes.js';
import {FileSource} from '../base/file-source.js';
import type {Address, Bytes} from '../base/units.js';
import type {Arch} from './core-notes.js';
import {type Mapping, zeroSource} from './mappings.js';
import {MemoryImage} from './memory-image.js';

export interface ImageParts {
  readonly arch: Arch;
  readonly bias: Bytes;
  readonly sources: readonly SourceParts[];
  readonly mappings: readonly {readonly start: Address; readonly end: Address; readonly offset: Bytes; readonly source: number}[]; // row of `sources`
}
type SourceParts =
  | {readonly path: string; readonly descriptor: number}
  | {readonly name: string; readonly data: Uint8Array}
  | {readonly zeros: true};

/** Undefined when there is a source of bytes that cannot be told. */
export function takeApart({arch, bias, mappings}: MemoryImage): ImageParts | undefined {
  const sources = [...new Set(mappings.map(({source}) => source))];
  const parts = sources.map(describeSource);
  if (!parts.every((part) => part !== undefined)) return undefined;
  const row = new Map(sources.map((source, index) => [source, index]));
  return {arch, bias, sources: parts, mappings: mappings.map(({source, ...mapping}) => ({...mapping, source: row.get(source)!}))};
}

/** Memory that the dump lacks is not listed in this image. */
export function putTogether({arch, bias, sources, mappings}: ImageParts): MemoryImage {
  const opened = sources.map(openSource);
  return new MemoryImage(arch, bias, {
    mappings: mappings.map(({source, ...mapping}): Mapping => ({...mapping, source: opened[source]!})),
    missing: [],
  });
}

function describeSource(source: ByteSource): SourceParts | undefined {
  if (source === zeroSource) return {zeros: true};
  if (source instanceof FileSource) return {path: source.path, descriptor: source.descriptor};
  return source instanceof MemorySource ? {name: source.name, data: source.data} : undefined;
}

function openSource(parts: SourceParts): ByteSource {
  if ('zeros' in parts) return zeroSource;
  return 'path' in parts ? new FileSource(parts.path, undefined, parts.descriptor) : new MemorySource(parts.name, parts.data);
}
