/**
 * Which Go wrote a heap dump → what differs between versions in how it is read. Go 1.17 and newer name themselves in the dump; older ones write there which
 * experiments they were built with, mostly none, and their version is a variable of the program.
 * Truth: runtime/heapdump.go (dumpparams), Go 1.7 – 1.27.
 */
import {decodeText, viewOf, wordAt} from '../base/bytes.js';
import {offsetOf, RelocatedSource} from '../elf/relocations.js';
import type {Executable} from '../image/executable.js';
import {type SizeClasses, sizeClassesOf} from '../runtime/memory/size-classes.js';

/** What differs between versions of Go in how spans are filled. */
export interface DumpFormat {
  /** Go 1.22 and newer: pointer bits lie in spans, or a header in front of each object. */
  readonly headers: boolean;
  /** The collector keeps its marks in spans of small objects. */
  readonly inlineMarks: boolean;
  readonly classes: SizeClasses;
}

const LAST_WITHOUT_VERSION = 16;
/** What a development version is taken for. */
const NEWEST = 99;
const LONGEST_VERSION = 200;

/** Of the program, as runtime.Version() gives it; undefined where a dump of Go 1.16 or older is of a program that has no symbols. `said`: by the dump. */
export function findDumpVersion(said: string, program: Executable): string | undefined {
  return /^(devel\b|go1\.)/.test(said) ? said : readBuildVersion(program);
}

function readBuildVersion(program: Executable): string | undefined {
  const {elf} = program;
  const variable = program.symbols().get('runtime.buildVersion');
  const at = variable && offsetOf(elf.segments, variable.address);
  if (at === undefined || at + 16 > elf.source.size) return undefined;
  const header = viewOf(new RelocatedSource(elf.source, program.relocations(), 0).read(at, 16));
  const [text, length] = [offsetOf(elf.segments, wordAt(header, 0)), wordAt(header, 8)];
  if (text === undefined || length > LONGEST_VERSION || text + length > elf.source.size) return undefined;
  return decodeText(elf.source.read(text, length));
}

/** Experiments that differ from the release stand behind its name: go1.26.8 X:nogreenteagc. */
export function dumpFormat(goVersion: string | undefined): DumpFormat {
  const minor = goVersion === undefined ? LAST_WITHOUT_VERSION - 1 : Number(/go1\.(\d+)/.exec(goVersion)?.[1] ?? NEWEST);
  const has = (experiment: string) => new RegExp(`X:.*\\b${experiment}\\b`).test(goVersion ?? '');
  return {
    headers: minor >= 22 && !has('noallocheaders'),
    inlineMarks: minor >= 26 ? !has('nogreenteagc') : minor === 25 && has('greenteagc'),
    classes: sizeClassesOf(minor),
  };
}
