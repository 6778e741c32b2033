/**
 * A g → the operations on channels that it is blocked in: one for a send or a receive, one for each case of a select. The value of a send lies
 * in a slot of the stack that no variable names; its sudog says where, and the channel which type it has.
 * Truth: runtime/runtime2.go (g.waiting, sudog), chan.go (chansend, chanrecv), select.go (selectgo), Go 1.17 – 1.27: from Go 1.26 on sudog.elem
 * and sudog.c are pairs of a pointer and a number; a search for leaked goroutines takes the pointer away for a while.
 */
import type {Address, Bytes} from '../../base/units.js';
import type {GoRuntime} from '../go-runtime.js';
import type {Layout} from '../layout.js';
import {followLinks, WORD} from '../words.js';

export interface ChannelWait {
  readonly sudog: Address;
  readonly channel: Address; // of its hchan
  readonly direction: 'send' | 'receive';
  readonly isSelect: boolean; // one of several cases
  /** Where the value is that is sent, or where the received one shall go; 0 = nowhere. */
  readonly value: Address;
  readonly elementType: Address; // a runtime type
  readonly elementSize: Bytes;
}

export class ChannelWaits {
  readonly #go: GoRuntime;
  readonly #offset: ReturnType<typeof waitOffsets>;
  readonly #senders = new Map<Address, ReadonlySet<Address>>(); // sudogs by channel

  constructor(go: GoRuntime) {
    this.#go = go;
    this.#offset = waitOffsets(go);
  }

  /** In the order in which the runtime locked the channels. Throws `unmapped` or `bad-format` where the lists are damaged. */
  read(g: Address): ChannelWait[] {
    const offset = this.#offset;
    if (!offset) return [];
    const {image} = this.#go;
    const waits: ChannelWait[] = [];
    for (const sudog of followLinks(image, image.word(g + offset.waiting), offset.link, offset.size)) {
      const channel = image.word(sudog + offset.channel);
      if (channel === 0) continue; // it waits for a lock: the others on the list, too, and they are other goroutines'
      const isSelect =
        offset.isSelect === undefined ? image.word(sudog + offset.selectDone!) !== 0 : image.u8(sudog + offset.isSelect) !== 0;
      waits.push({
        sudog,
        channel,
        direction: this.#sendersOf(channel).has(sudog) ? 'send' : 'receive',
        isSelect,
        value: image.word(sudog + offset.element),
        elementType: image.word(channel + offset.elementType),
        elementSize: image.u16(channel + offset.elementSize),
      });
    }
    return waits;
  }

  #sendersOf(channel: Address): ReadonlySet<Address> {
    let senders = this.#senders.get(channel);
    if (!senders) {
      const {image} = this.#go;
      const {sendq, next, size} = this.#offset!;
      senders = new Set(followLinks(image, image.word(channel + sendq), next, size));
      this.#senders.set(channel, senders);
    }
    return senders;
  }
}

/** Where a field of a sudog has its address also while the collector must not see it. */
export function sudogNumber(sudog: Layout, field: 'c' | 'elem'): Bytes {
  return sudog.offsetOf(field) + sudog.sizeOf(field) - WORD;
}

/** Undefined where nothing tells the layouts. */
function waitOffsets({layouts}: GoRuntime) {
  const [g, sudog, channel] = [layouts.find('runtime.g'), layouts.find('runtime.sudog'), layouts.find('runtime.hchan')];
  if (!g || !sudog || !channel) return undefined;
  return {
    waiting: g.offsetOf('waiting'),
    size: sudog.size,
    element: sudogNumber(sudog, 'elem'),
    next: sudog.offsetOf('next'),
    link: sudog.offsetOf('waitlink'),
    isSelect: sudog.findOffset('isSelect'),
    selectDone: sudog.findOffset('selectdone'), // Go 1.9 and older: where the cases agree on one of them
    channel: sudogNumber(sudog, 'c'),
    elementType: channel.offsetOf('elemtype'),
    elementSize: channel.offsetOf('elemsize'),
    sendq: channel.offsetOf('sendq'), // a waitq, whose first word leads to the first sudog
  };
}
