/**
 * A search for a text in the heap's strings and bytes, stretch by stretch: what was found so far, how far it is, and how to end it or let it go on.
 */
import {useEffect, useRef, useState} from 'preact/hooks';
import type {Failure} from '../../src/base/failure.js';
import type {BytesHit} from '../protocol.js';
import {failureOf, postBytes} from './api.js';

/** After so many it waits to be told to go on. */
const HITS_A_TURN = 100;

export interface BytesSearchState {
  readonly text: string;
  readonly hits: readonly BytesHit[];
  readonly done: number;
  readonly unread: number;
  readonly remark: string | undefined;
  readonly isUnderWay: boolean;
  /** Where to go on; undefined at the end. */
  readonly next: number | undefined;
  readonly failure?: Failure;
}

const START = {hits: [], done: 0, unread: 0, remark: undefined, isUnderWay: true, next: 0};

export function useBytesSearch() {
  const [search, setSearch] = useState<BytesSearchState | undefined>(undefined);
  const abort = useRef<AbortController | undefined>(undefined);
  const run = async (from: BytesSearchState) => {
    abort.current?.abort();
    abort.current = new AbortController();
    const {signal} = abort.current;
    let state: BytesSearchState = {...from, isUnderWay: true};
    const enough = from.hits.length + HITS_A_TURN;
    try {
      while (state.next !== undefined && state.hits.length < enough) {
        setSearch(state);
        const {hits, next, done, unread, remark} = await postBytes({text: state.text, from: state.next}, signal);
        state = {...state, hits: [...state.hits, ...hits], next, done, unread: state.unread + unread, remark};
      }
      setSearch({...state, isUnderWay: false});
    } catch (error) {
      if (!signal.aborted) setSearch({...state, isUnderWay: false, failure: failureOf(error)});
    }
  };
  useEffect(() => () => abort.current?.abort(), []);
  return {
    search,
    start: (text: string) => void run({...START, text}),
    goOn: () => search && void run(search),
    cancel: () => {
      abort.current?.abort();
      setSearch(search && {...search, isUnderWay: false});
    },
  };
}
