/**
 * Memory that the program holds and does not use: by kind, the places that waste most as cards, and all places as a list. In the address: `kind`.
 */
import {shellWord} from '../../../src/base/shell-word.js';
import {wastePlaces} from '../../../src/database/queries/card-queries.js';
import type {RowOf} from '../../../src/database/queries/run-query.js';
import {wasteByKind, wasteLacks} from '../../../src/database/queries/waste-queries.js';
import {status, useQuery} from '../api.js';
import {useFacts} from '../facts.js';
import {linksOfWaste} from '../finding-links.js';
import {formatCount, showBytes} from '../format.js';
import {href, nodeHref, route} from '../router.js';
import {BY_SLOT, wasteSentence} from '../waste-words.js';
import {DataTable} from '../widgets/data-table.js';
import {type Card, CardList} from '../widgets/finding-card.js';
import {Screen} from '../widgets/screen.js';
import {Name} from '../widgets/text.js';

/** What is less of the live heap has its row in the list. */
const NOTABLE = 0.001;
const MOST_CARDS = 12;

/** By what `wasteLacks` says. */
const LACKS: Readonly<Record<string, string>> = {
  contents: 'This database was made from one without the bytes of objects: what arrays and maps waste is not known.',
  duplicates: 'Equal strings and byte slices were not looked for.',
};

type Place = RowOf<typeof wastePlaces>;

export function WasteView() {
  const {kind = ''} = route.value.params;
  const live = useFacts()?.live;
  const lacks = useQuery(wasteLacks, {}).rows?.[0]?.lacks;
  const tools = kind !== '' && (
    <>
      <span class="muted">only {kind.replaceAll('-', ' ')}</span> <a href={href('waste')}>All kinds</a>
    </>
  );
  return (
    <Screen title="Waste" tools={tools}>
      {lacks && <p class="banner">{LACKS[lacks]}</p>}
      <Kinds live={live} />
      <Worst kind={kind} />
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

function Worst({kind}: {readonly kind: string}) {
  const {rows = []} = useQuery(wastePlaces, {kind, limit: MOST_CARDS * 4, skip: 0});
  const places = rows.filter((row) => (kind === '' ? !BY_SLOT.has(row.kind) && row.share! >= NOTABLE : true));
  return places.length === 0 ? null : <CardList label="Places that waste most" cards={places.slice(0, MOST_CARDS).map(cardOf)} />;
}

function cardOf(row: Place): Card {
  const {kind, path, type, bytes, share, count, reslices, owner, preview, fix} = row;
  const facts: readonly (readonly [string, string | null])[] = [
    ['Each', count! > 1 ? showBytes(Math.round(bytes! / count!)) : null],
    ['Whose', owner],
    ['Of type', type],
    ['Maybe parts of larger ones', reslices ? formatCount(reslices) : null],
    ['One of them begins', preview],
  ];
  return {
    key: `waste ${kind} ${path ?? type}`,
    kind: kind!,
    isProblem: false,
    bytes: bytes!,
    share: share!,
    name: path ?? type ?? 'other places',
    sentence: wasteSentence(row),
    evidence: facts.flatMap(([label, text]) => (text === null ? [] : [{label, texts: [text]}])),
    fix: fix!,
    links: linksOfWaste(row),
    command: `goheap waste ${shellWord(status.value?.input ?? 'INPUT')} --kind ${kind}`,
  };
}

function Places({kind, live}: {readonly kind: string; readonly live: number | undefined}) {
  return (
    <DataTable
      query={wastePlaces}
      params={{kind}}
      title="All places"
      none="Nothing of this kind."
      open={placeHref}
      columns={{
        path: {label: 'Place', isName: true, least: 260, show: (row) => <PlaceName row={row} />},
        bytes: {whole: live, isMain: true},
        count: {},
        kind: {width: 130},
        owner: {isName: true, label: 'Whose'},
        fix: {label: 'What to do'},
      }}
    />
  );
}

const placeHref = ({node_id: id, path, address}: Place) => (id === null ? undefined : nodeHref({id, kind: 'object', name: path, address}));

function PlaceName({row}: {readonly row: Place}) {
  const name = row.path ?? row.type ?? 'other places';
  const target = placeHref(row);
  return target === undefined ? (
    <Name value={name} />
  ) : (
    <a href={target}>
      <Name value={name} />
    </a>
  );
}
