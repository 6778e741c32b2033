/**
 * How many objects there are → a note when reading them may take more memory than is free: before most of it is taken, because a process that the
 * kernel ends says nothing.
 */
import {formatBytes} from '../base/format-bytes.js';
import {freeMemory} from '../base/free-room.js';
import type {Work} from '../base/progress.js';

/** What reading, typing and analyzing takes, measured on heaps of 1 to 80 million objects with two pointers each. */
const BYTES_PER_OBJECT = 80;
const BYTES_BESIDES = 200e6;

export function noteShortMemory(objects: number, {onNote}: Work): void {
  const needed = objects * BYTES_PER_OBJECT + BYTES_BESIDES;
  const free = freeMemory();
  if (needed <= free) return;
  const hint =
    'It may be ended by the system: close other programs, raise the limit of the container, or read the core on a larger machine.';
  onNote?.(`Memory is short: ${objects} objects take about ${formatBytes(needed)}, and ${formatBytes(free)} are free here. ${hint}`);
}
