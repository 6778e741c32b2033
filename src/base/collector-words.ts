/**
 * What is known of the collector → words, for all that show it.
 */

/** `GOGC=100, no GOMEMLIMIT, next collection at …, 17 collections so far`; `show` puts bytes into words. Undefined where the core does not tell. */
export function collectorWords(fact: (key: string) => number | undefined, show: (bytes: number) => string): string | undefined {
  const [percent, limit, next, cycles] = ['gc_percent', 'memory_limit', 'next_gc', 'gc_cycles'].map(fact);
  if (percent === undefined) return undefined;
  const words = [
    percent < 0 ? 'GOGC=off' : `GOGC=${percent}`,
    limit === undefined ? 'no GOMEMLIMIT' : `GOMEMLIMIT ${show(limit)}`,
    next === undefined ? undefined : `next collection at ${show(next)}`,
    cycles === undefined ? undefined : `${cycles} collection${cycles === 1 ? '' : 's'} so far`,
  ];
  return words.filter((word) => word !== undefined).join(', ');
}
