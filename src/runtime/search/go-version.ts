/**
 * Which Go built a program that has no names: the stamp that the linker puts into its data for `go version`, else any string in its data that
 * reads like a version.
 * Truth: cmd/link/internal/ld/data.go (buildinfo), debug/buildinfo, Go 1.17 – 1.27. Up to 1.17 it points to the variables
 * runtime.buildVersion and runtime.modinfo; later it repeats their texts.
 */
import {Cursor, decodeText} from '../../base/bytes.js';
import type {Address, Bytes} from '../../base/units.js';
import type {MemoryImage} from '../../image/memory-image.js';
import type {Words} from './read-range.js';

export interface BuildStamp {
  readonly goVersion: string; // go1.26.8, perhaps with experiments behind " X:"
  readonly modinfoSize: Bytes; // of the text of runtime.modinfo; 0 = none
  /** Addresses of the two variables, up to Go 1.17. */
  readonly buildVersion?: Address;
  readonly modinfo?: Address;
}

/** "\xff Go buildinf:" in two words; a comparison of rounded numbers is a filter, the text decides. */
const FIRST_WORD = 0x69756220 * 2 ** 32 + 0x6f4720ff;
const REST = 'ldinf:';
const ALIGNMENT: Bytes = 16;
const FLAGS = 15;
const TEXTS_INLINE = 2; // a flag
const POINTERS = 16;
const TEXTS = 32;
const LONGEST: Bytes = 1 << 20;

export function findBuildStamp(image: MemoryImage, data: readonly Words[]): BuildStamp | undefined {
  for (const {start, values} of data) {
    for (let at = Math.ceil(start / ALIGNMENT) * ALIGNMENT; at < start + values.length * 8; at += ALIGNMENT) {
      if (values[(at - start) / 8] !== FIRST_WORD) continue;
      const header = image.find(at, TEXTS);
      if (!header || decodeText(header.subarray(8, 14)) !== REST) continue;
      const stamp = (header[FLAGS]! & TEXTS_INLINE) === 0 ? readPointers(image, at) : readTexts(image, at + TEXTS);
      if (stamp) return stamp;
    }
  }
  return undefined;
}

/** What runtime.Version() gives, also of development versions. */
const VERSION = /^(?:devel )?go1\.\d{1,3}\b[ -~]*$/;
const SHORTEST_VERSION: Bytes = 'go1.2'.length;
const LONGEST_VERSION: Bytes = 200;

/** The texts of string headers that read like a version of Go, each once: the program may hold others than its own. */
export function findVersionTexts(image: MemoryImage, data: readonly Words[]): string[] {
  const found = new Set<string>();
  for (const {values} of data) {
    for (let i = 0; i + 1 < values.length; i++) {
      const length = values[i + 1]!;
      if (!(length >= SHORTEST_VERSION && length <= LONGEST_VERSION)) continue;
      const text = image.find(values[i]!, length);
      if (text && VERSION.test(decodeText(text))) found.add(decodeText(text));
    }
  }
  return [...found];
}

function readPointers(image: MemoryImage, at: Address): BuildStamp | undefined {
  const [buildVersion, modinfo] = [image.word(at + POINTERS), image.word(at + POINTERS + 8)];
  const goVersion = findText(image, buildVersion);
  if (goVersion === undefined) return undefined;
  return {goVersion, modinfoSize: image.isMapped(modinfo, 16) ? image.word(modinfo + 8) : 0, buildVersion, modinfo};
}

/** The text of a Go string header. */
function findText(image: MemoryImage, header: Address): string | undefined {
  const text = image.isMapped(header, 16) ? image.find(image.word(header), Math.min(image.word(header + 8), LONGEST)) : undefined;
  return text && decodeText(text);
}

/** Two texts with their lengths before them. */
function readTexts(image: MemoryImage, at: Address): BuildStamp | undefined {
  const bytes = image.find(at, Math.min(image.contiguous(at), LONGEST));
  if (!bytes) return undefined;
  const cursor = new Cursor('build information', bytes);
  const goVersion = decodeText(cursor.bytes(cursor.uleb()));
  return {goVersion, modinfoSize: cursor.uleb()};
}
