/**
 * The pane beside lists of nodes: why the selection is alive, and the way to its own page. `p` shows and hides it.
 */
import {useState} from 'preact/hooks';
import {type Selected, selection} from '../selection.js';
import {Empty} from './empty.js';
import {HeldBy} from './held-by.js';
import {Name} from './text.js';

export function WhyAlive() {
  const selected = selection.value;
  return (
    <>
      <h2>Why is it alive?</h2>
      {selected ? <Path key={selected.node} selected={selected} /> : <Empty>Select a row: this says what holds it.</Empty>}
    </>
  );
}

function Path({selected}: {readonly selected: Selected}) {
  const [avoid, setAvoid] = useState<readonly string[]>([]);
  return (
    <>
      <p class="selected-name">
        <a class="name" href={selected.href}>
          <Name value={selected.name} />
        </a>
      </p>
      <HeldBy node={selected.node} avoid={avoid} setAvoid={setAvoid} />
    </>
  );
}
