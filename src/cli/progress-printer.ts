/**
 * Progress calls of the stages → standard error: on a terminal one line that is rewritten, else one JSON object a line once it takes long.
 * Rate and time left come from the current stage alone; its units are its own, so the rate is a plain number a second.
 */
import {printable, printableJson} from '../base/printable.js';
import type {Progress} from '../base/progress.js';

export interface ProgressPrinter {
  readonly report: Progress;
  /** Clears the line, so that what follows starts on its own. */
  finish(): void;
}

interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const TERMINAL_INTERVAL_MS = 100;
const LINES_INTERVAL_MS = 1000;
/** Shorter work needs no lines in a log. */
const LINES_AFTER_MS = 2000;
/** A new stage is news earlier than more of the same one. */
const NEW_STAGE_INTERVAL_MS = 100;

/** `now` gives milliseconds; only differences count. */
export function createProgressPrinter(output: Output, now: () => number = () => performance.now()): ProgressPrinter {
  const createdMs = now();
  let stage = '';
  let startedMs = 0;
  let printedMs = Number.NEGATIVE_INFINITY;
  let isDirty = false;
  const report: Progress = (name, done, total) => {
    const time = now();
    const isNew = name !== stage;
    if (isNew) {
      stage = name;
      startedMs = time;
    }
    const interval = output.isTTY ? TERMINAL_INTERVAL_MS : isNew ? NEW_STAGE_INTERVAL_MS : LINES_INTERVAL_MS;
    if (time - printedMs < interval || (!output.isTTY && time - createdMs < LINES_AFTER_MS)) return;
    printedMs = time;
    const state = progressState(name, done, total, (time - startedMs) / 1000);
    if (output.isTTY) {
      output.write(`\r\u001b[K${progressLine(state).slice(0, (output.columns || 80) - 1)}`);
      isDirty = true;
    } else output.write(`${printableJson(state)}\n`);
  };
  return {
    report,
    finish() {
      if (isDirty) output.write('\r\u001b[K');
      isDirty = false;
    },
  };
}

interface ProgressState {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  readonly percent?: number;
  readonly rate?: number; // units a second
  readonly leftSeconds?: number;
}

function progressState(stage: string, done: number, total: number, seconds: number): ProgressState {
  const percent = total > 0 ? {percent: Math.min(100, Math.floor((done / total) * 100))} : {};
  if (seconds < 0.05 || done <= 0) return {stage, done, total, ...percent};
  const rate = done / seconds;
  const left = total > 0 ? {leftSeconds: Math.round((Math.max(0, total - done) / rate) * 10) / 10} : {};
  return {stage, done, total, ...percent, rate: Math.round(rate), ...left};
}

function progressLine({stage, percent, rate, leftSeconds}: ProgressState): string {
  const parts = [printable(stage)];
  if (percent !== undefined) parts.push(`${percent}%`);
  if (rate !== undefined) parts.push(`${formatRate(rate)}/s`);
  if (leftSeconds !== undefined) parts.push(`${formatSeconds(leftSeconds)} left`);
  return parts.join('  ');
}

function formatRate(rate: number): string {
  for (const [unit, size] of [
    ['G', 1e9],
    ['M', 1e6],
    ['k', 1e3],
  ] as const)
    if (rate >= size) return `${(rate / size).toFixed(1)}${unit}`;
  return String(rate);
}

function formatSeconds(seconds: number): string {
  return seconds < 60 ? `${Math.ceil(seconds)} s` : `${Math.floor(seconds / 60)}:${String(Math.ceil(seconds % 60)).padStart(2, '0')} min`;
}
