/**
 * The rows of the table memory → categories with their parts, biggest first, their sum, and apart what is only reserved.
 */
import type {memory} from '../../src/database/queries/info-queries.js';
import type {RowOf} from '../../src/database/queries/run-query.js';

export interface MemoryItem {
  readonly kind: 'category' | 'part' | 'total' | 'reserved';
  readonly key: string;
  readonly name: string;
  readonly bytes: number;
  readonly touched: number; // of them, in pages that are not all zero
  /** A class of style.css. */
  readonly color: string;
  readonly parts: readonly MemoryItem[];
}

/** Address space without memory behind it. */
const RESERVED = 'reserved';
const COLORS: Readonly<Record<string, string>> = {heap: 'live'};

export const memoryKey = ({key}: MemoryItem) => key;
export const hasChildren = ({kind, parts}: MemoryItem) => kind === 'category' && parts.length > 0;
export const childrenOf = ({parts}: MemoryItem) => parts;

export function memoryItems(rows: readonly RowOf<typeof memory>[]): MemoryItem[] {
  const names = [...new Set(rows.map(({category}) => category ?? 'other'))];
  const categories = names.map((name): MemoryItem => {
    const parts = rows
      .filter(({category}) => (category ?? 'other') === name)
      .map(
        ({part, bytes, touched}): MemoryItem => ({
          kind: 'part',
          key: `${name}/${part}`,
          name: part ?? '',
          bytes: bytes ?? 0,
          touched: touched ?? 0,
          color: '',
          parts: [],
        }),
      );
    return {
      kind: name === RESERVED ? 'reserved' : 'category',
      key: name,
      name,
      bytes: sumOf(parts),
      touched: touchedOf(parts),
      color: COLORS[name] ?? name,
      parts: byBytes(parts),
    };
  });
  const used = byBytes(categories.filter(({kind}) => kind === 'category'));
  const total: MemoryItem = {kind: 'total', key: 'total', name: 'sum', bytes: sumOf(used), touched: touchedOf(used), color: '', parts: []};
  return [...used, total, ...categories.filter(({kind}) => kind === 'reserved')];
}

const sumOf = (items: readonly MemoryItem[]) => items.reduce((sum, {bytes}) => sum + bytes, 0);
const touchedOf = (items: readonly MemoryItem[]) => items.reduce((sum, {touched}) => sum + touched, 0);
const byBytes = (items: readonly MemoryItem[]) => [...items].sort((a, b) => b.bytes - a.bytes);
