/**
 * All kinds of findings → those that are told, ranked: one for one set of nodes. Where two are about nearly the same bytes the more specific kind stays, and
 * the other is evidence of it.
 */

import {isRuntimePackage} from '../analyses/package-names.js';
import {remember} from '../base/remember.js';
import {findFullChannels} from './channel-findings.js';
import {findManyContexts} from './context-findings.js';
import {findQueuedFinalizers} from './finalizer-findings.js';
import {FINDING_KINDS, FINDING_LEVELS, type Finding, type FindingLevel} from './finding.js';
import type {FindingInput, FindSuspects} from './finding-input.js';
import {SAME_NODES} from './finding-thresholds.js';
import {findManyGoroutines} from './goroutine-findings.js';
import {findGoroutineLeaks} from './goroutine-leaks.js';
import {findHolders} from './holder-findings.js';
import {findJavaFinalizers} from './java-finalizers.js';
import {findUnusedMemory} from './memory-findings.js';
import {findSpreadOwners} from './owner-findings.js';
import {findPooled} from './pooled-findings.js';
import {findSampledSites, type SampledSite} from './sampled-sites.js';
import {type BytesByGroup, SubtreeSet} from './subtree-set.js';
import {percent} from './telling-words.js';
import {findTimers} from './timer-findings.js';
import {findWaste} from './waste-findings.js';

const KINDS: readonly FindSuspects[] = [
  findGoroutineLeaks,
  findTimers,
  findManyContexts,
  findFullChannels,
  findQueuedFinalizers,
  findJavaFinalizers,
  findWaste,
  findManyGoroutines,
  findPooled,
  findHolders,
  findUnusedMemory,
];

export interface ToldFinding extends Omit<Finding, 'nodes'> {
  readonly rank: number; // from 1
  readonly level: FindingLevel;
  readonly share: number; // 0 to 1
}

/** Owners that a sentence names. */
const NAMED_OWNERS = 3;
/** Of the bytes: an owner with less is not worth a word. */
const LEAST_OWNER = 0.01;

interface Kept {
  readonly finding: Finding;
  readonly set: SubtreeSet;
  readonly also: Finding[]; // less specific findings of the same nodes
}

/** Problems first, then most bytes. */
export function tellFindings(input: FindingInput, kinds: readonly FindSuspects[] = KINDS): ToldFinding[] {
  const found = kinds.flatMap((find) => [...find(input)]);
  found.sort((a, b) => FINDING_KINDS.indexOf(a.kind) - FINDING_KINDS.indexOf(b.kind) || b.bytes - a.bytes);
  const kept: Kept[] = [];
  const dominated = new Dominated(input);
  for (const finding of found) {
    const set = dominated.setOf(finding.nodes);
    const same = set.bytes === 0 ? undefined : kept.find((other) => areSame(set, other.set));
    if (same) same.also.push(finding);
    else kept.push({finding, set, also: []});
  }
  const told = kept.map(({finding, set, also}) => ({
    finding,
    also,
    sites: findSampledSites(input.told.columns.graph.allocations, set),
    owners: dominated.ownersIn(finding.nodes),
  }));
  for (const owner of findSpreadOwners(input, (nodes) => dominated.ownersIn(nodes))) {
    const within = told.find(({owners}) => (owners.get(owner.owner) ?? 0) >= SAME_NODES * owner.bytes);
    if (within) within.also.push(owner);
    else told.push({finding: owner, owners: new Map(), sites: [], also: []});
  }
  const ranked = told.map((one) => ({
    ...withEvidence(input, one),
    level: one.finding.isProved === false ? ('note' as const) : FINDING_LEVELS[one.finding.kind],
    share: shareOf(one.finding),
  }));
  ranked.sort((a, b) => compareLevels(a.level, b.level) || b.bytes - a.bytes || compareNames(a, b));
  return ranked.map((finding, index) => ({rank: index + 1, ...finding}));
}

interface WithOwners {
  readonly finding: Finding;
  readonly owners: BytesByGroup; // inside, most first
  readonly sites: readonly SampledSite[];
  readonly also: Finding[];
}

function areSame(a: SubtreeSet, b: SubtreeSet): boolean {
  const larger = Math.max(a.bytes, b.bytes);
  return Math.min(a.bytes, b.bytes) >= SAME_NODES * larger && a.sharedWith(b) >= SAME_NODES * larger;
}

/** What nodes dominate, and whose that is: asked once for the same array of nodes, which may be millions. */
class Dominated {
  readonly #input: FindingInput;
  readonly #sets = new Map<Uint32Array, SubtreeSet>();
  readonly #owners = new Map<Uint32Array, BytesByGroup>();

  constructor(input: FindingInput) {
    this.#input = input;
  }

  setOf(nodes: Uint32Array): SubtreeSet {
    return remember(this.#sets, nodes, () => new SubtreeSet(this.#input.told, nodes));
  }

  /** Most bytes first. */
  ownersIn(nodes: Uint32Array): BytesByGroup {
    const {ownerOf} = this.#input.owners;
    return remember(this.#owners, nodes, () => this.setOf(nodes).bytesBy((node) => ownerOf[node]!));
  }
}

function withEvidence({owners: {rows}}: FindingInput, {finding, owners, sites, also}: WithOwners): Omit<Finding, 'nodes'> {
  const {nodes: _, sentence, evidence, ...rest} = finding;
  const isTelling = ([owner, bytes]: readonly [number, number]) =>
    bytes >= LEAST_OWNER * finding.bytes && !isRuntimePackage(rows[owner]!.package);
  const inside = [...owners].filter(isTelling).slice(0, NAMED_OWNERS);
  const total = [...owners.values()].reduce((sum, bytes) => sum + bytes, 0);
  const words = inside.map(([owner, bytes]) => `${rows[owner]!.name} ${percent(bytes, total)}`).join(', ');
  return {
    ...rest,
    sentence: words === '' ? sentence : `${sentence} Inside: ${words}.`,
    evidence: {
      ...evidence,
      ...(inside.length > 0 ? {owners: inside.map(([owner, bytes]) => ({name: rows[owner]!.name, bytes}))} : {}),
      ...(sites.length > 0 ? {sites} : {}),
      ...(also.length > 0 ? {also: also.map(({kind, name, bytes, sentence: said}) => ({kind, name, bytes, sentence: said}))} : {}),
    },
  };
}

function shareOf({bytes, of}: Finding): number {
  return of > 0 ? Math.min(1, bytes / of) : 0;
}
function compareLevels(a: FindingLevel, b: FindingLevel): number {
  return a === b ? 0 : a === 'problem' ? -1 : 1;
}
function compareNames(a: Pick<Finding, 'kind' | 'name'>, b: Pick<Finding, 'kind' | 'name'>): number {
  return `${a.kind} ${a.name}` < `${b.kind} ${b.name}` ? -1 : 1;
}
