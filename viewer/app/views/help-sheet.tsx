/**
 * What `?` opens: where to start, the keys, and the words of the page.
 */
import {useState} from 'preact/hooks';
import {worded} from '../format.js';
import {KEY_SHEET} from '../keyboard.js';
import {href} from '../router.js';
import {TERMS} from '../terms.js';
import {Dialog} from '../widgets/dialog.js';
import {Tabs} from '../widgets/tabs.js';

const TABS = [
  {id: 'keys', title: 'Keys'},
  {id: 'start', title: 'Start here'},
  {id: 'words', title: 'Words'},
] as const;

export function HelpSheet({close}: {readonly close: () => void}) {
  const [tab, choose] = useState<string>('keys');
  return (
    <Dialog title="Help" close={close}>
      <Tabs label="Help" tabs={TABS} chosen={tab} choose={choose}>
        {tab === 'keys' && <KeyList />}
        {tab === 'start' && <Starts close={close} />}
        {tab === 'words' && <Words />}
      </Tabs>
    </Dialog>
  );
}

function KeyList() {
  return (
    <dl class="keys">
      {KEY_SHEET.map(([keys, what]) => (
        <div key={keys}>
          <dt>
            <kbd>{keys}</kbd>
          </dt>
          <dd>{worded(what)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Words() {
  return (
    <dl class="keys words">
      {Object.values(TERMS).map(({word, meaning}) => (
        <div key={word}>
          <dt>{word}</dt>
          <dd>{worded(meaning)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What people see, and the screens that answer it, in this order. */
const STARTS: readonly {readonly sees: string; readonly steps: readonly (readonly [screen: string, name: string, why: string])[]}[] = [
  {
    sees: 'The heap grows',
    steps: [
      [
        'overview',
        'Overview',
        'Whose bytes are they? Read what is worth a look, and select the biggest holder: the pane says why it is alive.',
      ],
      ['types', 'Types', 'Is there too much of one type? Select it; Held by in the pane has all that holds it as one tree.'],
      ['suspects', 'Suspects', 'What leaks or is wasted, with a fix. Tick a pointer: What if says what that would free.'],
    ],
  },
  {
    sees: 'Goroutines grow',
    steps: [
      [
        'goroutines',
        'Goroutines',
        'The groups that cost most come first: where they wait, who started them, what their stacks and locals keep.',
      ],
      ['suspects', 'Suspects', 'Those that nothing can wake any more are told apart, with the channel or lock that they wait for.'],
    ],
  },
  {
    sees: 'RSS is much more than the heap',
    steps: [
      ['memory', 'Memory', 'Which touched memory is not live heap: free slots, idle pages, stacks, the runtime, memory of C.'],
      ['overview', 'Overview', 'The thin bar of the process: what is hatched was never touched and costs nothing.'],
    ],
  },
];

function Starts({close}: {readonly close: () => void}) {
  return (
    <div class="starts">
      {STARTS.map(({sees, steps}) => (
        <section key={sees}>
          <h3>{worded(sees)}</h3>
          <ol>
            {steps.map(([screen, name, why]) => (
              <li key={screen}>
                <a href={href(screen)} onClick={close}>
                  {worded(name)}
                </a>{' '}
                {why}
              </li>
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}
