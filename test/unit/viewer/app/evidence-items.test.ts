/** The evidence of findings as lines for people. */
import {expect, test} from 'vitest';
import {evidenceItems} from '../../../../viewer/app/evidence-items.js';
import {wasteSentence} from '../../../../viewer/app/waste-words.js';

test.each([
  [{stack_bytes: 6_144_000}, 'Stack', ['5.9 MiB']],
  [{next_gc: 1024, gc_percent: null}, 'Next gc', ['1.0 KiB']],
  [{receivers_waiting: 0}, 'Receivers waiting', ['0']],
  [{soonest_seconds: 86_400, latest_seconds: null}, 'Soonest', ['1 d']],
  [{waited_at_least: 1.75}, 'Waited at least', ['1.8 s']],
  [{deadline: 1_790_000_000}, 'Deadline', ['2026-09-21T14:13:20.000Z']],
  [{file: 'a/main.go', line: 88}, 'At', ['a/main.go:88']],
  [{created_file: 'a/main.go', created_line: 9}, 'Started at', ['a/main.go:9']],
  [{threshold: {count: 1000, bytes: 4_194_304, share: 0.05}}, 'Told from', ['1 000, or 4.0 MiB and 5.0 %']],
  [{threshold: {count: 1}}, 'Told from', ['1']],
  [
    {
      owners: [
        {name: 'main.job', bytes: 2048},
        {name: 'main.log', bytes: 1024},
      ],
    },
    'Whose bytes are inside',
    ['main.job: 2.0 KiB', 'main.log: 1.0 KiB'],
  ],
  [{also: [{kind: 'holder', name: 'main.jobs', bytes: 9, sentence: 'It keeps 9 B.'}], doubts: []}, 'Also told as', ['It keeps 9 B.']],
  [
    {gathers: {type: 'main.session', count: 3000, each: 2096, path: 'main.s[…]'}},
    'Gathers',
    ['type main.session, count 3 000, each 2.0 KiB, path main.s[…]'],
  ],
  [{waits_for: [{how: 'send', name: null, type: 'chan int', capacity: 0}]}, 'Waits for', ['how send, type chan int, capacity 0']],
])('%j', (evidence, label, texts) => {
  const plain = evidenceItems(JSON.stringify(evidence)).map((item) => ({
    ...item,
    texts: item.texts.map((text) => text.replace(/[\u00a0\u202f]/g, ' ')),
  }));
  expect(plain).toEqual([{label, texts}]);
});

test('goroutines are numbers, to be links', () => {
  expect(evidenceItems('{"goroutine_ids":[5,7],"behind_ids":[]}')).toEqual([{label: 'Goroutines', texts: [], goroutines: [5, 7]}]);
});

test.each([
  [{kind: 'pinned', path: 'main.raw', type: 'uint8', count: 24}, '24 arrays of uint8 at main.raw, kept whole'],
  [{kind: 'duplicate-string', path: 'main.names[…]', type: 'uint8', count: 2}, '2 strings at main.names[…], equal'],
  [{kind: 'padding', path: null, type: 'main.T', count: 1}, '1 object of main.T, larger'],
  [{kind: 'span-tails', path: '480-byte slots', type: null, count: 3}, '3 spans of the 480-byte slots, with'],
  [{kind: 'free-slots', path: null, type: null, count: 3}, '3 slots of the other slots, without'],
  [{kind: 'capacity', path: null, type: null, count: 3}, '3 arrays in other places, with'],
])('%j', (place, words) => {
  expect(wasteSentence(place)).toMatch(new RegExp(`^${words.replace(/[[\]()]/g, '\\$&')}`));
});
