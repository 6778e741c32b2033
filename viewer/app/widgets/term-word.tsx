/**
 * A word with a dotted line below it, which explains itself when it is pressed: in one sentence, and with a drawing of this object's own numbers.
 */
import type {ComponentChildren} from 'preact';
import {useId, useState} from 'preact/hooks';
import {worded} from '../format.js';
import {TERMS, type TermId} from '../terms.js';

export interface TermWordProps {
  readonly id: TermId;
  /** How the word stands in the text, when it is not as in the glossary. */
  readonly word?: string;
  /** The drawing: made when it is looked at. */
  readonly children?: ComponentChildren;
}

export function TermWord({id, word, children}: TermWordProps) {
  const popover = useId();
  const [isOpen, setOpen] = useState(false);
  const place = (box: HTMLElement) => {
    const {left, bottom} = document.querySelector(`[popovertarget="${popover}"]`)!.getBoundingClientRect();
    box.style.left = `${Math.max(8, Math.min(left, innerWidth - box.offsetWidth - 8))}px`;
    box.style.top = `${Math.max(8, Math.min(bottom + 4, innerHeight - box.offsetHeight - 8))}px`;
  };
  return (
    <>
      <button type="button" class="term" popovertarget={popover} aria-expanded={isOpen}>
        {word ?? TERMS[id].word}
      </button>
      <div
        id={popover}
        class="explained"
        popover="auto"
        role="note"
        onBeforeToggle={(event) => setOpen(event.newState === 'open')}
        onToggle={(event) => event.newState === 'open' && place(event.currentTarget)}
      >
        <p>{worded(TERMS[id].meaning)}</p>
        {isOpen && children}
      </div>
    </>
  );
}
