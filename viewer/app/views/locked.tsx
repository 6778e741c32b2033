/**
 * The page without a token that the server knows, or without a server: how to get in.
 */
import {useState} from 'preact/hooks';
import {connection, watchStatus} from '../api.js';
import {keepToken} from '../token.js';

export function Locked() {
  const isGone = connection.value === 'gone';
  return (
    <main class="alone">
      <h1>{isGone ? 'goheap does not answer' : 'This viewer wants its token'}</h1>
      {isGone ? (
        <p>
          It was stopped, or has ended. Start <code>goheap view</code> again and open the address that it prints.
        </p>
      ) : (
        <TokenForm />
      )}
    </main>
  );
}

function TokenForm() {
  const [text, setText] = useState('');
  const unlock = (event: Event) => {
    event.preventDefault();
    keepToken(/token=([\w.~-]+)/.exec(text)?.[1] ?? text.trim());
    connection.value = 'open';
    void watchStatus();
  };
  return (
    <form onSubmit={unlock}>
      <p>
        Open the address that goheap printed; it ends with <code>#token=…</code>. Or paste it here:
      </p>
      <p class="row">
        <input aria-label="Address or token" autocomplete="off" value={text} onInput={(event) => setText(event.currentTarget.value)} />
        <button type="submit">Open</button>
      </p>
    </form>
  );
}
