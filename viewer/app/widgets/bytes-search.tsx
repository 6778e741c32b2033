/**
 * The search over contents: a field, what was found so far with what is around it, and how far the search is. In the address: `s`.
 */
import {useEffect, useState} from 'preact/hooks';
import type {BytesHit} from '../../protocol.js';
import {counted, formatCount, formatShare} from '../format.js';
import {nodeHref, route, setParams} from '../router.js';
import {type BytesSearchState, useBytesSearch} from '../use-bytes-search.js';
import {FailureBox} from './failure.js';
import {NodeLink} from './link.js';
import {Table} from './table.js';
import {Text} from './text.js';

export function BytesSearch() {
  const {s = ''} = route.value.params;
  const [text, setText] = useState(s);
  const {search, start, goOn, cancel} = useBytesSearch();
  useEffect(() => {
    if (s !== '') start(s); // Back, and links
  }, [s]);
  return (
    <>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          if (text !== '' && text === s) start(text);
          else setParams({s: text});
        }}
      >
        <input
          type="search"
          aria-label="Text in strings and bytes"
          placeholder="Text in strings and bytes, as it is written there"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit">Search</button>
        {search?.isUnderWay && (
          <button type="button" onClick={cancel}>
            Cancel
          </button>
        )}
        {search && !search.isUnderWay && search.next !== undefined && !search.failure && (
          <button type="button" onClick={goOn}>
            Go on
          </button>
        )}
      </form>
      {search && s !== '' && <Found search={search} />}
    </>
  );
}

function Found({search}: {readonly search: BytesSearchState}) {
  const {text, hits, done, unread, remark, isUnderWay, failure} = search;
  return (
    <div class="listed">
      <p class="said" role="status">
        {counted(hits.length, 'array')} with <q>{text}</q>
        {done < 1 ? `, ${formatShare(done)} of the heap looked through${isUnderWay ? ' …' : ''}` : ''}
        {unread > 0 && `; the bytes of ${formatCount(unread)} are not there${remark === undefined ? '' : ` (${remark})`}`}
      </p>
      {failure && <FailureBox failure={failure} />}
      {hits.length > 0 && (
        <Table<BytesHit>
          label="Found"
          rows={hits}
          isComplete
          open={hitHref}
          columns={[
            {id: 'name', label: 'Place', kind: 'text', least: 240, value: ({name}) => name, show: showPlace},
            {
              id: 'text',
              label: 'Text',
              kind: 'text',
              least: 200,
              value: ({before, after}) => `${before}${text}${after}`,
              show: showAround(text),
            },
            {id: 'offset', label: 'At byte', kind: 'count', value: ({offset}) => offset, isMain: true},
            {id: 'length', label: 'Length', kind: 'count', value: ({length}) => length},
            {id: 'use', label: 'As', kind: 'text', value: ({use}) => use, width: 80},
          ]}
        />
      )}
    </div>
  );
}

const hitHref = ({node_id: id, address}: BytesHit) => nodeHref({id, address});
const showPlace = ({node_id: id, name, address}: BytesHit) => <NodeLink node={{id, address}} label={name ?? 'no name'} />;
const showAround =
  (text: string) =>
  ({before, after}: BytesHit) => (
    <span title={`${before}${text}${after}`}>
      <Text value={before} />
      <mark>
        <Text value={text} />
      </mark>
      <Text value={after} />
    </span>
  );
