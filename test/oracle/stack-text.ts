/**
 * The text of runtime.Stack(all = true) against the goroutines and frames of a database: number, states, creators, and the frames
 * outside the runtime. Format: runtime/traceback.go (goroutineheader, traceback2, printcreatedby).
 */
import type Database from 'better-sqlite3';

export interface PrintedGoroutine {
  readonly id: number;
  readonly state: string; // the wait reason of one that waits
  /** function file:line, innermost first, without those of the runtime. */
  readonly frames: readonly string[];
  readonly creator: string; // '' for main
}

export function parseStacks(text: string): PrintedGoroutine[] {
  return text
    .trim()
    .split('\n\n')
    .map((block) => {
      const [header, ...lines] = block.split('\n');
      const [, id, states] = /^goroutine (\d+) \[([^\]]*)\].*:$/.exec(header!)!;
      const frames: string[] = [];
      let creator = '';
      for (let i = 0; i + 1 < lines.length; i += 2) {
        const place = lines[i + 1]!.trim().replace(/ \+0x[0-9a-f]+$/, '');
        const created = /^created by (.*?)(?: in goroutine \d+)?$/.exec(lines[i]!);
        if (created) creator = `${created[1]} ${place}`;
        else frames.push(`${lines[i]!.slice(0, lines[i]!.lastIndexOf('('))} ${place}`);
      }
      return {id: Number(id), state: states!.split(', ')[0]!, frames: frames.filter(isProgram), creator};
    });
}

/** The same from a database. */
export function readStacks(database: Database.Database): PrintedGoroutine[] {
  const frames = database.prepare('SELECT function, file, line FROM frames WHERE goroutine_id = ? AND wrapper = 0 ORDER BY depth');
  const rows = database.prepare('SELECT id, status, wait_reason, created_by, file, line FROM goroutines WHERE NOT system').all() as {
    id: number;
    status: string;
    wait_reason: string | null;
    created_by: string | null;
    file: string | null;
    line: number | null;
  }[];
  return rows.map(({id, status, wait_reason, created_by, file, line}) => ({
    id,
    state: wait_reason ?? status,
    frames: (frames.all(id) as {function: string; file: string; line: number}[])
      .map((frame) => `${frame.function} ${frame.file}:${frame.line}`)
      .filter(isProgram),
    creator: created_by === null ? '' : `${created_by} ${file}:${line}`,
  }));
}

/** A panic is printed as `panic`, without its package. */
function isProgram(frame: string): boolean {
  return !/^(runtime\.|panic )/.test(frame);
}
