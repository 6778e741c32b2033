/**
 * What a goroutine waits for, by its path, and who else could wake it.
 */
import type {GoroutineWaitRow} from '../../protocol.js';
import {counted, visible, worded} from '../format.js';
import {nodeHref} from '../router.js';
import {waitsOfGoroutine} from '../wait-answers.js';
import {goroutineHref} from './link.js';
import {Name, Text} from './text.js';

const OPERATIONS: Readonly<Record<string, string>> = {send: 'sends to', receive: 'receives from', sync: 'waits for'};

export function WaitsFor({goroutine}: {readonly goroutine: number | null}) {
  const waits = goroutine === null ? undefined : waitsOfGoroutine.value.get(goroutine);
  if (waits === undefined) return null;
  return (
    <span title={visible(waits.map(sentenceOf).join('; '))}>
      {waits.map((wait) => (
        <span key={`${wait.how} ${wait.address}`}>
          {OPERATIONS[wait.how]} <Target wait={wait} /> <Wakers others={wait.others} />
        </span>
      ))}
    </span>
  );
}

function Target({wait: {object_id: id, name, type, address}}: {readonly wait: GoroutineWaitRow}) {
  const text = name ?? type ?? address;
  if (id === null) return <Text value={text} />;
  return (
    <a href={nodeHref({id})}>
      <Name value={text} />
    </a>
  );
}

function Wakers({others}: Pick<GoroutineWaitRow, 'others'>) {
  const [first, ...more] = others;
  if (first === undefined) return null;
  return (
    <span class="muted">
      woken by <a href={goroutineHref(first)}>{worded(`goroutine ${first}`)}</a>
      {more.length > 0 && ` or ${counted(more.length, 'other')}`}
    </span>
  );
}

function sentenceOf({how, name, type, address, waiting, others}: GoroutineWaitRow): string {
  const what = [name, type, address].filter((part) => part !== null).join(' ');
  const more = waiting > 1 ? `, as ${counted(waiting - 1, 'other')} do` : '';
  const wakers = others.length > 0 ? `; could be woken by ${others.map((id) => worded(`goroutine ${id}`)).join(', ')}` : '';
  return `${OPERATIONS[how]} ${what}${more}${wakers}`;
}
