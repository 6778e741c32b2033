/**
 * Memory that the program holds and does not use: by kind, the places that waste most as cards, and all places as a list. In the address: `kind`.
 */
import {wastePlaces} from '../../../src/database/queries/card-queries.js';
import type {RowOf} from '../../../src/database/queries/run-query.js';
import {wasteByKind} from '../../../src/database/queries/waste-queries.js';
import {useFacts} from '../facts.js';
import {href, type NodeName, nodeHref, route} from '../router.js';
import {DataTable} from '../widgets/data-table.js';
import {NodeLink} from '../widgets/link.js';
import {Screen} from '../widgets/screen.js';
import {Name} from '../widgets/text.js';
import {WasteLacks, WorstPlaces} from '../widgets/waste-cards.js';

type Place = RowOf<typeof wastePlaces>;

export function WasteView() {
  const {kind = ''} = route.value.params;
  const live = useFacts()?.live;
  const tools = kind !== '' && (
    <>
      <span class="muted">only {kind.replaceAll('-', ' ')}</span> <a href={href('waste')}>All kinds</a>
    </>
  );
  return (
    <Screen title="Waste" tools={tools}>
      <WasteLacks />
      <Kinds live={live} />
      <WorstPlaces kind={kind} />
      <Places kind={kind} live={live} />
    </Screen>
  );
}

function Kinds({live}: {readonly live: number | undefined}) {
  return (
    <DataTable
      query={wasteByKind}
      params={{kind: '', limit: -1}}
      title="By kind"
      isBrief
      none="Nothing is wasted."
      columns={{
        kind: {href: (row) => href('waste', {kind: row.kind!}), show: (row) => row.kind!.replaceAll('-', ' ')},
        bytes: {whole: live, isMain: true, title: 'In proportion to the live heap; free slots and ends of spans are beside it'},
        count: {title: 'Objects, free slots, spans'},
        places: {},
      }}
    />
  );
}

function Places({kind, live}: {readonly kind: string; readonly live: number | undefined}) {
  return (
    <div class="listed">
      <DataTable
        query={wastePlaces}
        params={{kind}}
        title="All places"
        none="Nothing of this kind."
        open={(row) => {
          const node = nodeOf(row);
          return node && nodeHref(node);
        }}
        columns={{
          path: {label: 'Place', isName: true, least: 260, show: showPlace},
          bytes: {whole: live, isMain: true},
          count: {},
          kind: {width: 130},
          owner: {isName: true, label: 'Whose'},
          fix: {label: 'What to do'},
        }}
      />
    </div>
  );
}

function nodeOf({node_id: id, path: name, address}: Place): NodeName | undefined {
  return id === null ? undefined : {id, name, address};
}

function showPlace(row: Place) {
  const node = nodeOf(row);
  const name = row.path ?? row.type ?? 'other places';
  return node === undefined ? <Name value={name} /> : <NodeLink node={node} label={name} />;
}
