/**
 * A process → a mark for the names of what it makes for a while, by which another one knows for sure that it is over. A pid alone does not tell: pids repeat,
 * and a folder may be shared with other containers and machines, whose processes are not seen here. So the mark has where the pid counts – the boot and the
 * namespaces – and when the process started. Of two namespaces that live at the same time no two have one number. Truth: proc(5), namespaces(7).
 */
import {createHash} from 'node:crypto';
import {readFileSync, readlinkSync} from 'node:fs';

const PLACE_DIGITS = 8;
const START_DIGITS = 8;
export const MARK_DIGITS = PLACE_DIGITS + START_DIGITS;
/** Where the system does not tell: nobody can be sure of such a process. */
const UNKNOWN = '0'.repeat(MARK_DIGITS);

let own: string | undefined;

/** Digits and small letters, MARK_DIGITS of them. */
export function ownMark(): string {
  own ??= markOf(process.pid) ?? UNKNOWN;
  return own;
}

/** False where it cannot be known. */
export function isSurelyOver(pid: number, mark: string): boolean {
  if (ownMark() === UNKNOWN || mark.slice(0, PLACE_DIGITS) !== ownMark().slice(0, PLACE_DIGITS)) return false;
  const now = markOf(pid);
  return now === undefined ? !isRunning(pid) : now !== mark;
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0); // sends nothing
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Undefined for a process that is not there, or that this user may not see. */
function markOf(pid: number): string | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    const [state, start] = [fields[0]!, Number(fields[19])]; // starttime, in ticks since boot
    if (!(start >= 0)) return undefined;
    const spaces = ['pid', 'time'].map(namespace);
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const place = createHash('sha256')
      .update([boot, ...spaces].join(' '))
      .digest('hex')
      .slice(0, PLACE_DIGITS);
    const isOver = state === 'Z' || state === 'X'; // nobody has asked yet how it ended
    return place + (isOver ? '-' : start.toString(36).padStart(START_DIGITS, '0'));
  } catch {
    return undefined;
  }
}

/** '' where the kernel has none of the kind. */
function namespace(kind: string): string {
  try {
    return readlinkSync(`/proc/self/ns/${kind}`);
  } catch {
    return '';
  }
}
