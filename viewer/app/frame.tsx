/**
 * What is around every screen: the bar on top (what was dumped, what to know about it, search, theme, keys), the rail with the screens, and the
 * pane about the selection. Warnings about the whole dump are chips here, so that no screen can forget them.
 */
import {useEffect, useLayoutEffect, useState} from 'preact/hooks';
import {connection, status} from './api.js';
import {useFacts} from './facts.js';
import {hasThreads, worded} from './format.js';
import {type Keys, useKeys} from './keyboard.js';
import {useLate} from './late.js';
import {pane, paneWidth, sheetHeight, togglePane} from './pane-state.js';
import {rail, toggleRail} from './rail.js';
import {go, href, recall, rememberHere, route} from './router.js';
import {SCREENS} from './screens.js';
import {selection} from './selection.js';
import {learnPackages} from './short-names.js';
import {nextTheme, theme} from './theme.js';
import {TopBar} from './top-bar.js';
import {StillWriting} from './views/opening.js';
import {copyText} from './widgets/copy-button.js';
import {Empty} from './widgets/empty.js';
import {FailureBox} from './widgets/failure.js';
import {Pane} from './widgets/pane.js';

/** Screens whose rows are no objects. Beside all others the pane stands also before a row is selected, so that a selection moves nothing. */
const WITHOUT_PANE: ReadonlySet<string> = new Set(['memory', 'sql']);

export function PageFrame() {
  const [isSheetOpen, setSheetOpen] = useState(false);
  const {screen} = route.value;
  useKeys(globalKeys(() => setSheetOpen(true)));
  useLayoutEffect(() => {
    selection.value = undefined; // what was selected on another screen is not in this one's lists, which select after this
  }, [screen]);
  const hasPane = pane.value === 'on' && !WITHOUT_PANE.has(screen);
  useEffect(() => void learnPackages(), []);
  const language = useFacts()?.text('language');
  useEffect(() => {
    hasThreads.value = language === 'java';
  }, [language]);
  const hasRail = rail.value === 'on';
  return (
    <div
      class={`frame${hasPane ? ' with-pane' : ''}${hasRail ? '' : ' without-rail'}`}
      style={{'--pane': `${paneWidth.pixels()}px`, '--sheet': `${sheetHeight.pixels()}px`}}
    >
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
      {hasPane && <Pane />}
      {isSheetOpen && <Help close={() => setSheetOpen(false)} />}
    </div>
  );
}

function Rail({screen}: {readonly screen: string}) {
  useEffect(() => document.querySelector('.rail [aria-current]')?.scrollIntoView({block: 'nearest', inline: 'nearest'}), [screen]);
  return (
    <nav class="rail" id="rail" aria-label="Screens">
      {SCREENS.filter(({isHidden}) => !isHidden).map(({id, title, key}) => (
        <a key={id} href={href(id)} aria-current={id === screen ? 'page' : undefined} title={key && `Keys: g ${key}`}>
          {worded(title)}
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

function View({screen}: {readonly screen: string}) {
  const entry = SCREENS.find(({id}) => id === screen);
  const {component: Loaded, failure, retry} = useLate(entry && `screen ${screen}`, () => entry!.load());
  useLayoutEffect(() => {
    clearTimeout(timer); // it was about the entry of the history that was left
    document.getElementById('main')!.scrollTop = recall<number>(SCROLL) ?? 0;
  }, [screen, route.value.params.o, Loaded]);
  if (entry === undefined) {
    return (
      <Empty>
        There is no screen of this name. <a href={href('overview')}>Overview</a>
      </Empty>
    );
  }
  if (failure) return <FailureBox failure={failure} retry={retry} />;
  if (status.value?.state === 'early' && screen !== 'overview') return <StillWriting title={worded(entry.title)} />;
  return Loaded === undefined ? null : <Loaded key={screen} />;
}

/** Also without a server: what was loaded once is there. */
function Help({close}: {readonly close: () => void}) {
  const {component: Sheet} = useLate('help', async () => (await import('./views/help-sheet.js')).HelpSheet);
  return Sheet === undefined ? null : <Sheet close={close} />;
}

function globalKeys(openSheet: () => void): Keys {
  const screens = SCREENS.filter(({key}) => key !== undefined).map(({id, key}) => [`g ${key}`, () => go(href(id))]);
  return {
    ...(Object.fromEntries(screens) as Keys),
    '?': openSheet,
    p: togglePane,
    b: toggleRail,
    y: () => void copyText(location.href),
    '[': () => history.back(),
    ']': () => history.forward(),
    '/': () => document.querySelector<HTMLInputElement>('#search')?.focus(),
  };
}
