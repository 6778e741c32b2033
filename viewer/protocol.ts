/**
 * What the viewer's page and its server say to each other: JSON over HTTP. Every request to /api needs the header `Authorization: Bearer TOKEN`;
 * an error is a `Failure` with status 4xx or 5xx. The page itself (/, /app.js, …) has nothing of the dump in it and needs no token.
 *
 *   GET  /api/status                     → Status    where the server stands; poll it while `state` is opening or early
 *   GET  /api/queries                    → NamedQuery[]  what may be asked by name
 *   POST /api/query  QueryRequest        → Answer    a named query of src/database/queries
 *   POST /api/sql    SqlRequest          → Answer    one SELECT that the user wrote, within limits
 *   POST /api/sql/cancel {request}       → {}        ends the user's statement of that number
 *   POST /api/value  ValueRequest        → ValueTree the typed value of a node or of a part of one
 *   POST /api/raw    RawRequest          → RawAnswer  the bytes of a node as they lie in memory, in pieces
 *   POST /api/waits  WaitsRequest        → GoroutineWaitRow[]  what goroutines wait for, and who could wake them
 *   POST /api/paths  PathsRequest        → PathsAnswer  paths from a root to a node, the telling one first
 *   POST /api/bytes  BytesRequest        → BytesAnswer  strings and arrays of bytes that hold a text, a stretch of the heap at a time
 *   POST /api/compare CompareRequest     → Comparison   what became another since a base, as `goheap diff BASE INPUT` tells
 *   POST /api/held-by HeldByRequest      → HeldByAnswer  the paths that hold all objects of some types, as one tree
 *   POST /api/inbound InboundRequest     → InboundAnswer  what points to a node, by paths
 *   POST /api/whatif WhatIfRequest       → WhatIfAnswer  what becomes garbage without some pointers and objects, and what holds the rest
 *   POST /api/progress {request}         → StageProgress | {}  how far the answer to one of the last four is; closing its connection cancels it
 *
 * What the last four and compare ask is in long-protocol.ts.
 */
import type {Failure} from '../src/base/failure.js';

/** Bytes are shown in lines of so many. */
export const BYTES_A_LINE = 16;

/** More rows than this are never one answer. */
export const MOST_ROWS = 10_000;

/** One step of a conversion. */
export interface Stage {
  readonly name: string;
  readonly done: number;
  /** 0: not known. */
  readonly total: number;
  readonly seconds: number;
}

/** Where the viewer is with a core or a database. */
export interface InputStatus {
  /** early: the tables without a row per object or pointer are there, and answer the queries of the Overview. */
  readonly state: 'opening' | 'early' | 'ready' | 'failed';
  /** File name of the input, without its folder. */
  readonly input: string;
  readonly version: string;
  /** In the order in which they began; the last one is under way while `state` is opening or early. */
  readonly stages: readonly Stage[];
  readonly notes: readonly string[];
  /** Facts about the dump as far as they are known, by their keys in `meta`; `goroutines` too. */
  readonly known: Readonly<Record<string, string | number>>;
  readonly failure?: Failure;
}

export interface Status extends InputStatus {
  /** What it can be compared with: those of --base. */
  readonly bases: readonly InputStatus[];
}

export type AnswerCell = string | number | null;

export interface NamedQuery {
  readonly id: string;
  readonly title: string;
  readonly sql: string;
  /** Their kinds by name. */
  readonly params: Readonly<Record<string, string>>;
}

export interface QueryRequest {
  readonly id: string;
  readonly params: Readonly<Record<string, string | number>>;
}

export interface SqlRequest {
  readonly sql: string;
  /** Chosen by the page; /api/sql/cancel names it. */
  readonly request: string;
  /** Rows wanted, at most 10,000. */
  readonly limit?: number;
}

export interface Answer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly AnswerCell[])[];
  /** Why there may be more rows than these. */
  readonly cut?: 'rows' | 'bytes';
  /** Time in the database. */
  readonly milliseconds: number;
}

/** `path` leads from the node's value into it: the keys of `ValueTree.parts`. */
export interface ValueRequest {
  readonly node: number;
  readonly path?: readonly string[];
  /** Parts wanted of a long array, slice, map or channel; of bytes lines, of BYTES_A_LINE each. */
  readonly skip?: number;
  readonly limit?: number;
}

/** A value, one level deep: parts that have parts themselves are asked for by their path. */
export interface ValueTree {
  readonly kind: string;
  readonly type?: string;
  readonly address?: number;
  readonly size?: number;
  /** Scalars, strings and the like, for people; texts are cut at 2,000 characters. */
  readonly text?: string;
  /** The node that a pointer, slice, string, map, channel, interface or closure leads to. */
  readonly node?: number;
  readonly length?: number;
  readonly capacity?: number;
  /** unmapped | untyped | optimized-out | not-kept, and a sentence about it in `remark`. */
  readonly missing?: string;
  readonly remark?: string;
  readonly parts?: readonly ValuePart[];
  /** All parts; absent where the kind has none. A part of a value comes without its own `parts`, but with this. */
  readonly partCount?: number;
  /** Of slices and arrays of bytes, instead of parts: how many lines they take. */
  readonly lineCount?: number;
  /** The lines that were asked for, hexadecimal. */
  readonly lines?: readonly string[];
  /** Of an object that is bytes: which of them slices and strings refer to, in their order; only some of very many. */
  readonly views?: readonly ByteView[];
  /** Bytes of its slot, where there are views. */
  readonly room?: number;
  /** Of a channel: goroutine ids of those that wait, longest first. */
  readonly senders?: readonly number[];
  readonly receivers?: readonly number[];
}

/** A slice or string within a byte array. */
export interface ByteView {
  /** From the start of the array. */
  readonly start: number;
  readonly length: number;
  /** Room from `start` on; absent of strings. */
  readonly capacity?: number;
  /** The node that has it, and where. */
  readonly source: number;
  readonly offset: number;
}

export interface ValuePart {
  /** Step for ValueRequest.path. `*` is what a pointer points to or an interface holds. */
  readonly key: string;
  /** Field, index, or the text of a map's key. */
  readonly label: string;
  /** A map's key that has parts or leads to a node; its step is `key` with `k` behind it. */
  readonly mapKey?: ValueTree;
  /** From the start of the value; absent for what is not inside of it: elements of slices, maps and channels. */
  readonly offset?: number;
  /** Bytes between this part and the next one, or the end. */
  readonly padding?: number;
  readonly value: ValueTree;
}

export interface RawRequest {
  readonly node: number;
  readonly skip: number;
}

/** From `skip` on, at most a megabyte; all when `skip` and these are `size`. */
export interface RawAnswer {
  readonly size: number;
  /** In base 64. */
  readonly bytes: string;
}

export interface Pointer {
  readonly source: number;
  readonly offset: number;
}

export interface PathsRequest {
  readonly node: number;
  /** Pointers that no path may use. */
  readonly avoid: readonly Pointer[];
  /** How many paths, at most 20. */
  readonly count: number;
}

export interface ShownStep {
  /** From 0 at the root. */
  readonly step: number;
  readonly node_id: number;
  readonly kind: string | null;
  readonly name: string | null;
  readonly type: string | null;
  /** Field of this node that leads on to the next; null at the last step, between a goroutine and its variables, and where no type says. */
  readonly field: string | null;
  readonly offset: number | null;
  readonly retained: number | null;
  /** What setting that pointer to nil releases; null where nothing or not known. */
  readonly releases: number | null;
  /** 1: the node dominates the path's end. */
  readonly dominates: number;
}

export interface ShownPath {
  /** As Go would write it: main.cache.items[3].next; `…` stands for steps that are not listed. */
  readonly expression: string;
  /** From the root to the node: of more than 80 only the ends, 40 each. */
  readonly steps: readonly ShownStep[];
  /** All steps. */
  readonly length: number;
}

export interface PathsAnswer {
  readonly paths: readonly ShownPath[];
  /** The search ended at a limit: there may be more. */
  readonly cut: boolean;
}

export interface BytesRequest {
  /** Not empty. */
  readonly text: string;
  /** `BytesAnswer.next` of the answer before; absent at the start. */
  readonly from?: number;
}

export interface BytesHit {
  readonly node_id: number;
  /** string, slice, both, other: what the headers that point there say. */
  readonly use: string;
  readonly address: number;
  readonly length: number;
  /** Of the first match, from the start of the data. */
  readonly offset: number;
  /** What is around the match. */
  readonly before: string;
  readonly after: string;
  /** The generalized path, or the nearest one that was kept. */
  readonly name: string | null;
}

export interface BytesAnswer {
  readonly hits: readonly BytesHit[];
  /** Where to go on; absent at the end. */
  readonly next?: number;
  /** Of the heap's objects, 0 to 1. */
  readonly done: number;
  /** Arrays whose bytes are not there, and a sentence about why where the database says so. */
  readonly unread: number;
  readonly remark?: string;
}

export interface WaitsRequest {
  /** Numbers of goroutines, at most 1,000. */
  readonly goroutines: readonly number[];
}

export interface GoroutineWaitRow {
  readonly goroutine: number;
  /** send, receive, sync. */
  readonly how: string;
  /** Null outside of the heap. */
  readonly object_id: number | null;
  readonly address: string;
  /** Its path; null where nobody but the runtime has it. */
  readonly name: string | null;
  readonly type: string | null;
  /** Goroutines that wait for it. */
  readonly waiting: number;
  /** At most 20 that do not wait for it, and whose own stacks lead there: these could wake them. */
  readonly others: readonly number[];
}

/** A row of two dumps that is not the same in both. Counts are null where nothing is counted. */
export interface ChangedRow {
  readonly name: string;
  /** What a row that moved was called before. */
  readonly from: string | null;
  readonly before_count: number | null;
  readonly after_count: number | null;
  readonly before_bytes: number;
  readonly after_bytes: number;
  readonly delta_count: number | null;
  readonly delta_bytes: number;
  /** A holder's node, a type, a goroutine: of the dump that is shown. */
  readonly after_id: number | null;
  readonly state: 'new' | 'gone' | 'grown' | 'shrunk' | 'moved';
}

/** Objects of one type, where both dumps are of one process. */
export interface LivesOfType {
  readonly type: string;
  readonly survived_count: number;
  readonly survived_bytes: number;
  readonly died_count: number;
  readonly died_bytes: number;
  readonly born_count: number;
  readonly born_bytes: number;
}

export const COMPARED = ['holders', 'owners', 'types', 'packages', 'goroutine_groups', 'memory', 'waste', 'sites'] as const;

/** Of each list the rows that changed most, at most MOST_ROWS. */
export type Comparison = {readonly [S in (typeof COMPARED)[number]]: readonly ChangedRow[]} & {
  /** What a person should know first. */
  readonly sentences: readonly string[];
  /** Null where the dumps are not of one process. */
  readonly objects: readonly LivesOfType[] | null;
};
