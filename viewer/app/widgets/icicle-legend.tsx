/**
 * Which colour is which package in the picture, those first that take most of it. A click looks for the package.
 */
import {shortName} from '../short-names.js';
import {type Block, COLOURS, colourOf, packageOfBlock} from './icicle-layout.js';
import {Text} from './text.js';

const LISTED = 8;

export function IcicleLegend({blocks, find}: {readonly blocks: readonly Block[]; readonly find: (text: string) => void}) {
  const widths = new Map<string, number>();
  for (const block of blocks) {
    const name = packageOfBlock(block);
    const above = blocks[block.parent];
    if (name === '' || (above && packageOfBlock(above) === name)) continue; // its bytes are those of the block above
    widths.set(name, (widths.get(name) ?? 0) + block.right - block.left);
  }
  const listed = [...widths].sort((a, b) => b[1] - a[1]).slice(0, LISTED);
  return (
    <ul class="icicle-legend" aria-label="Packages by colour">
      {listed.map(([name]) => (
        <li key={name}>
          <button type="button" class="quiet" onClick={() => find(name)} title={`Find ${name}`}>
            <span class={`swatch icicle-${1 + colourOf(name, COLOURS)}`} aria-hidden="true" /> <Text value={shortName(name)} />
          </button>
        </li>
      ))}
    </ul>
  );
}
