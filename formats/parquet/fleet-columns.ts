/**
 * The columns of a fleet's tables: a public contract, as the columns of schema.sql are. Nothing here is valid in one dump alone – no id, no address –, and nothing
 * comes from the heap's own data: names are those of the program's types, variables and functions, and generalized paths.
 */
import {columnsOf, type ParquetColumn} from './parquet-table.js';

/** In front of every row. */
const LABELS = 'dump_id:text service:text version:text built_at:time host:text dumped_at:time';

const COLUMNS = {
  types: 'name:text package:text kind:text size objects bytes used unreachable_objects unreachable_bytes retained share:double',
  owners: 'name:text kind:text package:text objects own_bytes held_bytes bytes retained share:double',
  holders:
    'rank name:text kind:text type:text count retained share:double gathers_name:text gathers_type:text gathers_count gathers_retained ' +
    'root_name:text variables goroutines exact:boolean unfolded:boolean',
  globals: 'name:text package:text kind:text type:text size retained retained_objects share:double',
  goroutine_groups:
    'fingerprint:text function:text created_by:text status:text wait_reason:text top:text goroutines leaked system stack_bytes retained max_wait_seconds:double',
  memory: 'category:text part:text bytes touched',
  suspects: 'rank level:text kind:text name:text type:text bytes share:double count',
  waste: 'kind:text path:text type:text owner:text bytes count reslices',
  dumps:
    'labels:text source:text language:text trigger:text signal go_version:text goos:text goarch:text build_id:text module:text vcs_revision:text ' +
    'process_identity:text threads goroutines gc_percent memory_limit next_gc gc_cycles cgroup_limit heap_objects heap_bytes reachable_objects ' +
    'reachable_bytes roots edges complete:boolean dwarf:text runtime_names:text waste_lacks:text schema_version goheap_version:text',
} as const;

export type FleetTableName = keyof typeof COLUMNS;

/** `dumps` is the last: a dump whose row is there has all of its files. */
export const FLEET_TABLES = Object.keys(COLUMNS) as FleetTableName[];

/** Without the labels. */
export function ownColumns(name: FleetTableName): ParquetColumn[] {
  return columnsOf(COLUMNS[name]);
}

export const LABEL_COLUMNS = columnsOf(LABELS);
