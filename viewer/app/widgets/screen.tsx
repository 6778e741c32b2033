/**
 * The frame of one screen: its heading, which gets the focus when the user comes here, the title of the page, and room for its tools. What is on it
 * is seen when its first answers are there, all of them: one after the other they would push each other down.
 */
import type {ComponentChildren} from 'preact';
import {useEffect, useRef, useState} from 'preact/hooks';
import {asking} from '../answers.js';
import {status} from '../api.js';
import {visible} from '../format.js';
import {Text} from './text.js';

export interface ScreenProps {
  readonly title: string;
  /** In the title of the page, in front of the screen's: the name of an object. */
  readonly of?: string | undefined;
  readonly tools?: ComponentChildren;
  /** The screen is as high as the window, and its table scrolls inside. */
  readonly isFilled?: boolean;
  readonly children: ComponentChildren;
}

let isFirst = true;
/** An answer that takes longer comes later than the rest. */
const LONGEST_MILLISECONDS = 1000;

export function Screen({title, of, tools, isFilled = false, children}: ScreenProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const input = status.value?.input ?? '';
  useEffect(() => {
    document.title = visible([of, title, input, 'goheap'].filter((part) => part !== undefined && part !== '').join(' · '));
  }, [title, of, input]);
  useEffect(() => {
    if (!isFirst) heading.current?.focus({preventScroll: true}); // at the start the browser's own focus stays
    isFirst = false;
  }, [title, of]);
  const isAnswered = useAnswered();
  return (
    <section class={`screen${isFilled ? ' filled' : ''}${isAnswered ? '' : ' unanswered'}`} aria-labelledby="screen-title">
      <header class="screen-header">
        <h1 id="screen-title" ref={heading} tabIndex={-1}>
          {of === undefined ? title : <Text value={of} />}
        </h1>
        {tools}
      </header>
      {children}
    </section>
  );
}

/** False until what is asked for first, and what is asked for then, has been answered. */
function useAnswered(): boolean {
  const [isAnswered, setAnswered] = useState(false);
  useEffect(() => {
    if (isAnswered) return;
    const done = () => setAnswered(true);
    const longest = setTimeout(done, LONGEST_MILLISECONDS);
    let next = 0;
    const stop = asking.subscribe((count) => {
      cancelAnimationFrame(next);
      if (count > 0) return;
      // Drawn with the answer, components ask for what depends on it: in the frame after.
      next = requestAnimationFrame(() => {
        next = requestAnimationFrame(done);
      });
    });
    return () => {
      stop();
      cancelAnimationFrame(next);
      clearTimeout(longest);
    };
  }, [isAnswered]);
  return isAnswered;
}
