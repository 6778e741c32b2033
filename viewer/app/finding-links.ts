/**
 * A finding or a place of waste → where it leads: the list of its kind, the place itself, that place among the holders, the objects of its type.
 */
import type {suspectCards, wastePlaces} from '../../src/database/queries/card-queries.js';
import type {RowOf} from '../../src/database/queries/run-query.js';
import {worded} from './format.js';
import {href, type NodeName, nodeHref, nodeText} from './route.js';

export interface CardLink {
  readonly label: string;
  readonly href: string;
  /** The label is a name of the program's. */
  readonly isName?: boolean;
}

type Suspect = RowOf<typeof suspectCards>;

const goroutines = ({goroutine}: Suspect): CardLink => ({
  label: worded('Goroutines'),
  href: href('goroutines', {g: goroutine ?? undefined}),
});
const timersAnd = (tab?: string) => (): CardLink => ({label: `All ${tab ?? 'timers'}`, href: href('timers', {tab})});
const memoryMap = (): CardLink => ({label: 'Memory map', href: href('memory')});
const wasteOf = ({kind, evidence}: Suspect): CardLink => {
  const {waste = []} = JSON.parse(evidence!) as {readonly waste?: readonly {readonly kind: string}[]};
  return {label: 'All of this kind', href: href('waste', {kind: waste[0]?.kind ?? kind ?? undefined})};
};

/** Where more of the same is. */
const LISTS: Readonly<Record<string, (suspect: Suspect) => CardLink>> = {
  'goroutine-leak': goroutines,
  goroutines,
  finalizers: goroutines,
  timers: timersAnd(),
  contexts: timersAnd('contexts'),
  pinned: wasteOf,
  capacity: wasteOf,
  'sparse-map': wasteOf,
  duplicates: wasteOf,
  pooled: wasteOf,
  garbage: () => ({label: 'Garbage by type', href: href('types', {sort: '-unreachable_bytes'})}),
  idle: memoryMap,
  'off-heap': memoryMap,
};

export function linksOfSuspect(suspect: Suspect): readonly CardLink[] {
  const {kind, node_id: id, node_kind, place, address, type} = suspect;
  const list = LISTS[kind!]?.(suspect);
  const node = id === null ? undefined : {id, kind: node_kind, name: place, address};
  return [...(list ? [list] : []), ...linksOfNode(node), ...linksOfType(type)];
}

export function linksOfWaste({path, node_id: id, address, type}: RowOf<typeof wastePlaces>): readonly CardLink[] {
  const node = id === null ? undefined : {id, kind: 'object', name: path, address};
  return [...linksOfNode(node), ...linksOfType(type)];
}

function linksOfNode(node: NodeName | undefined): readonly CardLink[] {
  if (node === undefined) return [];
  return [
    {label: node.name ?? nodeText(node), href: nodeHref(node), isName: true},
    {label: 'Among the holders', href: href('holders', {o: nodeText(node)})},
  ];
}

function linksOfType(type: string | null): readonly CardLink[] {
  return type === null ? [] : [{label: 'Objects of its type', href: href('types', {type})}];
}
