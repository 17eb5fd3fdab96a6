import { ScenarioError } from '../../base/scenario-error.js';
import { shown } from '../../base/shown.js';
import type { Operation } from '../happened.js';
import { History } from '../history.js';
import type { Model, ModelCall } from './model.js';

/**
 * An operation that is checked: one of a history, or written down by hand.
 *
 * @public
 */
export interface CheckedOperation extends Pick<
  Operation,
  'worker' | 'name' | 'start' | 'end' | 'input' | 'value'
> {
  /** How it ended; default `ok`. */
  readonly outcome?: Operation['outcome'];
  /** Virtual time at which it began, in ms: for models that look at times. */
  readonly startMs?: number;
  /** The same for its end. */
  readonly endMs?: number;
}

/** An operation, and the same as a model sees it. @internal */
export interface Called {
  readonly operation: CheckedOperation;
  readonly call: ModelCall;
  /** Position by which it has happened; `Infinity` where it may happen at any time, or never. */
  readonly end: number;
}

/**
 * The operations that a model is about. One that failed had no effect, so it is left out. Of one that nobody knows the outcome
 * of, or that never ended, nobody knows either when it happens, if at all: a command may land long after its client gave up.
 *
 * @internal
 */
export function callsOf(history: History | readonly CheckedOperation[], model: Model): Called[] {
  return operationsIn(history, model).flatMap((operation): Called[] => {
    const { outcome = 'ok' } = operation;
    if (outcome === 'failed') return [];
    const known = outcome === 'ok';
    return [{ operation, call: callOf(operation, model, known), end: known ? operation.end : Infinity }];
  });
}

function operationsIn(
  history: History | readonly CheckedOperation[],
  { operations: names }: Model,
): readonly CheckedOperation[] {
  if (Array.isArray(history)) {
    const given = writtenDown(history);
    return names === undefined ? given : given.filter(({ name }) => names.includes(name));
  }
  if (!(history instanceof History))
    throw new ScenarioError(`it takes a history, or a list of operations, not ${shown(history)}`);
  // By name, where names are known: an exhaustive search then orders no others.
  if (names === undefined) return history.operations;
  return [...new Set(names)].flatMap((name) => history.named(name));
}

/** Operations that somebody wrote down. @throws ScenarioError for what is none @internal */
export function writtenDown(given: readonly unknown[]): readonly CheckedOperation[] {
  const wrong = given.findIndex((one) => !isOperation(one));
  if (wrong >= 0)
    throw new ScenarioError(`an operation says worker, name, start and end, not ${shown(given[wrong])}`);
  const operations = given as readonly CheckedOperation[];
  const turned = operations.find(({ start, end }) => !(start <= end));
  if (turned !== undefined)
    throw new ScenarioError(`an operation does not end before it starts: ${shown(turned)}`);
  return operations;
}

function isOperation(given: unknown): boolean {
  const { worker, name, start, end } = Object(given) as Partial<CheckedOperation>;
  return [worker, start, end].every((one) => typeof one === 'number') && typeof name === 'string';
}

function callOf(operation: CheckedOperation, { looksAt = [] }: Model, known: boolean): ModelCall {
  const { name, input, worker } = operation;
  const allow = (what: 'worker' | 'times'): void => {
    if (!looksAt.includes(what))
      throw new ScenarioError(
        `a model whose "step" looks at ${what} says so: model({ looksAt: ['${what}'], … })`,
      );
  };
  return {
    name,
    input,
    output: known ? operation.value : undefined,
    known,
    get worker() {
      allow('worker');
      return worker;
    },
    get startMs() {
      allow('times');
      return operation.startMs ?? 0;
    },
    get endMs() {
      allow('times');
      return known ? (operation.endMs ?? Infinity) : Infinity;
    },
  };
}
