/**
 * A box that puts what it stands beside into the question "what if it were gone". In tables it is seen where the mouse or the selection is,
 * and where it is ticked; key `w` ticks what is selected.
 */
import {visible} from '../format.js';
import {isTicked, type Tick, toggleTick} from '../selection.js';

export function TickBox({tick, label = ''}: {readonly tick: Tick; readonly label?: string}) {
  return (
    <label class="tick" title={`What if ${visible(tick.name)} were gone? (w: what is selected)`}>
      <input
        type="checkbox"
        aria-label={`What if without ${visible(tick.name)}`}
        checked={isTicked(tick)}
        onChange={() => toggleTick(tick)}
      />
      {label}
    </label>
  );
}
