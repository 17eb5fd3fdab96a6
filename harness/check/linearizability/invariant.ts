import { asText } from '../../base/shown.js';
import { LINEARIZABLE, SEQUENTIALLY_CONSISTENT } from '../ids.js';
import { invariant, type Invariant } from '../invariant.js';
import { UndecidedError } from '../undecided.js';
import {
  checkedSteps,
  checkLinearizable,
  checkSequential,
  type Linearizability,
  type LinearizableOptions,
} from './check.js';
import { checkModel, type Model } from './model.js';

/**
 * Every operation that the model is about took effect at one moment between its beginning and its end: there is an order of them
 * that explains every reply. What breaks it is explained by the longest order that there is, and by why the model refuses what could
 * come next. Where the steps of the search are used up, the verdict is `error`: nobody knows.
 *
 * @param model - what operations do, one after the other: `registerModel()`, `mutexModel()`, … or your own
 * @throws ScenarioError for what is no model
 * @example
 * ```ts
 * import { counterModel, explore, linearizable, scenario } from 'redis-race-lab';
 *
 * const views = scenario({
 *   name: 'views',
 *   workers: ({ redis, operation }) =>
 *     operation('increment', async () => {
 *       const views = Number(await redis.get('views')) + 1;
 *       await redis.set('views', views);
 *       return views;
 *     }),
 *   invariants: [linearizable(counterModel())],
 * });
 * console.log((await explore(views)).invariant); // linearizable
 * ```
 * @public
 */
export function linearizable(model: Model, options: LinearizableOptions = {}): Invariant {
  checkModel('linearizable', model);
  checkedSteps('linearizable', options);
  return invariant(LINEARIZABLE, ({ history }) =>
    found(() => checkLinearizable(history, model, options), model),
  );
}

/**
 * There is one order of the operations that explains every reply and in which those of each worker come in their own order. Weaker
 * than `linearizable`: a read may be stale, as long as no worker sees it go back.
 *
 * @param model - as for `linearizable`
 * @throws ScenarioError for what is no model
 * @example
 * ```ts
 * import { explore, registerModel, scenario, sequentiallyConsistent } from 'redis-race-lab';
 *
 * const reading = scenario({
 *   name: 'one reads, one writes',
 *   workers: [
 *     ({ redis, operation }) => operation('read', () => redis.get('page')),
 *     ({ redis, operation }) => operation('write', () => redis.set('page', 'new'), 'new'),
 *   ],
 *   invariants: [sequentiallyConsistent(registerModel())],
 * });
 * console.log((await explore(reading)).kind); // holds
 * ```
 * @public
 */
export function sequentiallyConsistent(model: Model, options: LinearizableOptions = {}): Invariant {
  checkModel('sequentiallyConsistent', model);
  checkedSteps('sequentiallyConsistent', options);
  return invariant(SEQUENTIALLY_CONSISTENT, ({ history }) =>
    found(() => checkSequential(history, model, options), model),
  );
}

function found(check: () => Linearizability, { operations: names }: Model): ReturnType<Invariant['check']> {
  const { kind, message } = checked(check);
  if (kind === 'ok') return undefined;
  if (kind === 'illegal')
    return { expected: 'an order of the operations that explains every reply', observed: message };
  if (kind === 'unknown') throw new UndecidedError(message);
  const called = names === undefined ? '' : ` called ${names.map((name) => `"${name}"`).join(' or ')}`;
  return { nothing: `nobody ran an operation${called}` };
}

/** @throws UndecidedError where the model could not say: that says nothing about the workers */
function checked(check: () => Linearizability): Linearizability {
  try {
    return check();
  } catch (error) {
    throw new UndecidedError(error instanceof Error ? error.message : asText(error), { cause: error });
  }
}
