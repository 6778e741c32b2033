/**
 * A finding → lines: how bad it is, what it is, what to do, where to look next.
 */
import {formatBytes} from '../base/format-bytes.js';
import type {RowOf} from '../database/queries/run-query.js';
import type {suspects} from '../database/queries/suspect-queries.js';
import {wrapIndented} from './wrap-text.js';

export type SuspectRow = RowOf<typeof suspects>;

/** `next`: how its command is called here. */
export function suspectLines(row: SuspectRow, next: string, width: number | undefined): string[] {
  const {rank, level, kind, bytes, share, sentence, fix} = row;
  const parts = [sentence!, `Do: ${fix}`, `See: ${next}`];
  return [
    `${rank}  ${level}: ${kind}  ${formatBytes(bytes!)}  ${(100 * share!).toFixed(1)} %`,
    ...parts.flatMap((text) => wrapIndented(`   ${text}`, width)),
  ];
}
