/** What every cache promises, seen by what its readers are told: so it holds for any cache. */
import { asText } from '../../base/shown.js';
import type { Operation } from '../../check/happened.js';
import type { History } from '../../check/history.js';
import { invariant, type Found, type Invariant } from '../../check/invariant.js';

/** Names of the operations of whoever uses a cache. @internal */
export const CACHE_OPERATIONS = {
  read: 'read',
  load: 'load',
  /** Through the cache. */
  change: 'change',
  /** Of the source of truth alone. */
  changeBehind: 'change behind its back',
} as const;

const { read, load, change, changeBehind } = CACHE_OPERATIONS;

/** A version of the source of truth as text; null where there is nothing. @internal */
export function textOf(version: number): string | null {
  return version === 0 ? null : `version ${version}`;
}

/** @returns undefined for what no version is */
function versionOf(value: unknown): number | undefined {
  if (value === null || value === undefined) return 0;
  const found = /^version (\d+)$/.exec(asText(value))?.[1];
  return found === undefined ? undefined : Number(found);
}

/** Reads that got an answer, each with its version. */
function answeredIn(history: History): { readonly one: Operation; readonly version: number | undefined }[] {
  return history
    .named(read)
    .flatMap((one) => (one.outcome === 'ok' ? { one, version: versionOf(one.value) } : []));
}

/**
 * Who reads after a change is over does not get what was there before it.
 *
 * @param lagMs - how long after a change other processes may not have heard of it
 * @internal
 */
export function neverStale(lagMs?: number): Invariant {
  return invariant('no read is stale', ({ history }): Found | undefined => {
    const reads = answeredIn(history);
    const changes = history.named(change).filter(({ outcome }) => outcome === 'ok');
    for (const { one, version } of reads) {
      if (version === undefined)
        return {
          expected: `w${one.worker} reads a version that was`,
          observed: `it read ${asText(one.value)}`,
        };
      const newer = changes.find(
        ({ end, endMs, value }) =>
          end < one.start && (lagMs === undefined || endMs + lagMs < one.startMs) && Number(value) > version,
      );
      if (newer !== undefined)
        return {
          expected: `w${one.worker} reads version ${Number(newer.value)} or a newer one, since w${newer.worker} had ended that change`,
          observed: `it read ${textOf(version) ?? 'that there is nothing'}`,
          at: one.end,
        };
    }
    if (changes.length === 0) return { nothing: 'nothing was changed' };
    return reads.length > 0 ? undefined : { nothing: 'nobody read' };
  });
}

/** An entry that nobody renews lasts as long as it was told to, and no longer. @internal */
export function keptAtMost(ttlMs: number): Invariant {
  return invariant('no entry outlives its time', ({ history }): Found | undefined => {
    const [behind] = history.named(changeBehind);
    const reads = answeredIn(history);
    if (behind === undefined || behind.outcome !== 'ok') return { nothing: 'nothing was changed' };
    for (const { one, version } of reads) {
      if (version === undefined || version >= Number(behind.value) || one.start < behind.end) continue;
      // Whoever began to read before the change may have filled the cache when it was done.
      const mayHaveFilled = reads.some(
        ({ one: earlier }) => earlier.start < behind.end && earlier.endMs + ttlMs >= one.startMs,
      );
      if (mayHaveFilled) continue;
      return {
        expected: `what was there before the change is forgotten ${ttlMs} ms after it was read`,
        observed: `w${one.worker} still read it at ${one.startMs} ms`,
        at: one.end,
      };
    }
    return reads.length > 0 ? undefined : { nothing: 'nobody read' };
  });
}

/**
 * The source of truth is asked so many times at most.
 *
 * @param withinMs - only loads that begin so soon after the first one count: for others to wait longer would be no answer. Default:
 * all
 * @internal
 */
export function loadsAtMost(most: number, why: string, withinMs = Infinity): Invariant {
  return invariant('it is loaded once', ({ history }): Found | undefined => {
    const loads = history.named(load);
    const [first] = loads;
    if (first === undefined) return { nothing: 'nothing was loaded' };
    const counted =
      withinMs === Infinity
        ? loads.length
        : loads.filter(({ startMs }) => startMs < first.startMs + withinMs).length;
    if (counted <= most) return undefined;
    return { expected: `${most === 1 ? 'one load' : `${most} loads`}: ${why}`, observed: `${counted}` };
  });
}

/**
 * As long as nobody began to change anything, of several reads of one worker one loads at most: that there is nothing is cached.
 *
 * @param ttlMs - after so long it may be loaded again
 * @internal
 */
export function nothingIsCached(ttlMs: number): Invariant {
  return invariant('that there is nothing is loaded once', ({ history }): Found | undefined => {
    const changed = Math.min(...history.named(change).map(({ start }) => start));
    const before = (name: string): Operation[] => history.named(name).filter(({ start }) => start < changed);
    const loads = before(load);
    for (const first of loads) {
      const again = loads.find(
        ({ worker, start, startMs }) =>
          worker === first.worker && start > first.end && startMs < first.startMs + ttlMs,
      );
      if (again !== undefined)
        return {
          expected: `w${first.worker} loads once: that there is nothing is cached`,
          observed: 'it loaded again before anything was changed',
          at: again.start,
        };
    }
    const reads = before(read);
    const readTwice = reads.some((one) =>
      reads.some((other) => other !== one && other.worker === one.worker),
    );
    return readTwice ? undefined : { nothing: 'nobody read twice before anything was changed' };
  });
}

/** Whoever reads gets an answer. @param least - the version that the source of truth has from the start @internal */
export function everyReadAnswered(least: number): Invariant {
  return invariant('every read is answered', ({ history }): Found | undefined => {
    const reads = history.named(read);
    const tooOld = answeredIn(history).find(({ version }) => version === undefined || version < least);
    if (tooOld !== undefined)
      return {
        expected: `w${tooOld.one.worker} gets what the source of truth has`,
        observed: `it got ${asText(tooOld.one.value ?? 'nothing')}`,
        at: tooOld.one.end,
      };
    const lost = reads.find(({ outcome }) => outcome === 'failed' || outcome === 'unknown');
    if (lost !== undefined)
      return {
        expected: `w${lost.worker} gets what the source of truth has`,
        observed: `it got ${lost.error === undefined ? 'an error' : `${lost.error.name}: ${lost.error.message}`}`,
        at: lost.end,
      };
    return reads.length > 0 ? undefined : { nothing: 'nobody read' };
  });
}
