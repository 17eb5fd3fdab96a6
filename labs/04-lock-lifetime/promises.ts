import { invariant, noStuckKey, releasedOnlyItsOwn, type Invariant } from '../../harness/index.js';
import { LOCK } from './job.js';
import { ACCOUNT, AMOUNT } from './payment.js';

/** Whoever makes a lease longer is the one who took the lock last. */
const extendedOnlyItsOwn: Invariant = invariant('extended only its own lock', ({ history }) => {
  let holder: number | undefined;
  let extended = false;
  for (const command of history.ranOn(LOCK)) {
    const operation = history.operationOf(command)?.name;
    const { worker, reply } = command;
    if (operation === 'acquire' && reply === 'OK') holder = worker;
    if (operation !== 'extend' || (reply !== 1 && reply !== 'OK')) continue;
    extended = true;
    if (holder !== undefined && holder !== worker)
      return {
        expected: `w${worker} makes the lease longer only while it holds ${LOCK}`,
        observed: `w${worker} made the lease of w${holder} longer`,
      };
  }
  return extended ? undefined : { nothing: 'nobody made a lease longer' };
});

/** What a lock whose lease is made longer promises, and keeps however late its holder is: nothing about who works. */
export const LEASE_PROMISES: readonly Invariant[] = [
  extendedOnlyItsOwn,
  releasedOnlyItsOwn({ key: LOCK }),
  noStuckKey(LOCK),
];

/** The shop gets its money, and gets it once. */
export const paidOnce: Invariant = invariant('the shop is paid once', async ({ redis, history }) => {
  const observed = Number(await redis.get(ACCOUNT));
  const sure = history.count('pay', 'ok') > 0;
  if (observed > AMOUNT || (sure && observed < AMOUNT))
    return { expected: `${ACCOUNT} = ${AMOUNT}`, observed: `${ACCOUNT} = ${observed}` };
  return history.count('pay', 'ok', 'failed', 'unknown', 'pending') > 0
    ? undefined
    : { nothing: 'nobody paid' };
});
