/**
 * The frame of one screen: its heading, which gets the focus when the user comes here, the title of the page, and room for its tools.
 */
import type {ComponentChildren} from 'preact';
import {useEffect, useRef} from 'preact/hooks';
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
  return (
    <section class={isFilled ? 'screen filled' : 'screen'} aria-labelledby="screen-title">
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
