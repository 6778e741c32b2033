/**
 * A long loop in slices, so that Ctrl-C and progress get their turn: at twenty million nodes one slice is about 0.1 s.
 */
import {checkpoint, type Work} from '../base/progress.js';

const SLICE = 1 << 21;

/** Calls `run(from, to)` for slices of [0, total) in ascending order; rejects with `signal.reason` when cancelled. */
export async function inSlices(
  stage: string,
  total: number,
  work: Work | undefined,
  run: (from: number, to: number) => void,
): Promise<void> {
  for (let from = 0; from < total; from += SLICE) {
    const to = Math.min(total, from + SLICE);
    run(from, to);
    work?.onProgress?.(stage, to, total);
    await checkpoint(work);
  }
}
