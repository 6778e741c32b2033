/**
 * Packages: whose bytes the heap has, and of whose types its objects are. In the address: `f` a part of the path, `p` the package whose owners and types are listed.
 */
import {ownersOfPackage, packageRows, typesOfPackage} from '../../../src/database/queries/package-queries.js';
import type {RowOf} from '../../../src/database/queries/run-query.js';
import {useFacts} from '../facts.js';
import {href, route, setParams} from '../router.js';
import {DataTable} from '../widgets/data-table.js';
import {ownerHref, typeHref} from '../widgets/link.js';
import {Screen} from '../widgets/screen.js';
import {ByteSize} from '../widgets/size.js';
import {Tabs} from '../widgets/tabs.js';
import {Name, Text} from '../widgets/text.js';

/** In the address; a path has no space. */
const NOT_KNOWN = 'not known';

export function PackagesView() {
  const {f = '', p} = route.value.params;
  const live = useFacts()?.live;
  const filter = (
    <input
      type="search"
      class="filter"
      aria-label="Filter"
      placeholder="Part of the path"
      value={f}
      onInput={(event) => setParams({f: event.currentTarget.value})}
    />
  );
  return (
    <Screen title="Packages" isFilled tools={filter}>
      <DataTable
        query={packageRows}
        params={{filter: f}}
        isPrimary={p === undefined}
        none="No package has this in its path."
        columns={{
          package: {isName: true, least: 220, href: packageHref, show: ({package: name}) => (name ? <Name value={name} /> : NOT_KNOWN)},
          bytes: {
            label: 'Its bytes',
            whole: live,
            isMain: true,
            title: 'Of its types, variables and functions, with the arrays, strings and maps that hang on them',
          },
          retained: {title: 'Bytes that become garbage without the objects that belong to it'},
          type_bytes: {
            label: 'Of its types',
            title: 'Slots of the objects of its types, wherever they belong; elements of arrays and maps count for their package',
          },
          owners: {title: 'Types, variables and functions that have bytes'},
          types: {},
        }}
      />
      {p !== undefined && <Chosen name={p} live={live} />}
    </Screen>
  );
}

const packageHref = ({package: name}: RowOf<typeof packageRows>) => href('packages', {...route.value.params, p: name || NOT_KNOWN});

function Chosen({name, live}: {readonly name: string; readonly live: number | undefined}) {
  const {tab = 'owners'} = route.value.params;
  const params = {package: name === NOT_KNOWN ? '' : name};
  return (
    <section class="chosen" aria-label="The package">
      <div class="table-head">
        <h2>
          <Text value={name} />
        </h2>
        <a class="button quiet" href={href('packages', {...route.value.params, p: undefined, tab: undefined})}>
          Close
        </a>
      </div>
      <Tabs label="Of the package" tabs={TABS} chosen={tab} choose={(next) => setParams({tab: next})}>
        {tab === 'types' ? <TypesOf params={params} live={live} /> : <OwnersOf params={params} live={live} />}
      </Tabs>
    </section>
  );
}

const TABS = [
  {id: 'owners', title: 'Whose bytes'},
  {id: 'types', title: 'Types'},
] as const;

interface PartProps {
  readonly params: {readonly package: string};
  readonly live: number | undefined;
}

function OwnersOf({params, live}: PartProps) {
  return (
    <DataTable
      query={ownersOfPackage}
      params={params}
      isPrimary
      none="Nothing belongs to it."
      columns={{
        owner: {isName: true, least: 220, href: ownerHref},
        bytes: {whole: live, isMain: true},
        own_bytes: {label: 'Itself', title: 'Slots of the objects of the type'},
        held_bytes: {label: 'Hanging on it', title: 'Unnamed arrays, strings and maps'},
        retained: {},
        objects: {},
      }}
    />
  );
}

function TypesOf({params, live}: PartProps) {
  return (
    <DataTable
      query={typesOfPackage}
      params={params}
      isPrimary
      none="It has no types with objects."
      columns={{
        type: {isName: true, least: 220, href: ({type}) => typeHref(type!)},
        bytes: {whole: live, isMain: true},
        retained: {title: 'What would be freed if all of them went; ≥ marks a lower bound', show: showRetained},
        objects: {},
      }}
    />
  );
}

function showRetained({retained, exact}: RowOf<typeof typesOfPackage>) {
  return (
    <>
      {exact === 0 && retained !== null && '≥ '}
      <ByteSize value={retained} />
    </>
  );
}
