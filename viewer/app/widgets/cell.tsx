/**
 * One value as its column's kind wants it: numbers end at the same place, sizes have share and bar, names are links.
 */
import type {ComponentChildren} from 'preact';
import type {ColumnKind} from '../../../src/database/queries/run-query.js';
import type {AnswerCell} from '../../protocol.js';
import {formatAddress, formatCount, formatShare, visible} from '../format.js';
import {Bar} from './bar.js';
import {ByteSize, Size, Unknown} from './size.js';
import {Name, Text} from './text.js';

/** A column of a table of rows R. */
export interface TableColumn<R> {
  readonly id: string;
  readonly label: string;
  readonly kind: ColumnKind;
  readonly value: (row: R) => AnswerCell;
  /** Where the cell leads to. */
  readonly href?: ((row: R) => string | undefined) | undefined;
  /** In front of it, and no part of its link. */
  readonly lead?: ((row: R) => ComponentChildren) | undefined;
  /** Instead of what the kind would show. */
  readonly show?: ((row: R) => ComponentChildren) | undefined;
  /** What the share and the bar of a column of bytes refer to. */
  readonly whole?: number | undefined;
  /** Text with import paths: shown short. */
  readonly isName?: boolean | undefined;
  /** Explains the heading. */
  readonly title?: string | undefined;
  /** What the rows are about: where room is short it is what is seen first below the name. A table without one is never shown so. */
  readonly isMain?: boolean | undefined;
  /** Pixels, instead of what the kind takes. */
  readonly width?: number | undefined;
  /** Pixels that a column of text takes at least. */
  readonly least?: number | undefined;
}

export const isNumeric = (kind: ColumnKind) => kind !== 'text' && kind !== 'flag';

export function CellContent<R>({column, row}: {readonly column: TableColumn<R>; readonly row: R}) {
  const target = column.href?.(row);
  const content = column.show?.(row) ?? <Plain column={column} value={column.value(row)} />;
  return (
    <>
      {column.lead?.(row)}
      {target === undefined ? content : <a href={target}>{content}</a>}
    </>
  );
}

function Plain<R>({column, value}: {readonly column: TableColumn<R>; readonly value: AnswerCell}) {
  if (value === null) return <Unknown />;
  if (typeof value === 'string') {
    return column.isName ? (
      <Name value={value} />
    ) : (
      <span title={visible(value)}>
        <Text value={value} />
      </span>
    );
  }
  switch (column.kind) {
    case 'bytes':
      return column.whole === undefined ? <ByteSize value={value} /> : <Size value={value} whole={column.whole} />;
    case 'share':
      return (
        <span class="size">
          <span class="share">{formatShare(value)}</span>
          <Bar share={value} />
        </span>
      );
    case 'address':
      return <code>{formatAddress(value)}</code>;
    case 'flag':
      return <>{value === 1 ? 'yes' : 'no'}</>;
    case 'node':
    case 'type':
      return <>{value}</>;
    default:
      return <>{formatCount(value)}</>;
  }
}
