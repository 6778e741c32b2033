/**
 * What became more or less since the base: a sign, an arrow and a colour, each of which says it alone.
 */

import {useMemo} from 'preact/hooks';
import type {ChangedRow} from '../../protocol.js';
import {status} from '../api.js';
import {useComparison} from '../comparison.js';
import {showBytes} from '../format.js';
import type {TableColumn} from './cell.js';
import {ByteSize} from './size.js';

export function Delta({value, title}: {readonly value: number; readonly title?: string | undefined}) {
  if (value === 0) return <span class="muted">0</span>;
  return (
    <span class={value > 0 ? 'delta more' : 'delta less'} title={title}>
      <span aria-hidden="true">{value > 0 ? '▲' : '▼'}</span> {value > 0 ? '+' : '−'}
      <ByteSize value={Math.abs(value)} />
    </span>
  );
}

/** The column Δ of a table whose rows are about what `idOf` says; none without a base. */
export function useDeltas<R>(list: 'holders' | 'types' | 'goroutine_groups', idOf: (row: R) => number | null): readonly TableColumn<R>[] {
  const {value, failure, isCancelled} = useComparison();
  const isGiven = (status.value?.bases.length ?? 0) > 0 && failure === undefined && !isCancelled;
  return useMemo(() => (isGiven ? [deltaColumn(value?.[list], idOf)] : []), [isGiven, value]);
}

/** `changes` is undefined while the heaps are being compared. */
function deltaColumn<R>(changes: readonly ChangedRow[] | undefined, idOf: (row: R) => number | null): TableColumn<R> {
  const byId = new Map(changes?.filter((row) => row.after_id !== null).map((row) => [row.after_id, row]));
  const changeOf = (row: R) => byId.get(idOf(row));
  return {
    id: 'delta',
    label: 'Δ',
    kind: 'bytes',
    width: 118,
    title: 'Bytes more or less than in the base; rows of equal names are one there, and the first of them here has the difference of all',
    value: (row) => changeOf(row)?.delta_bytes ?? null,
    show: (row) => (changes === undefined ? '…' : <Since change={changeOf(row)} />),
  };
}

/** Nothing for what is the same, and for what the lists of a comparison do not have. */
function Since({change}: {readonly change: ChangedRow | undefined}) {
  if (change === undefined) return null;
  const {state, before_bytes: before, from, delta_bytes: bytes} = change;
  const was = state === 'new' ? 'new' : `was ${showBytes(before)}`;
  return <Delta value={bytes} title={from === null ? was : `${was}, as ${from}`} />;
}
