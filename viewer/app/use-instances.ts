/**
 * The objects of a type in any order as the rows of a table that grows: so many at a time, each time behind the last one.
 */
import {useRef, useState} from 'preact/hooks';
import {type Found, type InstanceRow, sortInstances, type WantedInstances} from '../../src/database/queries/instance-scan.js';
import {recall, rememberHere} from './router.js';
import {keptScan, type Scanning, useScan} from './use-scan.js';
import type {Pages} from './widgets/data-table.js';

/** Rows that are looked for at a time: all objects are gone through for as many as for one. */
const BLOCK_ROWS = 1000;

export type InstancePages = Pages<InstanceRow> & {readonly scanning: Scanning<readonly InstanceRow[]>};

/** `objects`: how many the type has. */
export function useInstances(asked: Omit<WantedInstances, 'after' | 'limit' | 'isLive'>, objects: number): InstancePages {
  const key = `instances ${JSON.stringify(asked)}`;
  const [count, setCount] = useState<{readonly key: string; readonly blocks: number}>({key, blocks: recall<number>(key) ?? 1});
  const wanted = count.key === key ? count.blocks : (recall<number>(key) ?? 1);
  const {rows, isComplete, blocks} = keptRows(key, wanted);
  const after = rows.at(-1);
  const isAsking = !isComplete && blocks < wanted;
  const scanning = useScan<readonly InstanceRow[]>(isAsking ? keyBehind(key, after) : undefined, (ask) =>
    sortInstances(ask, {...asked, isLive: false, after, limit: BLOCK_ROWS}),
  );
  const found = scanning.found === undefined ? rows : [...rows, ...scanning.found];
  const last = useRef(found);
  if (found.length > 0 || !scanning.isUnderWay) last.current = found; // the rows of the last order stay until there are others
  const shown = last.current;
  const {type: id, order, isDown, filter} = asked;
  return {
    rows: shown,
    params: {
      id,
      order,
      down: isDown ? 1 : 0,
      filter,
      live: 0,
      than: '',
      after: '',
      from: 0,
      to: objects,
      limit: shown.length || BLOCK_ROWS,
    },
    isComplete,
    isCut: false,
    isFirstLoading: shown.length === 0 && scanning.isUnderWay,
    failure: scanning.failure,
    milliseconds: (scanning.seconds ?? keptScan(keyBehind(key, undefined))?.seconds ?? 0) * 1000,
    more: () => {
      if (isComplete || isAsking) return;
      setCount({key, blocks: wanted + 1});
      rememberHere(key, wanted + 1);
    },
    retry: scanning.goOn,
    scanning,
  };
}

/** Those that were found before. */
function keptRows(key: string, wanted: number): {rows: readonly InstanceRow[]; isComplete: boolean; blocks: number} {
  const rows: InstanceRow[] = [];
  for (let blocks = 0; ; blocks++) {
    const block = blocks < wanted ? (keptScan(keyBehind(key, rows.at(-1))) as Found<readonly InstanceRow[]> | undefined) : undefined;
    if (block === undefined) return {rows, isComplete: false, blocks};
    rows.push(...block.found);
    if (block.found.length < BLOCK_ROWS && !block.isBeginning) return {rows, isComplete: true, blocks: blocks + 1};
  }
}

const keyBehind = (key: string, row: InstanceRow | undefined) => `${key} ${row?.object_id ?? ''}`;
