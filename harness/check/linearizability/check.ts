import { checkNames } from '../../base/option-names.js';
import { ScenarioError } from '../../base/scenario-error.js';
import { shown } from '../../base/shown.js';
import { count } from '../../base/text.js';
import type { History } from '../history.js';
import { callsOf, type Called, type CheckedOperation } from './calls.js';
import { refusals, type Refused } from './explain.js';
import { checkModel, type Model } from './model.js';
import { partsOf, together, twinsOf, type Parts } from './parts.js';
import { search, type Problem, type Searched } from './search.js';
import { Transitions } from './transitions.js';
import { operationText, orderText } from './words.js';

/** Enough for histories with hundreds of operations and a few of unknown outcome; seconds of work at most. */
const STEPS_MAX = 5_000_000;

/**
 * How hard a history is looked at.
 *
 * @public
 */
export interface LinearizableOptions {
  /** Steps of the search at most, in all; then the answer is `unknown`. Default: 5,000,000. */
  readonly stepsMax?: number;
}

/**
 * What became of one part of a history: of all of it, or of one key.
 *
 * @public
 */
export interface CheckedPart {
  /** The key, where the model has partitions. */
  readonly key?: string;
  /** `unknown`: the steps were used up. */
  readonly kind: 'ok' | 'illegal' | 'unknown';
  /** An order that explains every reply; the longest that does, where there is none for all. */
  readonly order: readonly CheckedOperation[];
  /** Where it is illegal: operations that could come next behind `order`, and why the model refuses each. */
  readonly refused: readonly Refused[];
  /** Steps that the search took. */
  readonly steps: number;
}

/**
 * What became of a history that was held against a model.
 *
 * @public
 */
export interface Linearizability {
  /** `nothing`: no operation was there to look at. Only `ok` is a pass. */
  readonly kind: 'ok' | 'illegal' | 'unknown' | 'nothing';
  /** Operations that were looked at. */
  readonly operations: number;
  /** Steps that the search took, in all. */
  readonly steps: number;
  /** The parts that were looked at; nothing behind an illegal one. */
  readonly parts: readonly CheckedPart[];
  /** The same in words. */
  readonly message: string;
}

/**
 * Is a history linearizable: did every operation take effect at one moment between its beginning and its end, as the model says?
 * One whose outcome is unknown may have taken effect at any moment after its beginning, or never; one that failed did not.
 *
 * @param history - of an execution, or operations written down: `start` and `end` say which came before which
 * @param model - what operations do one after the other
 * @throws ScenarioError for what is no model, or no history
 * @example
 * ```ts
 * import { checkLinearizable, registerModel } from 'redis-race-lab';
 *
 * const stale = [
 *   { worker: 1, name: 'write', input: 'new', start: 1, end: 2 },
 *   { worker: 2, name: 'read', value: 'old', start: 3, end: 4 },
 * ];
 * const { kind, message } = checkLinearizable(stale, registerModel({ init: 'old' }));
 * console.log(kind); // illegal
 * console.log(message); // says: after w1 write 'new', w2 read → 'old' cannot come: it would have returned 'new'
 * ```
 * @public
 */
export function checkLinearizable(
  history: History | readonly CheckedOperation[],
  model: Model,
  options: LinearizableOptions = {},
): Linearizability {
  checkModel('checkLinearizable', model);
  const stepsMax = checkedSteps('checkLinearizable', options);
  const calls = callsOf(history, model);
  return checkParts(partsOf(calls, model), model, stepsMax, () => 0);
}

/**
 * Is a history sequentially consistent: is there one order of all operations that the model follows and in which those of each
 * worker come in their own order? A weaker question, since it does not matter which worker was first: a stale read is allowed.
 * Keys cannot be checked apart from each other.
 *
 * @param history - as for `checkLinearizable`
 * @throws ScenarioError for what is no model, or no history
 * @example
 * ```ts
 * import { checkSequential, registerModel } from 'redis-race-lab';
 *
 * const stale = [
 *   { worker: 1, name: 'write', input: 'new', start: 1, end: 2 },
 *   { worker: 2, name: 'read', value: 'old', start: 3, end: 4 },
 * ];
 * console.log(checkSequential(stale, registerModel({ init: 'old' })).kind); // ok
 * ```
 * @public
 */
export function checkSequential(
  history: History | readonly CheckedOperation[],
  model: Model,
  options: LinearizableOptions = {},
): Linearizability {
  checkModel('checkSequential', model);
  const stepsMax = checkedSteps('checkSequential', options);
  const calls = callsOf(history, model);
  const workers = [...new Set(calls.map(({ operation }) => operation.worker))];
  const listOf = ({ operation }: Called): number => workers.indexOf(operation.worker);
  return checkParts(new Map([[undefined, calls]]), together(model), stepsMax, listOf);
}

/** @throws ScenarioError @internal */
export function checkedSteps(name: string, options: LinearizableOptions): number {
  if (typeof options !== 'object' || options === null)
    throw new ScenarioError(`${name}: it takes an object of options, not ${shown(options)}`);
  checkNames(options, { stepsMax: true }, name);
  const { stepsMax = STEPS_MAX } = options;
  if (!Number.isInteger(stepsMax) || stepsMax < 1)
    throw new ScenarioError(`${name}: "stepsMax" is a whole number, 1 or more, not ${shown(stepsMax)}`);
  return stepsMax;
}

function checkParts(
  parts: Parts,
  model: Model,
  stepsMax: number,
  listOf: (called: Called) => number,
): Linearizability {
  const checked: CheckedPart[] = [];
  let steps = 0;
  for (const [key, calls] of parts) {
    const part = checkPart(calls, model, stepsMax - steps, listOf);
    steps += part.steps;
    checked.push(key === undefined ? part : { key, ...part });
    if (part.kind === 'illegal') break;
  }
  const operations = [...parts.values()].reduce((sum, calls) => sum + calls.length, 0);
  const worst = (['illegal', 'unknown'] as const).find((kind) => checked.some((part) => part.kind === kind));
  const otherwise = operations === 0 ? 'nothing' : 'ok';
  const kind: Linearizability['kind'] = worst ?? otherwise;
  const found = { kind, operations, steps, parts: checked };
  return { ...found, message: messageOf(found) };
}

function checkPart(
  calls: readonly Called[],
  model: Model,
  stepsMax: number,
  listOf: (called: Called) => number,
): CheckedPart {
  const placed = calls.map((called) => ({
    list: listOf(called),
    start: called.operation.start,
    end: called.end,
  }));
  const transitions = new Transitions(
    model,
    calls.map(({ call }) => call),
  );
  const problem: Problem = { operations: placed, transitions, twins: twinsOf(calls, model, listOf) };
  const { kind, order, steps }: Searched = search(problem, stepsMax);
  const operationAt = (at: number): CheckedOperation => calls[at]!.operation;
  return {
    kind,
    order: order.map(operationAt),
    refused: kind === 'illegal' ? refusals(problem, order, operationAt) : [],
    steps,
  };
}

function messageOf({ kind, operations, steps, parts }: Omit<Linearizability, 'message'>): string {
  if (kind === 'nothing') return 'no operation was there to look at';
  const many = count(operations, 'operation');
  if (kind === 'ok') return `an order of ${many} explains every reply`;
  const { key, order, refused } = parts.find((part) => part.kind === kind)!;
  const where = key === undefined ? '' : `${key}: `;
  if (kind === 'unknown') return `${where}nobody knows: ${count(steps, 'step')} did not decide about ${many}`;
  const after = order.length === 0 ? 'at the beginning' : `after ${orderText(order)}`;
  // Nobody is surprised that what may never have happened does not come.
  const certain = refused.filter(({ operation }) => (operation.outcome ?? 'ok') === 'ok');
  const reasons = certain.map(
    ({ operation, reason }) => `${operationText(operation)} cannot come: ${reason}`,
  );
  return `${where}${after}, ${reasons.join('; ')}`;
}
