/**
 * Arguments and flags that several commands take.
 */
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import {GoheapError} from '../base/errors.js';

/** INPUT of every command that reads a database. */
export const inputArg = Args.string({
  name: 'INPUT',
  description: 'core dump, heap dump (of Go or Java), or database that goheap wrote',
  required: true,
});
/** OBJECT, as `findNode` understands it. */
export const objectArg = Args.string({
  name: 'OBJECT',
  description: 'address inside it, node id, name of a variable or of a row of top, or "goroutine 17"',
  required: true,
});

/** A whole number. What is none, or too small or large, is the same error for every flag. */
export const numberFlag = Flags.custom<number, {readonly min: number; readonly max: number}>({
  helpValue: 'N',
  async parse(input, _context, {name, min, max}) {
    const value = /^\d{1,15}$/.test(input) ? Number(input) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new GoheapError('usage', `--${name} ${input}: expected a whole number from ${min} to ${max}`);
  },
});
/** More than any machine runs at a time. */
const MOST_THREADS = 1024;

/** Where the program's files are, and how the core is read; for every command whose INPUT may be a core. */
export const coreFlags = {
  exe: Flags.string({
    description: "the program's executable; else the path in the core, else beside the core",
    helpValue: 'FILE',
    helpGroup: 'CORE',
  }),
  'debug-file': Flags.string({
    description: 'separate debug information: the file, or a folder to search; else beside the executable and in /usr/lib/debug',
    helpValue: 'FILE',
    helpGroup: 'CORE',
  }),
  sysroot: Flags.string({description: "where the dumped machine's files are", helpValue: 'DIR', helpGroup: 'CORE'}),
  module: Flags.string({
    description: 'of several Go runtimes in the process, that of this file; else the one of the executable, else the one with most heap',
    helpValue: 'FILE',
    helpGroup: 'CORE',
  }),
  'go-version': Flags.string({
    description: "the program's version of Go, whatever it says; else as it says, or the one that fits",
    helpValue: '1.N',
    helpGroup: 'CORE',
  }),
  'jvm-layout': Flags.string({
    description:
      'of a Java heap: how the virtual machine laid objects out (compressed, uncompressed, compressed-classes, compact, compact-uncompressed, 32-bit); else as their addresses tell',
    helpValue: 'NAME',
    helpGroup: 'CORE',
  }),
  'force-mismatch': Flags.boolean({description: 'go on although the executable does not belong to the core', helpGroup: 'CORE'}),
  threads: numberFlag({
    min: 1,
    max: MOST_THREADS,
    description: 'that may work on the core at a time; else as many as the machine runs at a time',
    helpGroup: 'CORE',
  }),
};
/** For commands that print sizes. */
export const tableFlags = {
  bytes: Flags.boolean({description: 'print sizes in bytes, with every digit'}),
  wide: Flags.boolean({description: 'print all columns and whole names, also beyond the width of the terminal'}),
};

/** Rows are held in memory before they are printed. */
const MOST_ROWS = 1_000_000;

/** How many rows of a list; `what` says of what. */
export function topFlag(count: number, what: string) {
  return numberFlag({default: count, min: 1, max: MOST_ROWS, description: what});
}
