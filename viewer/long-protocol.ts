/**
 * The part of the protocol (protocol.ts) for questions that may go through all objects and pointers: what holds a set, what would go without it, and
 * what became another since a base.
 */
import type {Pointer} from './protocol.js';

/** Chosen by the page; /api/progress names it. */
export interface LongRequest {
  readonly request: string;
}

export interface CompareRequest extends LongRequest {
  /** Index in `Status.bases`. */
  readonly base: number;
}

export interface HeldByRequest extends LongRequest {
  readonly types: readonly number[];
  /** Steps that no path may use: `path` of a row. */
  readonly exclude: readonly string[];
}

export interface HeldByAnswer {
  readonly objects: number;
  readonly bytes: number;
  /** Objects that nothing but what is excluded holds. */
  readonly excluded: number;
  /** Objects at the end of paths of more than a million pointers. */
  readonly unknown: number;
  /** Each before those below it. */
  readonly rows: readonly HeldByStep[];
}

export interface HeldByStep {
  /** From 0, that of the roots. */
  readonly level: number;
  /** A variable, Type.field; null for all rows of the level that are left out, as one. */
  readonly name: string | null;
  /** From the root on. */
  readonly path: string | null;
  /** Objects that are held this way, with those below. */
  readonly count: number;
  /** Their slots. */
  readonly bytes: number;
  /** That make the step, or variables. */
  readonly pointers: number | null;
  /** What becomes garbage without them. */
  readonly releases: number | null;
  /** false: at least that. */
  readonly exact: boolean | null;
}

export interface InboundRequest extends LongRequest {
  readonly node: number;
}

export interface InboundAnswer {
  /** Most pointers first. */
  readonly groups: readonly PointerGroup[];
  /** All pointers of what is reachable, and those of what is not. */
  readonly pointers: number;
  readonly garbage: number;
  /** Groups that are not listed. */
  readonly more: number;
  /** There are more pointers than are looked at. */
  readonly cut: boolean;
}

/** Pointers of one path. */
export interface PointerGroup {
  readonly name: string;
  readonly pointers: number;
  /** The first of them. */
  readonly source: number;
  readonly offset: number;
}

/** What is to go, all together. */
export interface WhatIfRequest extends LongRequest {
  readonly pointers: readonly Pointer[];
  readonly nodes: readonly number[];
  /** All live objects of these types. */
  readonly types: readonly number[];
  /** All pointers into a node that have one path: a row of InboundAnswer. */
  readonly groups: readonly {readonly node: number; readonly name: string}[];
  /** All pointers of a path, as commands take it. */
  readonly paths: readonly string[];
}

export interface ShownSum {
  readonly objects: number;
  readonly bytes: number;
}

/** Lists are cut; their sums are not. */
export interface WhatIfAnswer {
  readonly pointers: number;
  readonly nodes: number;
  readonly garbage: ShownSum;
  /** Hangs on what goes, but others hold it too. */
  readonly stays: ShownSum;
  /** Of the garbage, most bytes first. */
  readonly types: readonly (ShownSum & {readonly type: string})[];
  readonly owners: readonly (ShownSum & {readonly owner: string; readonly kind: string})[];
  /** Of what stays, by the path that holds it; `count` of those that it leads to, `node` one of them; name '' for all others. */
  readonly held: readonly (ShownSum & {readonly name: string; readonly type: string; readonly count: number; readonly node?: number})[];
}
