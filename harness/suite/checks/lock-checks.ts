/** What every lock promises on one node, whatever goes wrong: seen by what its users are told, so that it holds for any lock. */
import type { Operation } from '../../check/happened.js';
import type { History } from '../../check/history.js';
import { invariant, type Found, type Invariant } from '../../check/invariant.js';
import {
  beganToRelease,
  certainlyHeld,
  LOCK_OPERATIONS,
  leasesIn,
  mayStandInTheWay,
  refusal,
  told,
  type HadOptions,
  type Leases,
} from './lock-history.js';

const { acquire, extend, release } = LOCK_OPERATIONS;

/**
 * Who is told that it has the lock is the only one: nobody else was told so before, has not begun to give it back, and has a lease that
 * certainly lasts. An extension says yes only if nobody else had the lock meanwhile.
 *
 * @param since - leases that were asked for before a fault of this kind was over are not counted on
 * @internal
 */
export function oneHolder(leases: Leases, since?: string): Invariant {
  return invariant('one holder at a time', ({ history }): Found | undefined => {
    const from = since === undefined ? -Infinity : endOf(history, since);
    const all = leasesIn(history);
    const granted = all.filter((one) => told(one) === 'granted' && one.start > from);
    for (const got of granted) {
      const moment = { position: got.end, ms: got.endMs };
      const holder = granted.find(
        (other) => other.worker !== got.worker && certainlyHeld(history, other, moment, leases),
      );
      if (holder !== undefined)
        return {
          expected: `w${got.worker} is told that it has the lock when nobody else has it`,
          observed: `w${got.worker} was told so at ${got.endMs} ms, and w${holder.worker} had it for certain until ${holder.startMs + leases.ttlMs} ms`,
          at: got.end,
        };
      const between = got.name === extend ? inBetween(history, all, got) : undefined;
      if (between !== undefined)
        return {
          expected: `w${got.worker} is told that its lock was lost`,
          observed: `w${got.worker} was told that its lease is longer now, and w${between.worker} had the lock in between`,
          at: got.end,
        };
    }
    return granted.length > 0 ? undefined : { nothing: 'nobody got the lock' };
  });
}

/** Who else was given the lock since its worker was told last that it has it. */
function inBetween(history: History, all: readonly Operation[], extension: Operation): Operation | undefined {
  const before = all.findLast(
    (one) => one.worker === extension.worker && one.end < extension.start && told(one) === 'granted',
  );
  if (before === undefined || beganToRelease(history, before, extension.end)) return undefined;
  return all.find(
    (one) =>
      one.worker !== extension.worker &&
      told(one) === 'granted' &&
      one.start > before.end &&
      one.end < extension.end,
  );
}

function endOf(history: History, kind: string): number {
  return history.faults.findLast((fault) => fault.kind === kind)?.end ?? -Infinity;
}

/**
 * Who is told that the lock is taken is told so because somebody may have it: who was given it, or was not told, and whose lease may
 * still last. Who was told that it is taken keeps nobody out, itself included; nor does who gave it back, or whose lease is over. An
 * answer that took as long as a lease is worth nothing, and may be no.
 *
 * @internal
 */
export function canBeHad(leases: Leases, options: HadOptions = {}): Invariant {
  return invariant('a free lock can be had', ({ history }): Found | undefined => {
    const asked = history.named(acquire);
    const all = leasesIn(history);
    for (const one of asked) {
      if (told(one, options.errorsTell) !== 'refused' || one.endMs - one.startMs >= leases.ttlMs) continue;
      if (all.some((other) => mayStandInTheWay(history, other, one, leases, options))) continue;
      return {
        expected: `w${one.worker} gets the lock that it asks for at ${one.startMs} ms, since nobody has it`,
        observed: refusal(one) ?? 'it was told that the lock is taken',
        at: one.end,
      };
    }
    return asked.length > 0 ? undefined : { nothing: 'nobody asked for the lock' };
  });
}

/** A release that says that the lock was its own says so of no other one's. @internal */
export function releaseTells(leases: Leases): Invariant {
  return invariant('who lost the lock is told', ({ history }): Found | undefined => {
    for (const one of history.named(release)) {
      if (one.outcome !== 'ok' || one.value !== true) continue;
      const holder = leasesIn(history).find(
        (lease) =>
          lease.worker !== one.worker &&
          lease.end < one.start &&
          certainlyHeld(history, lease, { position: one.end, ms: one.endMs }, leases),
      );
      if (holder !== undefined)
        return {
          expected: `w${one.worker} is told that the lock was not its own any more`,
          observed: `it was told that it gave back its own, and w${holder.worker} had it for certain`,
          at: one.end,
        };
    }
    return undefined;
  });
}

/** Nobody is told that the server does not know a script. @internal */
export function scriptsAreSentAgain(): Invariant {
  return invariant('scripts that are forgotten are sent again', ({ history }): Found | undefined => {
    const told = [acquire, extend, release].flatMap((name) => history.named(name));
    for (const one of told) {
      const observed = refusal(one) ?? one.error?.message;
      if (observed?.includes('NOSCRIPT') === true)
        return {
          expected: `w${one.worker} is told nothing of scripts by ${one.name}`,
          observed,
          at: one.end,
        };
    }
    return told.length > 0 ? undefined : { nothing: 'nobody asked for the lock' };
  });
}

/** The token that came with a lock; a bigint is recorded as its digits. */
function tokenOf({ value }: Operation): number | bigint {
  return typeof value === 'string' ? BigInt(value) : Number(value);
}

/** Fencing tokens grow from each holder to the next one. @internal */
export function tokensGrow(): Invariant {
  return invariant('fencing tokens grow', ({ history }): Found | undefined => {
    const granted = history.named(acquire).filter((one) => told(one) === 'granted');
    for (const later of granted) {
      const before = granted.find((one) => one.end < later.start && tokenOf(one) >= tokenOf(later));
      if (before !== undefined)
        return {
          expected: `w${later.worker} gets a token above ${tokenOf(before)}, which w${before.worker} got before it asked`,
          observed: `it got ${tokenOf(later)}`,
        };
    }
    return granted.length > 1 ? undefined : { nothing: 'the lock was not given to two' };
  });
}

/** Of two who got the lock, the one who had asked the server before the other one began to ask got it first. @internal */
export function inOrderOfAsking(): Invariant {
  return invariant('who waits longest is next', ({ history }): Found | undefined => {
    const granted = history.named(acquire).filter((one) => told(one) === 'granted');
    const asked = (one: Operation): number =>
      history.commandsOf(one.worker).find(({ at, applied }) => applied && at > one.start)?.at ?? Infinity;
    for (const one of granted) {
      const before = granted.find((other) => one.end < other.end && asked(other) < one.start);
      if (before !== undefined)
        return {
          expected: `w${before.worker}, which asked before w${one.worker} did, gets the lock first`,
          observed: `w${one.worker} got it at ${one.endMs} ms, and w${before.worker} at ${before.endMs} ms`,
          at: one.end,
        };
    }
    return granted.length > 1 ? undefined : { nothing: 'the lock was not given to two' };
  });
}

/** Commands that may be sent at once, and how long each further one takes. */
const BURST = 10;
const COMMAND_MS = 5;

/** Who waits does not ask all the time. @internal */
export function asksInModeration(): Invariant {
  return invariant('who waits asks in moderation', ({ history }): Found | undefined => {
    const asked = history.named(acquire);
    for (const one of asked) {
      if (one.end === Infinity) continue;
      const sent = history.commandsOf(one.worker).filter(({ at }) => at > one.start && at < one.end).length;
      const most = BURST + Math.floor((one.endMs - one.startMs) / COMMAND_MS);
      if (sent > most)
        return {
          expected: `at most ${most} commands of w${one.worker} in ${one.endMs - one.startMs} ms`,
          observed: `${sent}`,
          at: one.end,
        };
    }
    return asked.length > 0 ? undefined : { nothing: 'nobody asked for the lock' };
  });
}
