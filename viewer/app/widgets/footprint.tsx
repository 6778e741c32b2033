/**
 * How much memory one node uses: its own bytes, padding, header, the rest of its slot, and its share of what the span wastes. Sums to the slot.
 */
import type {node} from '../../../src/database/queries/node-queries.js';
import type {RowOf} from '../../../src/database/queries/run-query.js';
import {formatShare} from '../format.js';
import type {TermId} from '../terms.js';
import {StackedBar} from './bar.js';
import {ByteSize} from './size.js';
import {type Box, Boxes} from './term-drawings.js';
import {TermWord} from './term-word.js';

type Sizes = RowOf<typeof node>;

interface Line {
  readonly name: string;
  readonly term?: TermId;
  readonly color: string;
  readonly size: number | null;
  readonly about: string;
}

export function Footprint({sizes}: {readonly sizes: Sizes}) {
  const {size, tail_share: tail, gap, kind} = sizes;
  const lines = linesOf(sizes);
  const isObject = kind === 'object';
  return (
    <div class="footprint">
      <StackedBar
        parts={[...lines, {name: 'share of the tail', color: 'idle', size: tail}].map((line) => ({...line, size: line.size ?? 0}))}
      />
      <table>
        <caption class="sr-only">What its memory is used for</caption>
        <tbody>
          {lines.map((line) => (
            <Row key={line.name} {...line} lines={lines} share={size && line.size !== null ? line.size / size : undefined} />
          ))}
          {isObject ? (
            <Row name="slot" size={size} about="what the allocator gave it" isSum />
          ) : (
            <Row name="its storage" size={size} about="outside the heap, not part of what it retains" isSum />
          )}
          {isObject && (
            <Row name="share of the tail" term="tail" color="idle" size={tail} about="of the bytes behind the span's last slot" />
          )}
          {gap !== null && <Row name="gap" size={gap} about="to the next variable with pointers; those without lie in it" />}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps extends Omit<Line, 'color'> {
  readonly color?: string;
  /** All of them, for the drawing at a word. */
  readonly lines?: readonly Line[];
  readonly share?: number | undefined;
  readonly isSum?: boolean;
}

function Row({name, term, color, size, about, lines = [], share, isSum = false}: RowProps) {
  return (
    <tr class={isSum ? 'sum' : undefined}>
      <th scope="row">
        {color !== undefined && <span class={`swatch ${color}`} aria-hidden="true" />}{' '}
        {term === undefined ? (
          name
        ) : (
          <TermWord id={term} word={name}>
            <Boxes boxes={lines.map(boxOf)} />
          </TermWord>
        )}
      </th>
      <td>
        <ByteSize value={size} />
      </td>
      <td class="share">{share === undefined ? '' : formatShare(share)}</td>
      <td class="muted">{about}</td>
    </tr>
  );
}

export const boxOf = ({name, color, size}: Line): Box => ({name, color, size: size ?? 0});

/** What a node's own memory is used for; adds up to its slot or storage. */
export function linesOf({used, padding, header, waste, size}: Sizes): Line[] {
  if (used === null) return [{name: 'not known', color: 'other', size, about: 'its type is not known'}];
  const lines: readonly Line[] = [
    {name: 'values', color: 'live', size: used - (padding ?? 0), about: 'fields and elements'},
    {name: 'padding', term: 'padding', color: 'tail', size: padding, about: 'between fields, for alignment'},
    {name: 'header', color: 'runtime', size: header, about: 'in front, for the collector'},
    {name: 'rest', term: 'rest', color: 'free', size: waste, about: 'sizes come in classes'},
  ];
  return lines.filter((line) => line.name === 'values' || (line.size ?? 0) > 0);
}
