import { ScenarioError } from '../base/scenario-error.js';
import { checkedCount, checkedOptional, checkedOptions, checkedText, type ReadyMade } from './arguments.js';
import type { History } from './history.js';
import { AT_MOST_ONCE, NO_LOST_UPDATE, RECOVERS } from './ids.js';
import { beginsAfterFault, describeLost, failedAfterFault } from './recovery.js';
import { invariant, type Invariant, type NothingSeen } from './invariant.js';

/** What the invariants about a counter take. */
interface CounterOptions {
  readonly key: string;
  readonly operation?: string;
  readonly read?: (stored: string | null) => number;
}

/** The same, checked. @throws ScenarioError */
function counter(name: ReadyMade, options: CounterOptions): Required<CounterOptions> {
  const { key, operation, read } = checkedOptions<CounterOptions>(name, options, {
    key: true,
    operation: true,
    read: true,
  });
  checkedText(name, '"key"', key);
  checkedOptional(name, options, 'text', 'operation');
  checkedOptional(name, options, 'function', 'read');
  return { key, operation: operation ?? 'increment', read: read ?? Number };
}

/** Nobody counted, and nobody named the counter: an invariant about it holds whatever the workers do. */
function nothingCounted(
  { key, operation }: CounterOptions,
  stored: string | null,
  history: History,
): NothingSeen | undefined {
  if (stored !== null || history.mentions((argument) => argument === key)) return undefined;
  return { nothing: `no command named ${key}, where operations called "${operation}" are to count` };
}

/**
 * No update is lost: a counter in the store must not be less than the number of operations that succeeded. Whether one
 * happened twice is another question; see `atMostOnce`.
 *
 * @param options.key - the counter
 * @param options.operation - name of the operation that adds 1; default `increment`
 * @param options.read - how to read the count from the stored string; default `Number`
 * @throws ScenarioError for options that make no sense; Error, when it is checked, if something counted and no operation has that name: nothing could ever be lost
 * @example
 * ```ts
 * import { explore, noLostUpdate, scenario } from 'redis-race-lab';
 *
 * const views = scenario({
 *   name: 'views',
 *   workers: ({ redis, operation }) =>
 *     operation('increment', async () => redis.set('views', Number(await redis.get('views')) + 1)),
 *   invariants: [noLostUpdate({ key: 'views' })],
 * });
 * console.log((await explore(views)).kind); // breaks
 * ```
 * @public
 */
export function noLostUpdate(options: {
  readonly key: string;
  readonly operation?: string;
  readonly read?: (stored: string | null) => number;
}): Invariant {
  const counted = counter('noLostUpdate', options);
  const { key, operation, read } = counted;
  return invariant(NO_LOST_UPDATE, async ({ redis, history }) => {
    const stored = await redis.get(key);
    const found = read(stored);
    if (found > 0 && history.count(operation, 'ok', 'failed', 'unknown', 'pending') === 0)
      throw new ScenarioError(
        `${key} = ${found}, but no worker ran an operation called "${operation}": ` +
          `name what adds 1 with operation('${operation}', …), or say its name: noLostUpdate({ key, operation })`,
      );
    const sure = history.count(operation, 'ok');
    if (found >= sure) return nothingCounted(counted, stored, history);
    const unsure = history.count(operation, 'unknown', 'pending');
    return { expected: `${key} = ${range(sure, unsure)}`, observed: `${key} = ${found}` };
  });
}

/**
 * No update happens twice: a counter in the store must not be more than the number of operations that succeeded plus
 * those that may have had an effect, since their outcome is unknown or they never ended.
 *
 * @param options - as for `noLostUpdate`
 * @throws ScenarioError for options that make no sense
 * @example
 * ```ts
 * import { atMostOnce, explore, scenario } from 'redis-race-lab';
 *
 * const views = scenario({
 *   name: 'views',
 *   workerCount: 1,
 *   workers: ({ redis, operation }) => operation('increment', () => redis.incr('views')),
 *   faults: { kinds: ['reset-after-apply'] },
 *   invariants: [atMostOnce({ key: 'views' })],
 * });
 * // ioredis sends INCR again after the reset, although it had run.
 * console.log((await explore(views)).kind); // breaks
 * ```
 * @public
 */
export function atMostOnce(options: {
  readonly key: string;
  readonly operation?: string;
  readonly read?: (stored: string | null) => number;
}): Invariant {
  const counted = counter('atMostOnce', options);
  const { key, operation, read } = counted;
  return invariant(AT_MOST_ONCE, async ({ redis, history }) => {
    const stored = await redis.get(key);
    const found = read(stored);
    const sure = history.count(operation, 'ok');
    const unsure = history.count(operation, 'unknown', 'pending');
    if (found <= sure + unsure) return nothingCounted(counted, stored, history);
    return { expected: `${key} = ${range(sure, unsure)}`, observed: `${key} = ${found}` };
  });
}

function range(sure: number, unsure: number): string {
  return unsure === 0 ? String(sure) : `${sure} to ${sure + unsure}`;
}

/**
 * The application comes back by itself: once the last fault is over, the first few operations of each worker may fail,
 * and none of those that it begins later. Not judged without a fault, nor while one lasts.
 *
 * @param options.withinOperations - how many operations of each worker those first few are; default 1
 * @param options.operation - only operations of this name count; default: all
 * @throws ScenarioError for options that make no sense
 * @example
 * ```ts
 * import { explore, recovers, scenario } from 'redis-race-lab';
 *
 * const reading = scenario({
 *   name: 'reading',
 *   workerCount: 1,
 *   workers: async ({ redis, operation }) => {
 *     for (let nth = 0; nth < 3; nth++) await operation('read', () => redis.get('page')).catch(() => {});
 *   },
 *   faults: { kinds: ['reset-before-send'] },
 *   invariants: [recovers({ withinOperations: 1 })],
 * });
 * console.log((await explore(reading)).kind); // holds
 * ```
 * @public
 */
export function recovers(
  options: { readonly withinOperations?: number; readonly operation?: string } = {},
): Invariant {
  checkedOptions('recovers', options, { withinOperations: true, operation: true });
  const { withinOperations = 1, operation } = options;
  checkedCount('recovers', '"withinOperations"', withinOperations);
  checkedOptional('recovers', options, 'text', 'operation');
  return invariant(RECOVERS, ({ history }) => {
    const lost = failedAfterFault(history, withinOperations, operation);
    if (lost === undefined) {
      if (beginsAfterFault(history, operation)) return undefined;
      return {
        nothing: `no operation${operation === undefined ? '' : ` "${operation}"`} began after a fault was over`,
      };
    }
    const may = withinOperations === 1 ? 'the first operation' : `the first ${withinOperations} operations`;
    return {
      expected: `after the last fault at most ${withinOperations === 0 ? 'no operation' : may} of a worker fails`,
      observed: describeLost(lost),
    };
  });
}
