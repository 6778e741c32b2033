/**
 * The columns of what was born and died between two dumps of one process, by type.
 */
import type {LivesOfType} from '../../protocol.js';
import type {TableColumn} from './cell.js';
import {typeHref} from './link.js';
import {Name} from './text.js';

export const bornColumns: readonly TableColumn<LivesOfType>[] = [
  {
    ...{id: 'type', label: 'Type', kind: 'text', least: 220, value: (row) => row.type},
    ...{show: (row) => <Name value={row.type} />, href: (row) => typeHref(row.type)},
  },
  {id: 'born_count', label: 'Born', kind: 'count', title: 'At least: in the later dump alone', value: (row) => row.born_count},
  {id: 'born_bytes', label: 'Bytes born', kind: 'bytes', isMain: true, value: (row) => row.born_bytes},
  {id: 'died_count', label: 'Died', kind: 'count', title: 'At least: in the base alone', value: (row) => row.died_count},
  {id: 'died_bytes', label: 'Bytes died', kind: 'bytes', value: (row) => row.died_bytes},
  {id: 'survived_count', label: 'Survived', kind: 'count', title: 'At most: in both', value: (row) => row.survived_count},
  {id: 'survived_bytes', label: 'Bytes survived', kind: 'bytes', width: 116, value: (row) => row.survived_bytes},
];
