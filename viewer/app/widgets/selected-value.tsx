/**
 * The value of the selection, as its own page shows it.
 */
import {node as nodeQuery} from '../../../src/database/queries/node-queries.js';
import {useQuery} from '../api.js';
import type {PanelProps} from '../selection.js';
import {Loading} from './empty.js';
import {FailureBox} from './failure.js';
import {ValueTreeTable} from './value-tree.js';

export function SelectedValue({selected: {node: id, name}}: PanelProps) {
  const {rows, failure, retry} = useQuery(nodeQuery, {id});
  if (failure) return <FailureBox failure={failure} retry={retry} />;
  if (rows === undefined) return <Loading />;
  return <ValueTreeTable node={id} name={name} header={rows[0]?.header ?? 0} isNarrow />;
}
