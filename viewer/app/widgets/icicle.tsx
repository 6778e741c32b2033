/**
 * The dominator tree as an icicle on a canvas: the top row is the whole, below each block what it keeps alive alone. A picture beside the tree
 * table, which has the same in text. A click selects, a double click or Enter goes into a block, Backspace out; the arrows move.
 */
import {useEffect, useMemo, useRef, useState} from 'preact/hooks';
import {counted, formatShare, showBytes, visible, worded} from '../format.js';
import {shortName} from '../short-names.js';
import {theme} from '../theme.js';
import {
  type Block,
  blockAt,
  COLOURS,
  colourOf,
  hasText,
  keyOfBlock,
  layoutIcicle,
  neighbour,
  packageOfBlock,
  type TreeNode,
} from './icicle-layout.js';
import {IcicleLegend} from './icicle-legend.js';
import {Text} from './text.js';

export interface IcicleProps {
  readonly nodes: readonly TreeNode[];
  /** Bytes that shares refer to. */
  readonly whole: number | undefined;
  /** As `keyOfBlock` has it. */
  readonly selected: string;
  /** What has this in its name stands out; '' for everything. */
  readonly find: string;
  readonly setFind: (text: string) => void;
  readonly select: (node: TreeNode) => void;
  /** Makes a node the top one. */
  readonly zoom: (node: TreeNode) => void;
  readonly zoomOut: () => void;
}

/** Heights of a level, least and most, and least width of a block with text, in pixels. */
const LEAST_ROW = 22;
const MOST_ROW = 36;
const TEXT_WIDTH = 28;
const HATCH = 6;
const FAINT = 0.25;

export function Icicle(props: IcicleProps) {
  const {nodes, whole, selected, find: text, setFind, select, zoom, zoomOut} = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const blocks = useMemo(() => layoutIcicle(nodes), [nodes]);
  const levels = levelsOf(blocks);
  const [pointed, point] = useState(-1);
  const current = blocks.findIndex(({node}) => keyOfBlock(node) === selected);
  const isFaint = ({node}: Block) => text !== '' && !hasText(node, text.toLowerCase());
  useDrawing(canvas, () => {
    if (canvas.current) draw(canvas.current, blocks, {selected: current, pointed, isFaint}); // an observer may still call when it is gone
  });
  const find = (event: MouseEvent) => {
    const {left, top, width, height} = canvas.current!.getBoundingClientRect();
    return blockAt(blocks, Math.floor(((event.clientY - top) / height) * levels), (event.clientX - left) / width);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || blocks.length === 0) return;
    const from = Math.max(0, current);
    if (event.key.startsWith('Arrow')) select(blocks[current < 0 ? 0 : neighbour(blocks, from, event.key)]!.node);
    else if (event.key === 'Enter') zoom(blocks[from]!.node);
    else if (event.key === 'Backspace') zoomOut();
    else return;
    event.preventDefault();
  };
  const told = blocks[pointed] ?? blocks[current];
  return (
    <figure class="icicle">
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: it takes keys; the caption says what they select */}
      <canvas
        ref={canvas}
        style={{minHeight: `${levels * LEAST_ROW}px`, maxHeight: `${levels * MOST_ROW}px`}}
        tabIndex={0}
        role="application"
        aria-label={`Icicle of the dominator tree, ${counted(blocks.length, 'block')}; the table has the same as text`}
        onMouseMove={(event) => point(find(event))}
        onMouseLeave={() => point(-1)}
        onClick={(event) => blocks[find(event)] && select(blocks[find(event)]!.node)}
        onDblClick={(event) => blocks[find(event)] && zoom(blocks[find(event)]!.node)}
        onKeyDown={onKeyDown}
      />
      <Palette />
      <IcicleLegend blocks={blocks} find={setFind} />
      <figcaption aria-live="polite">
        {told ? <Text value={describe(told, whole)} /> : 'Enter goes into a block, Backspace out.'}
      </figcaption>
    </figure>
  );
}

function levelsOf(blocks: readonly Block[]): number {
  return blocks.reduce((most, {level}) => Math.max(most, level + 1), 1);
}

/** The style sheet's colours, light or dark, for the pen: the first is that of the whole heap. */
function Palette() {
  return (
    <span class="palette" hidden>
      {Array.from({length: 1 + COLOURS}, (_, index) => (
        <i key={index} class={`icicle-${index}`} />
      ))}
    </span>
  );
}

function describe({node}: Block, whole: number | undefined): string {
  const share = whole === undefined || node.retained === null ? '' : `, ${formatShare(node.retained / whole)}`;
  return `${nameOf(node)} · ${worded(node.kind ?? '')} · ${showBytes(node.retained ?? 0)}${share}`;
}

function nameOf({kind, name, type}: TreeNode): string {
  if (kind === 'program') return 'the whole live heap';
  if (kind === 'group') return shortName(name ?? '');
  return kind === 'object' ? shortName(type ?? 'unknown') : `${name} ${type === 'unknown' ? '' : shortName(type ?? '')}`.trim();
}

/** Draws after each change, and when size or colours change. */
function useDrawing(canvas: {readonly current: HTMLCanvasElement | null}, paint: () => void): void {
  const latest = useRef(paint);
  latest.current = paint;
  const chosen = theme.value;
  useEffect(() => latest.current());
  useEffect(() => {
    const again = () => latest.current();
    const observer = new ResizeObserver(again);
    observer.observe(canvas.current!);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', again);
    return () => {
      observer.disconnect();
      dark.removeEventListener('change', again);
    };
  }, [chosen]);
}

interface Marks {
  readonly selected: number;
  readonly pointed: number;
  readonly isFaint: (block: Block) => boolean;
}

function draw(canvas: HTMLCanvasElement, blocks: readonly Block[], {selected, pointed, isFaint}: Marks): void {
  const {clientWidth: width, clientHeight: height} = canvas;
  const row = height / levelsOf(blocks);
  const scale = devicePixelRatio;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const pen = canvas.getContext('2d')!;
  pen.scale(scale, scale);
  const style = getComputedStyle(canvas);
  const [whole, ...fills] = [...canvas.nextElementSibling!.children].map((each) => getComputedStyle(each).color);
  pen.font = `12px ${style.fontFamily}`;
  pen.textBaseline = 'middle';
  for (const [index, block] of blocks.entries()) {
    const x = block.left * width;
    const y = block.level * row;
    const inner = Math.max(1, (block.right - block.left) * width - 1);
    pen.globalAlpha = isFaint(block) ? FAINT : 1;
    pen.fillStyle = block.node.kind === 'program' ? whole! : fills[colourOf(packageOfBlock(block), COLOURS)]!;
    pen.fillRect(x, y, inner, row - 1);
    if (block.node.kind === 'group') hatch(pen, {x, y, width: inner, height: row - 1}, whole!);
    if (index === selected || index === pointed) {
      pen.strokeStyle = style.color;
      pen.lineWidth = index === selected ? 2 : 1;
      pen.strokeRect(x + 1, y + 1, Math.max(1, inner - 2), row - 3);
    }
    if (inner < TEXT_WIDTH) continue;
    pen.fillStyle = style.color;
    pen.fillText(shorten(pen, visible(nameOf(block.node)), inner - 10), x + 5, y + row / 2);
  }
}

/** What is folded: many as one. */
function hatch(pen: CanvasRenderingContext2D, {x, y, width, height}: Record<'x' | 'y' | 'width' | 'height', number>, colour: string): void {
  pen.save();
  pen.beginPath();
  pen.rect(x, y, width, height);
  pen.clip();
  pen.beginPath();
  for (let at = x - height; at < x + width; at += HATCH) {
    pen.moveTo(at, y + height);
    pen.lineTo(at + height, y);
  }
  pen.strokeStyle = colour;
  pen.stroke();
  pen.restore();
}

/** As much of a text as fits, cut with an ellipsis. */
function shorten(pen: CanvasRenderingContext2D, text: string, width: number): string {
  if (pen.measureText(text).width <= width) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (pen.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? '' : `${text.slice(0, low)}…`;
}
