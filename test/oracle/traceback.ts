/**
 * What the runtime printed about its goroutines when the process died (GOTRACEBACK=crash), against the frames of a database:
 * runtime/traceback.go unwinds with the same tables, on the live process. It prints inlined calls without addresses, and at this
 * level also the wrappers that the database leaves out, as other stack traces do: so its frames are a subsequence of the printed ones.
 */
import {readFileSync} from 'node:fs';
import type Database from 'better-sqlite3';
import type {Comparison, Difference} from './compare.js';

interface PrintedFrame {
  readonly name: string;
  readonly fp: number;
  readonly sp: number;
  readonly pc: number;
}

/** Goroutine → its frames as they were printed last; goroutines that ran on another thread just then had none. */
export function readTraceback(path: string): Map<number, readonly PrintedFrame[]> {
  const goroutines = new Map<number, PrintedFrame[]>();
  let frames: PrintedFrame[] | undefined;
  let name = '';
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const header = /^goroutine (\d+) .*\[.*\]:$/.exec(line);
    const place = /^\t.* fp=(0x[0-9a-f]+) sp=(0x[0-9a-f]+) pc=(0x[0-9a-f]+)$/.exec(line);
    if (header) {
      frames = [];
      if (header[1] !== '0') goroutines.set(Number(header[1]), frames);
    } else if (place) {
      frames?.push({name, fp: Number(place[1]), sp: Number(place[2]), pc: Number(place[3])});
    } else if (line.startsWith('\t')) {
      // An inlined call has no frame.
    } else {
      name = line.slice(0, line.lastIndexOf('('));
    }
  }
  return goroutines;
}

/**
 * Every frame of a waiting goroutine was printed with the same pc, sp and size, in the same order; and both stacks begin and end with
 * the same frame.
 */
export function compareTraceback(database: Database.Database, path: string): Comparison {
  const stored = database.prepare('SELECT pc, sp, sp + size AS fp FROM frames WHERE goroutine_id = ? AND NOT inlined ORDER BY depth');
  const waiting = new Set(database.prepare("SELECT id FROM goroutines WHERE status = 'waiting'").pluck().all() as number[]);
  const differences: Difference[] = [];
  let compared = 0;
  for (const [goroutine, frames] of readTraceback(path)) {
    if (!waiting.has(goroutine)) continue;
    const found = stored.all(goroutine) as Omit<PrintedFrame, 'name'>[];
    if (frames.length === 0) continue;
    const isSame = (own: (typeof found)[number] | undefined, frame: PrintedFrame) =>
      own !== undefined && own.pc === frame.pc && own.sp === frame.sp && own.fp === frame.fp;
    for (const [own, frame] of [
      [found[0], frames[0]!],
      [found.at(-1), frames.at(-1)!],
    ] as const) {
      if (!isSame(own, frame)) differences.push({text: `goroutine ${goroutine}: no frame of ${frame.name} at 0x${frame.sp.toString(16)}`});
    }
    let depth = 0;
    for (const own of found) {
      compared++;
      const at = frames.findIndex((frame, i) => i >= depth && isSame(own, frame));
      if (at >= 0) depth = at + 1;
      else differences.push({text: `goroutine ${goroutine}: its frame at 0x${own.sp.toString(16)} was not printed`});
    }
  }
  return {compared, differences};
}
