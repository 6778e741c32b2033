/**
 * Timers that will fire, by what they call and one by one, and live contexts: what is found about them first. In the address: `fn` and `kind` of the timers that
 * are listed, `tab`.
 */
import {suspectCards} from '../../../src/database/queries/card-queries.js';
import type {RowOf} from '../../../src/database/queries/run-query.js';
import {timerGroups} from '../../../src/database/queries/suspect-queries.js';
import {contextRows, timerRows} from '../../../src/database/queries/timer-queries.js';
import {useQuery} from '../api.js';
import {useFacts} from '../facts.js';
import {cardOfSuspect} from '../finding-cards.js';
import {formatSeconds} from '../format.js';
import {href, nodeHref, route, setParams} from '../router.js';
import {DataTable} from '../widgets/data-table.js';
import {CardList} from '../widgets/finding-card.js';
import {NodeLink} from '../widgets/link.js';
import {Screen} from '../widgets/screen.js';
import {Unknown} from '../widgets/size.js';
import {Tabs} from '../widgets/tabs.js';
import {Name, Text} from '../widgets/text.js';

const KINDS: ReadonlySet<string | null> = new Set(['timers', 'contexts']);

export function TimersView() {
  const {tab = 'timers'} = route.value.params;
  const findings = useQuery(suspectCards, {}).rows?.filter(({kind}) => KINDS.has(kind)) ?? [];
  return (
    <Screen title="Timers & contexts">
      {findings.length > 0 && <CardList label="Findings" cards={findings.map(cardOfSuspect)} />}
      <Tabs label="Lists" tabs={TABS} chosen={tab} choose={(next) => setParams({tab: next})}>
        <div class="listed">{tab === 'contexts' ? <Contexts /> : <Timers />}</div>
      </Tabs>
    </Screen>
  );
}

const TABS = [
  {id: 'timers', title: 'Timers'},
  {id: 'contexts', title: 'Contexts'},
] as const;

function Timers() {
  const {fn = '', kind = ''} = route.value.params;
  const live = useFacts()?.live;
  return (
    <>
      <DataTable
        query={timerGroups}
        params={{limit: -1}}
        title="By what they call"
        none="No timer will fire."
        columns={{
          function: {label: 'Calls', isName: true, least: 240, href: groupHref, show: (row) => <Name value={row.function ?? row.kind!} />},
          retained: {whole: live, isMain: true, title: 'What they keep until they fire, each alone'},
          timers: {},
          repeated: {title: 'That fire again and again'},
          soonest: {show: ({soonest}) => <Left seconds={soonest} />},
          latest: {show: ({latest}) => <Left seconds={latest} />},
          kind: {width: 100},
        }}
      />
      {(fn !== '' || kind !== '') && (
        <p>
          Only <Name value={fn || kind} /> <a href={href('timers')}>All timers</a>
        </p>
      )}
      <DataTable
        query={timerRows}
        params={{function: fn, kind}}
        title="Timers, most retained first"
        none="No timer will fire."
        open={(row) => timerHref(row)}
        columns={{
          function: {label: 'Calls', isName: true, least: 240, href: timerHref, show: (row) => <Name value={row.function ?? row.kind!} />},
          retained: {whole: live, isMain: true},
          argument: {label: 'With', isName: true, href: argumentHref, title: 'What it calls the function with'},
          seconds_left: {label: 'Fires in', show: ({seconds_left: seconds}) => <Left seconds={seconds} />},
          period: {label: 'Every', show: ({period}) => <Left seconds={period} />},
          fires_at: {label: 'At', width: 190},
        }}
      />
    </>
  );
}

type Timer = RowOf<typeof timerRows>;

const groupHref = ({function: fn, kind}: RowOf<typeof timerGroups>) => href('timers', {fn: fn ?? undefined, kind: kind ?? undefined});
const objectHref = (id: number | null, address: number | null) => (id === null ? undefined : nodeHref({id, address}));
const timerHref = ({object_id: id, object_address: address}: Timer) => objectHref(id, address);
const argumentHref = ({argument_id: id, argument_address: address}: Timer) => objectHref(id, address);

/** Below 0 where it was due and had not been called yet. */
function Left({seconds}: {readonly seconds: number | null}) {
  if (seconds === null) return <Unknown />;
  return <>{seconds < 0 ? `${formatSeconds(-seconds)} ago` : formatSeconds(seconds)}</>;
}

function Contexts() {
  const live = useFacts()?.live;
  return (
    <DataTable
      query={contextRows}
      params={{}}
      none="No live context that anything was made from."
      open={({id, address}) => objectHref(id, address)}
      columns={{
        name: {
          label: 'Context',
          isName: true,
          least: 240,
          show: ({id, name, address}) => <NodeLink node={{id: id!, address}} label={name ?? 'context'} />,
        },
        children: {title: 'Contexts that end with it'},
        retained: {whole: live, isMain: true},
        parent: {label: 'Made from', isName: true, href: ({parent_id: id, parent_address: address}) => objectHref(id, address)},
        deadline: {width: 190},
        cancelled: {label: 'Ended'},
        made_at: {
          label: 'Made in',
          show: ({made_at: place}) => (place === null ? <Unknown /> : <Text value={place} />),
          title: 'Where it was allocated, of those that the memory profile had sampled',
        },
      }}
    />
  );
}
