/**
 * Objects → rows of `objects`, span by span in address order: address, size and header follow from the span.
 */

import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import {getBit} from '../base/bitset.js';
import {NONE, type NodeIndex} from '../base/units.js';
import {EVIDENCE, TYPE_KINDS} from '../graph/heap-graph.js';
import {lengthOf, nodeOfObject} from '../graph/objects.js';
import {BYTE_USES, computeByteUses, listByteTypes} from '../values/byte-uses.js';
import type {PreviewReader} from './preview-reader.js';
import type {RowSink, RowTable} from './row-table.js';

const COLUMNS = ['id', 'address', 'size', 'header', 'used', 'type_id', 'length', 'evidence', 'span_id', 'reachable'];
const ANALYSIS_COLUMNS = ['depth', 'holder_id', 'holder_offset', 'owner_id', 'dominator_id', 'retained', 'retained_objects'];
const BYTE_COLUMNS = ['bytes_kind', 'preview']; // last: a row without them is shorter
const UNKNOWN = TYPE_KINDS.indexOf('unknown');
const EVIDENCE_NAMES = EVIDENCE.map((name) => (name === 'unknown' ? null : name));

/** `owners`: per node the row of `owners` from 0, or NONE. `previews` undefined: the column stays NULL. */
export function objectTable(columns: AnalysisColumns, owners: () => Promise<Uint32Array>, previews: PreviewReader | undefined): RowTable {
  return {
    name: 'objects',
    sorted: true,
    columns: [...COLUMNS, ...ANALYSIS_COLUMNS, ...BYTE_COLUMNS],
    rowCount: columns.graph.objects.count,
    write: async (sink) => writeObjects(columns, await owners(), previews, sink),
  };
}

async function writeObjects(
  columns: AnalysisColumns,
  ownerOf: Uint32Array,
  previews: PreviewReader | undefined,
  sink: RowSink,
): Promise<void> {
  const {graph} = columns;
  const {spans, objects, types} = graph;
  const isBytes = listByteTypes(types);
  const uses = computeByteUses(graph);
  for (let span = 0; span < spans.count; span++) {
    const start = spans.start[span]!;
    const size = spans.slotSize[span]!;
    const header = spans.header[span]!;
    const end = objects.firstObject[span + 1]!;
    const spanPreviews = spans.scan[span] === 0 ? previews : undefined; // text holds no pointers
    for (let object = objects.firstObject[span]!; object < end; object++) {
      const type = objects.type[object]!;
      const length = type === 0 ? 0 : lengthOf(objects, object);
      sink.put(nodeOfObject(graph, object));
      sink.put(start + objects.slot[object]! * size);
      sink.put(size);
      sink.put(header);
      sink.put(types.kind[type] === UNKNOWN ? null : types.size[type]! * length);
      sink.put(type);
      sink.put(length === 0 ? null : length);
      sink.put(EVIDENCE_NAMES[objects.evidence[object]!]!);
      sink.put(span);
      putAnalyses(columns, ownerOf, nodeOfObject(graph, object), sink);
      sink.put(isBytes[type] === 1 ? BYTE_USES[uses[object]!]! : null);
      sink.put(spanPreviews === undefined ? null : spanPreviews.read(span, object));
      if (sink.endRow()) await sink.pause();
    }
  }
}

function putAnalyses(columns: AnalysisColumns, ownerOf: Uint32Array, node: NodeIndex, sink: RowSink): void {
  if (!getBit(columns.reachable, node)) {
    sink.put(0);
    for (let column = 0; column < ANALYSIS_COLUMNS.length; column++) sink.put(null);
    return;
  }
  const holderSlot = columns.holderSlot[node]!;
  sink.put(1);
  sink.put(columns.depth[node]!);
  sink.put(columns.holder[node]!);
  sink.put(holderSlot === NONE ? null : holderSlot * 8);
  sink.put(ownerOf[node]! + 1);
  sink.put(columns.dominator[node]!);
  sink.put(columns.retained[node]!);
  sink.put(columns.retainedObjects[node]!);
}
