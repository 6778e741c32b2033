/**
 * The edge of the pane: dragged, or moved by arrows, it makes the pane wider or, at the bottom, higher.
 */
import {paneWidth, sheetHeight} from '../pane-state.js';

const STEP_PIXELS = 16;

export function PaneResizer({isSheet}: {readonly isSheet: boolean}) {
  const size = isSheet ? sheetHeight : paneWidth;
  const follow = (event: PointerEvent & {currentTarget: HTMLElement}) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId))
      size.resize(isSheet ? innerHeight - event.clientY : innerWidth - event.clientX);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const pixels = size.pixels();
    const wanted: Readonly<Record<string, number>> = {
      [isSheet ? 'ArrowUp' : 'ArrowLeft']: pixels + STEP_PIXELS,
      [isSheet ? 'ArrowDown' : 'ArrowRight']: pixels - STEP_PIXELS,
      Home: size.least,
      End: size.most(),
    };
    if (wanted[event.key] === undefined) return;
    event.preventDefault();
    size.resize(wanted[event.key]!);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a splitter can be moved, <hr> cannot
    <div
      class="resizer"
      role="separator"
      tabIndex={0}
      aria-label={isSheet ? 'Height of the pane' : 'Width of the pane'}
      aria-orientation={isSheet ? 'horizontal' : 'vertical'}
      aria-valuemin={size.least}
      aria-valuemax={size.most()}
      aria-valuenow={size.pixels()}
      onMouseDown={(event) => event.preventDefault()} // else the browser may drag a link that comes to lie below
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={follow}
      onKeyDown={onKeyDown}
    />
  );
}
