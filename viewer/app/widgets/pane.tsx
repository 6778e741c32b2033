/**
 * The pane at the right of every screen with lists: why the selection is alive, its value, what points to it, and what would become garbage
 * without what is ticked. As wide as one likes it; a sheet at the bottom of narrow windows.
 */
import type {ComponentType} from 'preact';
import {status} from '../api.js';
import {formatCount, worded} from '../format.js';
import {useKeys} from '../keyboard.js';
import {useLate} from '../late.js';
import {isSheetOpen, PANE_TABS, type PaneTab, paneTab, showPane, togglePane} from '../pane-state.js';
import {type PanelProps, selection, tickOf, ticks, toggleTick} from '../selection.js';
import {useMedia} from '../use-media.js';
import {Empty, Loading} from './empty.js';
import {FailureBox} from './failure.js';
import {PaneResizer} from './pane-resizer.js';
import {Tabs} from './tabs.js';
import {Name} from './text.js';
import {TickBox} from './tick.js';
import {WhyAlive} from './why-alive.js';

/** What a tab is about; `What if` needs no selection. */
const PANELS: Readonly<Record<Exclude<PaneTab, 'whatif'>, () => Promise<ComponentType<PanelProps>>>> = {
  why: async () => WhyAlive,
  value: async () => (await import('./selected-value.js')).SelectedValue,
  'held-by': async () => (await import('./held-grouped.js')).HeldGrouped,
};

const SHEET = '(max-width: 1100px)';
const PHONE = '(max-width: 860px)';

export function Pane() {
  const isSheet = useMedia(SHEET);
  const isShown = !useMedia(PHONE) || isSheetOpen.value;
  const tab = paneTab();
  const tabs = PANE_TABS.map(({id, title}) => ({
    id,
    title: id === 'whatif' && ticks.value.length > 0 ? `${title} (${ticks.value.length})` : title,
  }));
  useKeys({
    ...Object.fromEntries(PANE_TABS.map(({id}, at) => [String(at + 1), () => showPane(id)])),
    w: () => {
      const tick = selection.value && tickOf(selection.value);
      return tick !== undefined && toggleTick(tick);
    },
    Escape: () => isSheetOpen.value && closeSheet(),
  });
  return (
    <aside class={`pane${isShown ? '' : ' closed'}`} aria-label="Selection">
      <PaneResizer isSheet={isSheet} />
      <button
        type="button"
        class="quiet close-pane"
        aria-label="Close the pane"
        title="Close (p)"
        onClick={isShown ? togglePane : undefined}
      >
        ×
      </button>
      <Tabs label="About the selection" tabs={tabs} chosen={tab} choose={(id) => showPane(id as PaneTab)}>
        {isShown && (tab === 'whatif' ? <WhatIfPanel /> : <SelectedPanel tab={tab} />)}
      </Tabs>
    </aside>
  );
}

function closeSheet(): void {
  isSheetOpen.value = false;
}

function SelectedPanel({tab}: {readonly tab: Exclude<PaneTab, 'whatif'>}) {
  const {component: Panel, failure, retry} = useLate(`pane ${tab}`, PANELS[tab]);
  const {value: selected} = selection;
  if (status.value?.state === 'early') return <Empty>This comes when the tables of objects and pointers are written.</Empty>;
  if (failure) return <FailureBox failure={failure} retry={retry} />;
  if (selected === undefined) return <Empty>{worded('Select the row of an object, a type or a goroutine: this is about it.')}</Empty>;
  const tick = tickOf(selected);
  return (
    <>
      <p class="selected-name">
        <a class="name" href={selected.href}>
          <Name value={selected.name} />
        </a>
        {tick && <TickBox tick={tick} label="what if" />}
      </p>
      {selected.types !== undefined && tab !== 'held-by' && <p class="muted">Of its objects the one that retains most:</p>}
      {(selected.isOneOf ?? 1) > 1 && <p class="muted">Of {formatCount(selected.isOneOf!)} one:</p>}
      {Panel === undefined ? <Loading /> : <Panel key={selected.node} selected={selected} />}
    </>
  );
}

function WhatIfPanel() {
  const {component: Panel, failure, retry} = useLate('pane whatif', async () => (await import('./what-if.js')).WhatIfTicked);
  if (failure) return <FailureBox failure={failure} retry={retry} />;
  return Panel === undefined ? <Loading /> : <Panel />;
}
