import { checkedOptional, checkedOptions } from '../arguments.js';
import { shown } from '../../base/shown.js';
import type { Operation } from '../happened.js';
import { FIRST_IN_FIRST_OUT } from '../ids.js';
import { invariant, type Invariant } from '../invariant.js';

/**
 * What `firstInFirstOut` takes.
 *
 * @public
 */
export interface FifoOptions {
  /** Name of the operation that puts something in, and returns what. Default: `put`. */
  readonly put?: string;
  /** Name of the operation that takes something out, and returns what, or null or undefined where there was nothing. Default: `take`. */
  readonly take?: string;
}

/**
 * What is put in first comes out first: of two things of which the first was in before anybody began to put in the second, the
 * second is not taken out before anybody begins to take out the first. What is put in is different each time: a job, or the
 * ticket of somebody who waits. Only what was certainly taken out counts.
 *
 * @throws ScenarioError for options that make no sense
 * @example
 * ```ts
 * import { explore, firstInFirstOut, scenario } from 'redis-race-lab';
 *
 * const stack = scenario({
 *   name: 'pushed and popped at the same end',
 *   workers: [
 *     async ({ redis, operation }) => {
 *       for (const job of ['a', 'b']) await operation('put', () => redis.lpush('jobs', job).then(() => job));
 *     },
 *     async ({ redis, operation }) => {
 *       for (let n = 0; n < 2; n++) await operation('take', () => redis.lpop('jobs'));
 *     },
 *   ],
 *   invariants: [firstInFirstOut()],
 * });
 * console.log((await explore(stack)).invariant); // first in first out
 * ```
 * @public
 */
export function firstInFirstOut(options: FifoOptions = {}): Invariant {
  const name = 'firstInFirstOut';
  checkedOptions<FifoOptions>(name, options, { put: true, take: true });
  checkedOptional(name, options, 'text', 'put', 'take');
  const { put = 'put', take = 'take' } = options;
  return invariant(FIRST_IN_FIRST_OUT, ({ history }) => {
    const done = (which: string): Operation[] =>
      history.named(which).filter(({ outcome }) => outcome === 'ok');
    const puts = done(put);
    const taken = new Map<unknown, Operation>();
    for (const one of done(take))
      if (one.value !== null && one.value !== undefined) taken.set(one.value, one);
    const both = puts.flatMap((one) => {
      const out = taken.get(one.value);
      return out === undefined ? [] : [{ in: one, out }];
    });
    for (const first of both) {
      const before = both.find(({ in: put, out }) => first.in.end < put.start && out.end < first.out.start);
      if (before === undefined) continue;
      const [a, b] = [shown(first.in.value), shown(before.in.value)];
      return {
        expected: `${a}, which was put in first, comes out before ${b}`,
        observed: `${b} came out before ${a}`,
      };
    }
    if (puts.length === 0) return { nothing: `nobody ran an operation called "${put}" to its end` };
    return both.length === 0
      ? { nothing: `nothing that was put in was taken out by an operation "${take}"` }
      : undefined;
  });
}
