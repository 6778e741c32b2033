/**
 * How far work is, as data: what `Progress` (progress.ts) is called with, for another process and for the viewer's page.
 */
export interface StageProgress {
  readonly stage: string;
  readonly done: number;
  /** 0: not known. */
  readonly total: number;
}
