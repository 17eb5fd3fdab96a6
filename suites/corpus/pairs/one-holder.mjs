import { invariant } from 'redis-race-lab';

/**
 * Who is told that it has the lock is the only one: nobody else was told so before, has not begun to give it back, and has a lease that
 * certainly lasts, counted from when it asked.
 *
 * @param leaseMs - how long a lease lasts
 */
export function oneHolder(leaseMs) {
  return invariant('one holder at a time', ({ history }) => {
    const has = history.named('acquire').filter(({ value }) => value === true);
    for (const second of has) {
      const first = has.find(
        (one) =>
          one.worker !== second.worker &&
          one.end < second.end &&
          second.endMs < one.startMs + leaseMs &&
          !history.operationsOf(one.worker, 'release').some(({ start }) => start < second.end),
      );
      if (first === undefined) continue;
      return {
        expected: `w${first.worker} alone has the lock`,
        observed: `w${second.worker} is told that it has it, too, ${second.endMs - second.startMs} ms after it asked for ${leaseMs} ms`,
      };
    }
  });
}
