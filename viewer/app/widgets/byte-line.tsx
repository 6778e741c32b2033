/**
 * Bytes as they lie in memory, 16 a line: offset, hexadecimal, and what they are as text. Of an array that slices and strings refer to, what they use
 * is marked, and they are listed.
 */
import {BYTES_A_LINE, type ByteView} from '../../protocol.js';
import {formatCount} from '../format.js';
import {NodeLink} from './link.js';

interface Run {
  readonly text: string;
  readonly isUsed: boolean;
}

const GROUP_BYTES = 4;

/** Neighbours that are used, or are not, become one run; `textOf` is of the byte at a position. */
function runsOf(count: number, isUsed: (at: number) => boolean, textOf: (at: number) => string): Run[] {
  const runs: {text: string; isUsed: boolean}[] = [];
  for (let at = 0; at < count; at++) {
    const last = runs.at(-1);
    if (last?.isUsed === isUsed(at)) last.text += textOf(at);
    else runs.push({text: textOf(at), isUsed: isUsed(at)});
  }
  return runs;
}

export function lineRuns(line: string, offset: number, views: readonly ByteView[]): {hex: Run[]; text: Run[]} {
  const pairs = line.match(/../g) ?? [];
  const isUsed = (at: number) => views.some(({start, length}) => start <= offset + at && offset + at < start + length);
  const hexOf = (at: number) => `${pairs[at]}${at % GROUP_BYTES === GROUP_BYTES - 1 && at < BYTES_A_LINE - 1 ? ' ' : ''}`;
  const letterOf = (at: number) => {
    const code = Number.parseInt(pairs[at]!, 16);
    return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '·';
  };
  return {hex: runsOf(pairs.length, isUsed, hexOf), text: runsOf(pairs.length, isUsed, letterOf)};
}

const HEX_WIDTH = BYTES_A_LINE * 2 + BYTES_A_LINE / GROUP_BYTES - 1;

interface ByteLineProps {
  readonly line: string;
  readonly offset: number;
  readonly views: readonly ByteView[];
}

export function ByteLine({line, offset, views}: ByteLineProps) {
  const {hex, text} = lineRuns(line, offset, views);
  const width = hex.reduce((sum, run) => sum + run.text.length, 0);
  return (
    <code class="line">
      <span class="muted">{offset.toString(16).padStart(6, '0')}</span> <Runs runs={hex} />
      {' '.repeat(HEX_WIDTH - width + 2)}
      <Runs runs={text} />
    </code>
  );
}

function Runs({runs}: {readonly runs: readonly Run[]}) {
  return <>{runs.map(({text, isUsed}, at) => (isUsed ? <mark key={at}>{text}</mark> : text))}</>;
}

const LISTED = 6;

export function ByteViews({views, room}: {readonly views: readonly ByteView[]; readonly room: number}) {
  return (
    <p class="views">
      Of {formatCount(room)} bytes {views.length === 1 ? 'one slice or string uses' : `${formatCount(views.length)} slices and strings use`}{' '}
      <mark>{formatCount(usedBytesOf(views))}</mark>:{' '}
      {views.slice(0, LISTED).map(({start, length: bytes, capacity, source, offset}) => (
        <span key={`${source} ${offset}`} title={capacity === undefined ? undefined : `cap ${formatCount(capacity)}`}>
          <NodeLink node={{id: source}} label={`${formatCount(start)} – ${formatCount(start + bytes)}`} />{' '}
        </span>
      ))}
      {views.length > LISTED && '…'}
    </p>
  );
}

/** Bytes that are in one of them; they come in the order of their starts. */
export function usedBytesOf(views: readonly ByteView[]): number {
  let used = 0;
  let end = 0;
  for (const {start, length} of views) {
    used += Math.max(0, start + length - Math.max(start, end));
    end = Math.max(end, start + length);
  }
  return used;
}
