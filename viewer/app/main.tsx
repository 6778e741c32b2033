/**
 * The page's start: token, router, keys, theme, then whatever the server's state asks for: the progress of a conversion, or the screens. What
 * this file imports is the first load; screens come when they are shown.
 */
import './style.css';
import './views.css';
import './cards.css';
import {render} from 'preact';
import {connection, status, watchStatus} from './api.js';
import {startCutTitles} from './cut-titles.js';
import {PageFrame} from './frame.js';
import {startKeyboard} from './keyboard.js';
import {startRouter} from './router.js';
import {startTheme} from './theme.js';
import {answerOtherTabs, takeToken} from './token.js';
import {Locked} from './views/locked.js';
import {Opening} from './views/opening.js';
import {Loading} from './widgets/empty.js';

function App() {
  if (connection.value === 'locked') return <Locked />;
  const state = status.value?.state;
  if (state === undefined) return connection.value === 'gone' ? <Locked /> : <Connecting />;
  return state === 'ready' || state === 'early' ? <PageFrame /> : <Opening />;
}

/** The bar is that of index.html, which is seen before the first script runs. */
function Connecting() {
  return (
    <div class="frame">
      <header class="top-bar">
        <span class="input">goheap</span>
      </header>
      <main>
        <Loading what="Connecting" />
      </main>
    </div>
  );
}

startTheme();
takeToken();
answerOtherTabs();
startRouter();
startKeyboard();
startCutTitles();
// An address with a token that is pasted into an open tab changes the fragment alone.
addEventListener('hashchange', () => {
  if (location.hash.startsWith('#token=')) location.reload();
});
void watchStatus();
render(<App />, document.getElementById('app')!);
