/**
 * Strings and arrays of bytes: how many there are, what a text is in, which equal others, and the longest. In the address: `s` the text, `use` what is listed.
 */
import {bytesByUse, longestBytes} from '../../../src/database/queries/string-queries.js';
import {useFacts} from '../facts.js';
import {href, nodeHref, route, setParams} from '../router.js';
import {BytesSearch} from '../widgets/bytes-search.js';
import {DataTable} from '../widgets/data-table.js';
import {NodeLink} from '../widgets/link.js';
import {Screen} from '../widgets/screen.js';
import {WasteLacks, WorstPlaces} from '../widgets/waste-cards.js';

/** What the headers that point to the bytes say. */
const USES = {'': 'all', string: 'strings', slice: 'byte slices', both: 'both at once', other: 'neither'};
const MOST_CARDS = 3;

export function StringsView() {
  const {use = ''} = route.value.params;
  const live = useFacts()?.live;
  return (
    <Screen title="Strings & bytes">
      <Sums live={live} />
      <BytesSearch />
      <WasteLacks />
      <WorstPlaces kind="duplicate-*" most={MOST_CARDS} />
      <label>
        The longest of{' '}
        <select value={use} onChange={(event) => setParams({use: event.currentTarget.value})}>
          {Object.entries(USES).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <div class="listed">
        <DataTable
          query={longestBytes}
          params={{use}}
          title="Longest"
          none="There are none."
          open={({object_id: id, address}) => nodeHref({id: id!, address})}
          columns={{
            name: {
              label: 'Place',
              isName: true,
              least: 240,
              show: ({object_id: id, name, address}) => <NodeLink node={{id: id!, address}} label={name ?? 'no name'} />,
            },
            size: {label: 'Slot', whole: live, isMain: true},
            length: {},
            use: {label: 'As', width: 80},
            preview: {label: 'Begins'},
          }}
        />
      </div>
    </Screen>
  );
}

/** All that is alive, by what it is used as. */
function Sums({live}: {readonly live: number | undefined}) {
  return (
    <DataTable
      query={bytesByUse}
      params={{}}
      title="All of them"
      isBrief
      none="There are none."
      columns={{
        use: {
          label: 'As',
          href: ({use}) => (use === null ? undefined : href('strings', {use})),
          show: ({use}) => (use === null ? 'smaller ones' : USES[use as keyof typeof USES]),
        },
        bytes: {whole: live, isMain: true, title: 'Their slots; shares are of the live heap'},
        objects: {label: 'Number'},
        used: {label: 'In use', title: 'Bytes of the arrays themselves'},
      }}
    />
  );
}
