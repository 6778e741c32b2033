/**
 * The bar on top: the dump's name and facts, chips for what limits every answer, search, and the sheet of keys.
 */
import {memory} from '../../src/database/queries/info-queries.js';
import {untyped} from '../../src/database/queries/type-queries.js';
import {status, useQuery} from './api.js';
import {type Facts, useFacts, useWarnings} from './facts.js';
import {counted, formatCount, showBytes} from './format.js';
import {budgetOf} from './memory-budget.js';
import {pane, togglePane} from './pane-state.js';
import {rail, toggleRail} from './rail.js';
import {href} from './router.js';
import {Search} from './search.js';
import {Chip} from './widgets/chip.js';
import {Text} from './widgets/text.js';

export function TopBar({openSheet}: {readonly openSheet: () => void}) {
  const facts = useFacts();
  return (
    <header class="top-bar">
      <button
        type="button"
        class="quiet rail-button"
        onClick={toggleRail}
        aria-label="Screens"
        aria-expanded={rail.value === 'on'}
        aria-controls="rail"
        title="Show or hide the list of screens (b)"
      >
        ☰
      </button>
      <a class="input" href={href('overview')} title={facts?.text('dump_path')}>
        <Text value={status.value?.input ?? ''} />
      </a>
      {facts && <Summary facts={facts} />}
      {facts && <Chips facts={facts} />}
      <Search />
      <button
        type="button"
        class="quiet pane-button"
        onClick={togglePane}
        aria-label="Pane"
        aria-expanded={pane.value === 'on'}
        title="Show or hide the pane about the selection (p)"
      >
        ◨
      </button>
      <button type="button" class="quiet key-button" onClick={openSheet} aria-label="Help" title="Keys, words, and where to start (?)">
        ?
      </button>
    </header>
  );
}

function Summary({facts}: {readonly facts: Facts}) {
  const objects = facts.number('heap_objects');
  const parts = [
    facts.text('go_version')?.replace(/^go/, 'Go '),
    [facts.text('goos'), facts.text('goarch')].filter(Boolean).join('/'),
    objects === undefined ? undefined : `${facts.isIncomplete ? 'at least ' : ''}${formatCount(objects)} objects`,
    facts.live === undefined ? undefined : `${showBytes(facts.live)} live`,
  ];
  return (
    <span class="summary">
      {parts
        .filter((part) => part !== undefined && part !== '')
        .map((part) => (
          <span key={part}>{part}</span>
        ))}
    </span>
  );
}

function Chips({facts}: {readonly facts: Facts}) {
  const warnings = useWarnings();
  const unknown = useUnknownBytes();
  const dwarf = facts.text('dwarf');
  return (
    <span class="chips">
      {facts.isIncomplete && (
        <Chip tone="warning" title="Parts of the dump could not be read: all counts and sizes are at least what is shown.">
          incomplete
        </Chip>
      )}
      {dwarf !== undefined && dwarf !== 'full' && (
        <Chip tone="warning" title="Without debugging information local variables have no names and some objects have no type.">
          no DWARF
        </Chip>
      )}
      {facts.number('redacted') === 1 && <Chip title="Parts of the program's data were replaced by asterisks.">redacted</Chip>}
      {unknown > 0 && (
        <Chip title="Memory that goheap cannot attribute, and live objects without a type">{showBytes(unknown)} unknown</Chip>
      )}
      {warnings.length > 0 && (
        <a class="chip warning" href={href('overview')}>
          {counted(warnings.length, 'warning')}
        </a>
      )}
    </span>
  );
}

/** What is too little to matter (1 % of all) needs no chip; it has its rows on the overview. */
function useUnknownBytes(): number {
  const {rows} = useQuery(memory, {});
  const typeless = useQuery(untyped, {}).rows?.[0]?.bytes ?? 0;
  const {parts} = budgetOf(rows ?? [], typeless);
  const unknown = parts.filter(({color}) => color === 'untyped' || color === 'other').reduce((sum, {bytes}) => sum + bytes, 0);
  return unknown * 100 > parts.reduce((sum, {bytes}) => sum + bytes, 0) ? unknown : 0;
}
