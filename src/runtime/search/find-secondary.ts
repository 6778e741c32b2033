/**
 * The variables that goheap can do without, each by what it takes: its contents, or the code that uses it.
 * Truth: the functions named below, in runtime/*.go of Go 1.17 – 1.27; which variables their code refers to was read in programs of all
 * of these.
 */
import {decodeText} from '../../base/bytes.js';
import type {Address, Bytes} from '../../base/units.js';
import type {MemoryImage} from '../../image/memory-image.js';
import type {Module} from '../modules.js';
import {readWords} from '../words.js';
import {CodeReferences, type References} from './find-by-code.js';
import {findItabTable, findString, findWaitReasons, isModinfo} from './find-by-content.js';
import {isAddress, readSlice} from './find-slices.js';
import type {BuildStamp} from './go-version.js';
import type {LayoutGuess} from './layout-guess.js';
import type {Words} from './read-range.js';

const FUNCTIONS = [
  'runtime.(*spanSet).pop',
  'runtime.(*spanSet).push',
  'runtime.allgadd',
  'runtime.allocmcache',
  'runtime.findRunnable',
  'runtime.freeSpecial',
  'runtime.gcTrigger.test',
  'runtime.gcMarkDone',
  'runtime.mProf_FlushLocked',
  'runtime.markroot',
  'runtime.mcommoninit',
  'runtime.nextMarkBitArenaEpoch',
  'runtime.nextSample',
  'runtime.persistentalloc1',
  'runtime.procresize',
  'runtime.profilealloc',
  'runtime.putfull',
  'runtime.queuefinalizer',
  'runtime.schedule',
  'runtime.setGCPhase',
  'runtime.stkbucket',
  'runtime.stopm',
  'runtime.sysmon',
];

/** Entries of memstats.pause_end. */
const RING = 256;
const MOST_PROCESSORS = 2 ** 16;
/** Variables of one size lie near each other. */
const NEAR: Bytes = 512;

export interface Known {
  readonly image: MemoryImage;
  readonly layouts: LayoutGuess;
  readonly modules: readonly Module[];
  readonly variables: readonly Words[];
  readonly stamp: BuildStamp;
  /** Variables that hold the head of the chain of ms. */
  readonly machineHolders: readonly Address[];
}

/** Adds to `found` what can be found of the variables that are not known yet. */
export function findSecondary(found: Map<string, Address>, known: Known): void {
  const code = new CodeUses(known);
  const {image, layouts, modules, variables, stamp} = known;
  const isVersion = (text: Uint8Array) => decodeText(text) === stamp.goVersion;
  const searches: Readonly<Record<string, () => Address | undefined>> = {
    'runtime.buildVersion': () => stamp.buildVersion ?? findString(image, variables, stamp.goVersion.length, isVersion),
    'runtime.modinfo': () => stamp.modinfo ?? findString(image, variables, stamp.modinfoSize, isModinfo),
    'runtime.itabTable': () => findItabTable(image, layouts, modules, variables),
    'runtime.waitReasonStrings': () => findWaitReasons(image, variables),
    'runtime.allgs': () => code.allgs(),
    'runtime.allm': () => code.allm(),
    'runtime.allp': () => code.allp(),
    'runtime.allfin': () => code.allfin(),
    'runtime.sched': () => code.sched(),
    'runtime.work': () => code.only(code.of('runtime.putfull').addresses), // to the list in its first field
    'runtime.gcCleanups': () => code.gcCleanups(),
    'runtime.gcphase': () => code.gcphase(),
    'runtime.gcController': () => code.gcController(),
    'runtime.memstats': () => code.memstats(),
    'runtime.allglen': () => code.allglen(found.get('runtime.allgs')),
    'runtime.mbuckets': () => code.shared(code.variablesOf('runtime.stkbucket'), code.variablesOf('runtime.mProf_FlushLocked')),
    'runtime.buckhash': () => code.buckhash(found.get('runtime.mbuckets')),
    'runtime.bbuckets': () => code.otherBuckets(found)[0],
    'runtime.xbuckets': () => code.otherBuckets(found)[1],
    'runtime.gcBitsArenas': () => code.gcBitsArenas(),
    'runtime.MemProfileRate': () => code.memProfileRate(),
    'runtime.persistentChunks': () => code.only(code.of('runtime.persistentalloc1').loads),
    'runtime.spanSetBlockPool': () =>
      code.shared(code.of('runtime.(*spanSet).push').addresses, code.of('runtime.(*spanSet).pop').addresses),
  };
  for (const [name, search] of Object.entries(searches)) {
    const address = found.get(name) ?? search();
    if (address !== undefined) found.set(name, address);
  }
}

/** What the code of some functions says about variables that they alone share. */
class CodeUses {
  readonly #known: Known;
  readonly #code: CodeReferences;

  constructor(known: Known) {
    this.#known = known;
    this.#code = new CodeReferences(known.image, known.modules[0]!, FUNCTIONS);
  }

  of(name: string): References {
    return this.#code.of(name);
  }

  /** The one of the addresses that is a variable; undefined when there are several. */
  only(addresses: Iterable<Address>): Address | undefined {
    const {variables} = this.#known;
    const found = new Set([...addresses].filter((at) => variables.some(({start, end}) => at >= start && at < end)));
    return found.size === 1 ? [...found][0] : undefined;
  }

  shared(some: ReadonlySet<Address>, others: ReadonlySet<Address>): Address | undefined {
    return this.only([...some].filter((at) => others.has(at)));
  }

  variablesOf(name: string): Set<Address> {
    const {loads, addresses} = this.of(name);
    return new Set([...loads, ...addresses]);
  }

  /** allgadd loads the three words of the slice. */
  allgs(): Address | undefined {
    const {loads} = this.of('runtime.allgadd');
    return this.only([...loads].filter((at) => loads.has(at + 8) && loads.has(at + 16)));
  }

  /** mcommoninit puts the new m before the others; of several variables that hold the newest m the first, when code does not tell. */
  allm(): Address | undefined {
    const {loads} = this.of('runtime.mcommoninit');
    const {machineHolders} = this.#known;
    return machineHolders.find((at) => loads.has(at)) ?? machineHolders[0];
  }

  /** Of the slices that procresize changes, the one of Ps that know their numbers. */
  allp(): Address | undefined {
    const {image, layouts} = this.#known;
    const id = layouts.offset('runtime.p', 'id');
    return this.only(
      [...this.variablesOf('runtime.procresize')].filter((at) => {
        const {address, length} = image.isMapped(at, 16) ? readSlice(image, at) : {address: 0, length: 0};
        if (length === 0 || length > MOST_PROCESSORS || !image.isMapped(address, length * 8)) return false;
        return [...readWords(image, address, length)].every((p, i) => isAddress(p) && image.isMapped(p + id, 4) && image.u32(p + id) === i);
      }),
    );
  }

  /** One function adds blocks to the list, the other one scans them. */
  allfin(): Address | undefined {
    return this.shared(this.of('runtime.queuefinalizer').loads, this.of('runtime.markroot').loads);
  }

  sched(): Address | undefined {
    const lock = this.#known.layouts.offset('runtime.schedt', 'lock');
    return this.only([...this.of('runtime.stopm').addresses].map((at) => at - lock));
  }

  /** markroot loads the head of the list of blocks; others call methods of the queue. */
  gcCleanups(): Address | undefined {
    const {layouts} = this.#known;
    if (!layouts.structs.has('runtime.cleanupQueue')) return undefined;
    const all = layouts.offset('runtime.cleanupQueue', 'all');
    const queues = new Set(['runtime.freeSpecial', 'runtime.findRunnable'].flatMap((name) => [...this.of(name).addresses]));
    const {loads, addresses} = this.of('runtime.markroot'); // it calls a method to load it when nothing is inlined
    const queueOf = (lists: Iterable<Address>) => this.only([...lists].map((at) => at - all).filter((at) => queues.has(at)));
    return queueOf(loads) ?? queueOf(addresses);
  }

  /** queuefinalizer looks at the phase and at the write barrier, mcommoninit at the write barrier only. */
  gcphase(): Address | undefined {
    const others = this.of('runtime.mcommoninit').halves;
    const called = this.only(this.of('runtime.setGCPhase').addresses); // when nothing is inlined
    if (called !== undefined) return called;
    return this.only([...this.of('runtime.queuefinalizer').halves].filter((at) => !others.has(at)));
  }

  /** The scheduler asks it for work; the end of marking tells it. */
  gcController(): Address | undefined {
    const others = new Set([...this.of('runtime.schedule').addresses, ...this.of('runtime.findRunnable').addresses]);
    return this.shared(this.of('runtime.gcMarkDone').addresses, others);
  }

  /** Whether to collect depends on when that was last done; the ring of ends has the same time at the place of the last one. */
  memstats(): Address | undefined {
    const {image, layouts} = this.#known;
    const layout = layouts.find('runtime.mstats');
    if (!layout) return undefined;
    const [latest, unix] = [layout.offsetOf('last_gc_nanotime'), layout.offsetOf('last_gc_unix')];
    const isStatistics = (at: Address) => {
      if (!image.isMapped(at, layout.size)) return false;
      if (image.word(at + unix) === 0) return false; // zeros would agree anywhere
      const place = (image.u32(at + layout.offsetOf('numgc')) + RING - 1) % RING;
      return (
        image.word(at + unix) === image.word(at + layout.offsetOf('pause_end') + place * 8) &&
        image.word(at + latest) <= image.word(at + unix)
      );
    };
    const used = ['runtime.gcTrigger.test', 'runtime.sysmon'].flatMap((name) => [...this.variablesOf(name)]); // before Go 1.19 the one is part of the other
    return this.only(used.map((at) => at - latest).filter(isStatistics));
  }

  /** What allgadd keeps besides allgs itself and equals its length. */
  allglen(allgs: Address | undefined): Address | undefined {
    const {image} = this.#known;
    if (allgs === undefined) return undefined;
    const count = image.word(allgs + 8);
    const isCopy = (at: Address) => at !== allgs + 8 && image.isMapped(at, 8) && image.word(at) === count;
    return this.only([...this.of('runtime.allgadd').addresses].filter(isCopy));
  }

  /** stkbucket loads it and, when it is the first, takes its address; else, of the variables it uses, the one with whole pages of memory. */
  buckhash(profile: Address | undefined): Address | undefined {
    const {image} = this.#known;
    const {loads, addresses} = this.of('runtime.stkbucket');
    const isTable = (at: Address) => image.isMapped(at, 8) && image.word(at) % 4096 === 0 && image.isMapped(image.word(at), 8);
    return this.shared(loads, addresses) ?? this.only([...loads, ...addresses].filter((at) => at !== profile && isTable(at)));
  }

  /** bbuckets and xbuckets: stkbucket uses them beside mbuckets, and linkers keep the order of their names or of their declarations. */
  otherBuckets(found: ReadonlyMap<string, Address>): readonly Address[] {
    const [profile, hash] = [found.get('runtime.mbuckets'), found.get('runtime.buckhash')];
    if (profile === undefined) return [];
    const near = [...this.variablesOf('runtime.stkbucket')].filter((at) => at !== profile && at !== hash && Math.abs(at - profile) < NEAR);
    return near.length === 2 ? near.sort((a, b) => a - b) : [];
  }

  /** Two functions ask when to take the next sample, or call one that does. */
  memProfileRate(): Address | undefined {
    const called = this.only(this.of('runtime.nextSample').loads);
    return called ?? this.shared(this.of('runtime.profilealloc').loads, this.of('runtime.allocmcache').loads);
  }

  /** A lock and four lists, all of which one function moves on. */
  gcBitsArenas(): Address | undefined {
    const {loads, addresses} = this.of('runtime.nextMarkBitArenaEpoch');
    return this.only([...addresses].filter((at) => [8, 16, 24, 32].every((list) => loads.has(at + list))));
  }
}
