/**
 * The debug sections by name, each fetched (and unpacked) once and only when something needs it.
 */
import {nameAt} from '../base/bytes.js';
import {formatError} from '../base/errors.js';
import type {Bytes} from '../base/units.js';
import type {WarningLog} from '../base/warnings.js';

export type SectionName =
  | '.debug_info'
  | '.debug_abbrev'
  | '.debug_addr'
  | '.debug_line'
  | '.debug_line_str'
  | '.debug_loc'
  | '.debug_loclists'
  | '.debug_ranges'
  | '.debug_rnglists'
  | '.debug_str'
  | '.debug_str_offsets';

/** Undefined when the program has no such section. */
export type FindSection = (name: SectionName) => Uint8Array | undefined;

const EMPTY = new Uint8Array(0);

export class Sections {
  readonly #find: FindSection;
  readonly #warnings: WarningLog | undefined;
  readonly #data = new Map<SectionName, Uint8Array>();

  constructor(find: FindSection, warnings?: WarningLog) {
    this.#find = find;
    this.#warnings = warnings;
  }

  /** Empty when the program has no such section, and when it cannot be read: a warning then, an error where there is no log. */
  get(name: SectionName): Uint8Array {
    let data = this.#data.get(name);
    if (!data) {
      const read = () => this.#find(name) ?? EMPTY;
      data =
        this.#warnings?.attempt('debug-section', `The section ${name} cannot be read: what it tells is missing`, EMPTY, read) ?? read();
      this.#data.set(name, data);
    }
    return data;
  }

  /** An unsigned little-endian number of `size` bytes. Throws `bad-format` when it is not in the section. */
  number(name: SectionName, at: number, size: Bytes): number {
    const data = this.get(name);
    if (!(at >= 0 && at + size <= data.length)) throw formatError(name, at, `${size} bytes wanted; the section has ${data.length}`);
    let value = 0;
    for (let i = size - 1; i >= 0; i--) value = value * 256 + data[at + i]!;
    return value;
  }

  /** The bytes up to the next NUL. Throws `bad-format` when there is none near. */
  text(name: SectionName, at: number): Uint8Array {
    const data = this.get(name);
    const text = at >= 0 && at < data.length ? nameAt(data, at) : undefined;
    if (!text) throw formatError(name, at, `a string does not end within the section's ${data.length} bytes, or is too long`);
    return text;
  }
}
