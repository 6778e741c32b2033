/**
 * Which frames of a deep stack stay frames: as in Go's own traces the innermost and the outermost ones. Of those between them their number is
 * known, and what they hold.
 * Truth: runtime/traceback.go (tracebackInnerFrames, tracebackOuterFrames), Go 1.21 – 1.27.
 */
import type {Address} from '../../base/units.js';
import type {CallSite} from '../functions/function-table.js';
import type {StackFrame, StackFrames} from './stack-frames.js';

/** How many at each end. */
export const KEPT_AT_ENDS = 50;

export class KeptFrames {
  readonly #frames: StackFrames;
  /** [begin, end) of all frames are omitted. */
  readonly begin: number;
  readonly end: number;

  constructor(frames: StackFrames, atEnds = KEPT_AT_ENDS) {
    this.#frames = frames;
    this.begin = Math.min(atEnds, frames.length);
    this.end = Math.max(this.begin, frames.length - atEnds);
  }

  /** The place of a frame among those that are kept; undefined for an omitted one. */
  placeOf(frame: number): number | undefined {
    if (frame < this.begin) return frame;
    return frame < this.end ? undefined : frame - this.end + this.begin;
  }

  /** Whether the address is in no frame that is omitted. */
  covers(address: Address): boolean {
    return this.begin === this.end || address < this.#frames.spOf(this.begin) || address >= this.#frames.fpOf(this.end - 1);
  }

  list(): StackFrame[] {
    const {length} = this.#frames;
    return Array.from({length: length - this.end + this.begin}, (_, place) =>
      this.#frames.at(place < this.begin ? place : place - this.begin + this.end),
    );
  }

  /** Of the omitted frames, how many stand at each site; and a number that differs for most other sequences of sites. */
  countOmitted(): OmittedFrames {
    const count = new Map<CallSite, number>();
    let hash = 0;
    for (let frame = this.begin, next = frame; frame < this.end; frame = next) {
      const site = this.#frames.siteOf(frame);
      for (; next < this.end && this.#frames.siteOf(next) === site; next++) hash = (Math.imul(hash, 31) + site.number) | 0;
      count.set(site, (count.get(site) ?? 0) + next - frame);
    }
    return {behind: this.begin, count, hash};
  }
}

export interface OmittedFrames {
  readonly behind: number; // that many of the frames that are kept
  readonly count: ReadonlyMap<CallSite, number>;
  readonly hash: number;
}
