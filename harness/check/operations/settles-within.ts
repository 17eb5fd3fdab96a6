import { checkedOptional, checkedOptions, checkedTime } from '../arguments.js';
import { SETTLES_WITHIN } from '../ids.js';
import { invariant, type Invariant } from '../invariant.js';

/**
 * What `settlesWithin` takes.
 *
 * @public
 */
export interface SettleOptions {
  /** How long an operation may take, in ms of virtual time. */
  readonly ms: number;
  /** Only operations of this name count. Default: all. */
  readonly operation?: string;
}

/**
 * Every operation comes to an end, well or badly, and in time. Those of a worker that has crashed do not count. That workers end
 * at all is looked for in any case.
 *
 * @throws ScenarioError for options that make no sense
 * @example
 * ```ts
 * import { explore, scenario, settlesWithin } from 'redis-race-lab';
 *
 * const patient = scenario({
 *   name: 'a lost connection, and how long it takes to notice',
 *   workerCount: 1,
 *   workers: ({ redis, operation }) => operation('read', () => redis.get('page')),
 *   faults: { kinds: ['reset-before-send'] },
 *   invariants: [settlesWithin({ ms: 10 })],
 * });
 * console.log((await explore(patient)).invariant); // settles in time
 * ```
 * @public
 */
export function settlesWithin(options: SettleOptions): Invariant {
  const name = 'settlesWithin';
  checkedOptions<SettleOptions>(name, options, { ms: true, operation: true });
  checkedTime(name, '"ms"', options.ms);
  checkedOptional(name, options, 'text', 'operation');
  const { ms, operation } = options;
  return invariant(SETTLES_WITHIN, ({ history, elapsedMs }) => {
    const counted = operation === undefined ? history.operations : history.named(operation);
    const crashed = new Set(history.ends.flatMap(({ worker, how }) => (how === 'crashed' ? [worker] : [])));
    for (const { worker, name: called, outcome, startMs, endMs } of counted) {
      if (crashed.has(worker)) continue;
      const tookMs = Math.min(endMs, elapsedMs) - startMs;
      if (tookMs <= ms) continue;
      const how = outcome === 'pending' ? 'had not ended' : 'ended';
      return {
        expected: `"${called}" of w${worker} ends within ${ms} ms`,
        observed: `it ${how} after ${tookMs} ms`,
      };
    }
    if (counted.length > 0) return undefined;
    return { nothing: `nobody ran an operation${operation === undefined ? '' : ` called "${operation}"`}` };
  });
}
