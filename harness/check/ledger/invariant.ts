import { invariant, type Invariant } from '../invariant.js';
import { LEDGER_ORDER } from '../ids.js';
import { checkedLedger, checkLedger, type LedgerOptions } from './check.js';

/**
 * What is appended to a list and what is read of it has one order: nothing is lost, nothing comes twice, no read is stale. As
 * `checkLedger`, for runs of any length.
 *
 * @param options - how operations are called
 * @throws ScenarioError for options that make no sense
 * @example
 * ```ts
 * import { explore, ledgerOrder, scenario } from 'redis-race-lab';
 *
 * const log = scenario({
 *   name: 'a log in one value',
 *   workers: async ({ redis, name, operation }) => {
 *     await operation('append', async () => redis.set('log', `${(await redis.get('log')) ?? ''}${name},`), name);
 *     await operation('read', async () => ((await redis.get('log')) ?? '').split(',').slice(0, -1));
 *   },
 *   invariants: [ledgerOrder()],
 * });
 * console.log((await explore(log)).kind); // breaks
 * ```
 * @public
 */
export function ledgerOrder(options: LedgerOptions = {}): Invariant {
  const checked = checkedLedger('ledgerOrder', options);
  return invariant(LEDGER_ORDER, ({ history }) => {
    const { kind, message } = checkLedger(history, checked);
    if (kind === 'illegal') return { expected: 'one order of all appends and reads', observed: message };
    return kind === 'nothing' ? { nothing: message } : undefined;
  });
}
