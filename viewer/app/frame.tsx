/**
 * What is around every screen: the bar on top (what was dumped, what to know about it, search, theme, keys), the rail with the screens, and the
 * pane that says why the selection is alive. Warnings about the whole dump are chips here, so that no screen can forget them.
 */
import type {ComponentType} from 'preact';
import {useEffect, useLayoutEffect, useState} from 'preact/hooks';
import type {Failure} from '../protocol.js';
import {connection, status} from './api.js';
import {KEY_SHEET, type Keys, useKeys} from './keyboard.js';
import {rail, toggleRail} from './rail.js';
import {failureOf, getStatus} from './request.js';
import type {Route} from './route.js';
import {go, href, recall, rememberHere, route} from './router.js';
import {SCREENS, type ScreenEntry} from './screens.js';
import {pane, selection} from './selection.js';
import {learnPackages} from './short-names.js';
import {nextTheme, theme} from './theme.js';
import {TopBar} from './top-bar.js';
import {StillWriting} from './views/opening.js';
import {copyText} from './widgets/copy-button.js';
import {Dialog} from './widgets/dialog.js';
import {Empty} from './widgets/empty.js';
import {FailureBox} from './widgets/failure.js';
import {WhyAlive} from './widgets/why-alive.js';

/** Whether there is a list of nodes: then the pane stands beside it, also before one is selected, so that a selection moves nothing. */
function hasNodes({screen, params}: Route): boolean {
  return screen === 'holders' || screen === 'goroutines' || (screen === 'types' && (params.type ?? params.id) !== undefined);
}

export function PageFrame() {
  const [isSheetOpen, setSheetOpen] = useState(false);
  const {screen} = route.value;
  useKeys(globalKeys(() => setSheetOpen(true)));
  useEffect(() => {
    selection.value = undefined; // what was selected on another screen is not in this one's lists
  }, [screen]);
  const hasPane = pane.value === 'on' && hasNodes(route.value);
  useEffect(() => void learnPackages(), []);
  const hasRail = rail.value === 'on';
  return (
    <div class={`frame${hasPane ? ' with-pane' : ''}${hasRail ? '' : ' without-rail'}`}>
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the content
      </button>
      <TopBar openSheet={() => setSheetOpen(true)} />
      <Rail screen={screen} />
      <main id="main" tabIndex={-1} onScroll={rememberScroll}>
        {connection.value === 'gone' && (
          <p class="banner" role="alert">
            goheap does not answer: it was stopped or has ended. What is shown stays readable.
          </p>
        )}
        {status.value?.state === 'early' && screen === 'overview' && (
          <p class="banner" role="status">
            The other screens come when the tables of objects and pointers are written: {status.value.stages.at(-1)?.name}.
          </p>
        )}
        <View screen={screen} />
      </main>
      {hasPane && (
        <aside class="pane" aria-label="Why is it alive?">
          <WhyAlive />
        </aside>
      )}
      {isSheetOpen && <KeySheet close={() => setSheetOpen(false)} />}
    </div>
  );
}

function Rail({screen}: {readonly screen: string}) {
  useEffect(() => document.querySelector('.rail [aria-current]')?.scrollIntoView({block: 'nearest', inline: 'nearest'}), [screen]);
  return (
    <nav class="rail" id="rail" aria-label="Screens">
      {SCREENS.filter(({isHidden}) => !isHidden).map(({id, title, key}) => (
        <a key={id} href={href(id)} aria-current={id === screen ? 'page' : undefined} title={key && `Keys: g ${key}`}>
          {title}
        </a>
      ))}
      <button type="button" class="quiet theme" onClick={nextTheme} title="Light, dark, or as the system has it">
        Theme: {theme.value}
      </button>
    </nav>
  );
}

const SCROLL = 'scroll main';
const REMEMBER_MILLISECONDS = 150;
let timer: ReturnType<typeof setTimeout> | undefined;

function rememberScroll({currentTarget}: {readonly currentTarget: HTMLElement}): void {
  const {scrollTop} = currentTarget;
  clearTimeout(timer);
  timer = setTimeout(() => rememberHere(SCROLL, scrollTop), REMEMBER_MILLISECONDS);
}

const loaded = new Map<string, ComponentType>();

/** A browser that failed to load a file of the page does not ask for it again; the address has all that there is to keep. */
function reloadPage(): void {
  getStatus().then(
    () => location.reload(),
    () => undefined,
  );
}

function View({screen}: {readonly screen: string}) {
  const entry = SCREENS.find(({id}) => id === screen);
  const [failure, setFailure] = useState<Failure | undefined>(undefined);
  const [, draw] = useState(0);
  const Loaded = loaded.get(screen);
  useLayoutEffect(() => {
    clearTimeout(timer); // it was about the entry of the history that was left
    document.getElementById('main')!.scrollTop = recall<number>(SCROLL) ?? 0;
  }, [screen, route.value.params.o, Loaded]);
  const load = ({id, load: get}: ScreenEntry) => {
    setFailure(undefined);
    get().then(
      (view) => {
        loaded.set(id, view);
        draw((count) => count + 1);
      },
      (error: unknown) => {
        setFailure(failureOf(error));
        getStatus().catch(() => undefined); // says so on the page when the server is gone
      },
    );
  };
  useEffect(() => {
    if (entry !== undefined && Loaded === undefined) load(entry);
  }, [entry]);
  if (entry === undefined) {
    return (
      <Empty>
        There is no screen of this name. <a href={href('overview')}>Overview</a>
      </Empty>
    );
  }
  if (failure) return <FailureBox failure={failure} retry={reloadPage} />;
  if (status.value?.state === 'early' && screen !== 'overview') return <StillWriting title={entry.title} />;
  return Loaded === undefined ? null : <Loaded key={screen} />;
}

function KeySheet({close}: {readonly close: () => void}) {
  return (
    <Dialog title="Keys" close={close}>
      <dl class="keys">
        {KEY_SHEET.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

function globalKeys(openSheet: () => void): Keys {
  const screens = SCREENS.filter(({key}) => key !== undefined).map(({id, key}) => [`g ${key}`, () => go(href(id))]);
  return {
    ...(Object.fromEntries(screens) as Keys),
    '?': openSheet,
    p: () => {
      pane.value = pane.value === 'on' ? 'off' : 'on';
    },
    b: toggleRail,
    y: () => void copyText(location.href),
    '[': () => history.back(),
    ']': () => history.forward(),
    '/': () => document.querySelector<HTMLInputElement>('#search')?.focus(),
  };
}
