/**
 * Small drawings for words: boxes as wide as this object's own numbers are.
 */
import {formatCount, showBytes} from '../format.js';

export interface Box {
  readonly name: string;
  readonly size: number;
  /** A class of style.css. */
  readonly color: string;
}

/** Parts of a whole, each with its name and size; what is too narrow to be seen is at least a line. */
export function Boxes({boxes}: {readonly boxes: readonly Box[]}) {
  const drawn = boxes.filter(({size}) => size > 0);
  return (
    <figure class="drawing">
      <div class="stacked-bar" aria-hidden="true">
        {drawn.map(({name, size, color}) => (
          <span key={name} class={color} style={{flexGrow: size, flexBasis: 0}} />
        ))}
      </div>
      <figcaption>
        {drawn.map(({name, size, color}) => (
          <span key={name}>
            <span class={`swatch ${color}`} aria-hidden="true" /> {name} {showBytes(size)}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

const MOST_SLOTS = 64;

/** A span's slots: used ones filled, this one marked. */
export function Slots({slots, used}: {readonly slots: number; readonly used: number}) {
  const shown = Math.min(slots, MOST_SLOTS);
  const filled = Math.max(1, Math.round((used / slots) * shown));
  return (
    <figure class="drawing">
      <div class="slots" aria-hidden="true">
        {Array.from({length: shown}, (_, at) => (
          <span key={at} class={at === 0 ? 'dead' : at < filled ? 'live' : 'idle'} />
        ))}
      </div>
      <figcaption>
        one of {formatCount(slots)} slots, {formatCount(used)} of them used
      </figcaption>
    </figure>
  );
}

/** From a root through what keeps it alive, where there is such a thing, to this and what hangs on it. */
export function Chain({through, objects}: {readonly through: string | undefined; readonly objects: number}) {
  const steps = [
    'roots',
    ...(through === undefined ? [] : [through]),
    'this',
    ...(objects > 1 ? [`${formatCount(objects - 1)} more`] : []),
  ];
  return (
    <p class="drawing chain">
      {steps.map((step, at) => (
        <span key={step}>
          {at > 0 && '→ '}
          <span class={step === 'this' ? 'box this' : 'box'}>{step}</span>{' '}
        </span>
      ))}
    </p>
  );
}
