import { checkedOptional, checkedOptions } from '../arguments.js';
import type { Operation, WireCommand } from '../happened.js';
import type { History } from '../history.js';
import { ERRORS_CONTAINED } from '../ids.js';
import { invariant, type Invariant } from '../invariant.js';

/**
 * What `errorsContained` takes.
 *
 * @public
 */
export interface ContainedOptions {
  /** Only operations of this name count. Default: all. */
  readonly operation?: string;
}

/**
 * An error stays where it was: an operation fails only if something was wrong with a command of its own, which did not run, was not
 * answered, was sent again, or was answered with an error. One all of whose commands went well, or that never got to send one, fails
 * because of somebody else. Not judged without a fault.
 *
 * @throws ScenarioError for options that make no sense
 * @example
 * ```ts
 * import { errorsContained, explore, scenario, shared } from 'redis-race-lab';
 *
 * const down = shared('down', false);
 * const breaker = scenario({
 *   name: 'one error, and nobody is served any more',
 *   client: 'single-shot',
 *   workersMayFail: true,
 *   workers: ({ redis, operation }) =>
 *     operation('read', async () => {
 *       if (await down.read()) throw new Error('Redis is down');
 *       await redis.get('page').catch(async (error: unknown) => {
 *         await down.write(true);
 *         throw error;
 *       });
 *     }),
 *   faults: { kinds: ['reset-before-send'] },
 *   invariants: [errorsContained()],
 * });
 * console.log((await explore(breaker)).invariant); // errors contained
 * ```
 * @public
 */
export function errorsContained(options: ContainedOptions = {}): Invariant {
  const name = 'errorsContained';
  checkedOptions<ContainedOptions>(name, options, { operation: true });
  checkedOptional(name, options, 'text', 'operation');
  return invariant(ERRORS_CONTAINED, ({ history }) => {
    if (history.faults.length === 0) return { nothing: 'no fault struck' };
    const counted = options.operation === undefined ? history.operations : history.named(options.operation);
    if (counted.length === 0)
      return {
        nothing: `nobody ran an operation${options.operation === undefined ? '' : ` called "${options.operation}"`}`,
      };
    const spilled = counted.find(
      (one) => (one.outcome === 'failed' || one.outcome === 'unknown') && !isItsOwn(history, one),
    );
    if (spilled === undefined) return undefined;
    const error =
      spilled.error === undefined ? 'an error' : `${spilled.error.name}: ${spilled.error.message}`;
    return {
      expected: `"${spilled.name}" of w${spilled.worker} succeeds: nothing was wrong with a command of its own`,
      observed: `it failed with ${error}`,
    };
  });
}

/** Was something wrong with a command that it sent? */
function isItsOwn(history: History, operation: Operation): boolean {
  return history
    .commandsOf(operation.worker)
    .some((command) => isBad(command) && history.operationOf(command) === operation);
}

function isBad({ effect, answered, reply }: WireCommand): boolean {
  const refused = typeof reply === 'object' && reply !== null && 'error' in reply;
  return effect !== 'ran' || !answered || refused;
}
