import { checkNames } from '../../base/option-names.js';
import { ScenarioError } from '../../base/scenario-error.js';
import { shown } from '../../base/shown.js';

/**
 * An operation as a model sees it.
 *
 * @public
 */
export interface ModelCall<Input = unknown, Output = unknown> {
  /** What its worker calls it. */
  readonly name: string;
  /** What it was given: the third argument of `operation()`. */
  readonly input: Input;
  /** What it returned; undefined where nobody knows. */
  readonly output: Output | undefined;
  /** False where nobody knows what it returned, nor whether it happened. */
  readonly known: boolean;
  /** 1-based worker. Only where the model says `looksAt: ['worker']`. */
  readonly worker: number;
  /** Virtual time at which it began, in ms. Only where the model says `looksAt: ['times']`. */
  readonly startMs: number;
  /** Virtual time by which it has happened, in ms; `Infinity` where nobody knows. Only with `looksAt: ['times']`. */
  readonly endMs: number;
}

/**
 * What a model says of an operation in a state: which state comes of it, and what it returns; or that it cannot happen there.
 * Without `output` it may return anything.
 *
 * @public
 */
export type ModelStep<State> =
  | { readonly state: State; readonly output?: unknown }
  | {
      /** Why not, in words. */
      readonly refused: string;
    };

/**
 * What `model` takes.
 *
 * @public
 */
export interface ModelOptions<State, Input = unknown, Output = unknown> {
  /** What it begins with. */
  readonly init: State;
  /** What an operation does, were it alone. It must not change the state that it is given, but return another one. */
  readonly step: (state: State, call: ModelCall<Input, Output>) => ModelStep<State>;
  /** Names of the operations that it is about; others are passed over. Default: it is about all. */
  readonly operations?: readonly string[];
  /** The part of the state that an operation is about, a key say, where parts have nothing to do with each other. */
  readonly partition?: (call: ModelCall<Input, Output>) => string;
  /** What `step` looks at besides name, input and output. Default: nothing else. */
  readonly looksAt?: readonly ('worker' | 'times')[];
}

/**
 * What operations do, one after the other: what a history is held against. Made by `model`, or ready made.
 *
 * @public
 */
export type Model = ModelOptions<unknown>;

/**
 * A model of your own: what each operation does to a state, and returns, were it alone. Values are compared as Redis keeps
 * them: 1 and `'1'` are alike. Where nobody knows what became of an operation, both are tried: that it happened, whatever it
 * returned, and that it did not.
 *
 * @throws ScenarioError for options that make no sense
 * @example
 * ```ts
 * import { checkLinearizable, model } from 'redis-race-lab';
 *
 * const highest = model<number, number>({
 *   init: 0,
 *   step: (state, { name, input }) =>
 *     name === 'offer' ? { state: Math.max(state, input) } : { state, output: state },
 * });
 * const history = [
 *   { worker: 1, name: 'offer', input: 7, start: 1, end: 2 },
 *   { worker: 2, name: 'read', value: 5, start: 3, end: 4 },
 * ];
 * console.log(checkLinearizable(history, highest).kind); // illegal
 * ```
 * @public
 */
export function model<State, Input = unknown, Output = unknown>(
  options: ModelOptions<State, Input, Output>,
): Model {
  if (typeof options !== 'object' || options === null)
    throw new ScenarioError(`model: it takes an object with init and step, not ${shown(options)}`);
  checkNames(options, { init: 1, step: 1, operations: 1, partition: 1, looksAt: 1 }, 'model');
  const { step, operations, partition, looksAt = [] } = options;
  if (!('init' in options))
    throw new ScenarioError('model: "init", the state that it begins with, is missing');
  if (typeof step !== 'function') throw new ScenarioError(`model: "step" is a function, not ${shown(step)}`);
  if (partition !== undefined && typeof partition !== 'function')
    throw new ScenarioError(`model: "partition" is a function, not ${shown(partition)}`);
  if (
    operations !== undefined &&
    !(Array.isArray(operations) && operations.every((name) => typeof name === 'string'))
  )
    throw new ScenarioError(`model: "operations" is a list of names, not ${shown(operations)}`);
  if (!Array.isArray(looksAt) || !looksAt.every((one) => one === 'worker' || one === 'times'))
    throw new ScenarioError(`model: "looksAt" is a list of 'worker' and 'times', not ${shown(looksAt)}`);
  // What a model is given is what operations of that name were given: the history does not know their types.
  return { ...options } as unknown as Model;
}

/**
 * One such model for each key: the input of every operation is `{ key, value }`, and the model is given `value`. Each key is
 * checked on its own, which is much less work.
 *
 * @throws ScenarioError for anything but a model
 * @example
 * ```ts
 * import { checkLinearizable, perKey, registerModel } from 'redis-race-lab';
 *
 * const history = [
 *   { worker: 1, name: 'write', input: { key: 'a', value: 1 }, start: 1, end: 2 },
 *   { worker: 2, name: 'read', input: { key: 'b' }, value: null, start: 3, end: 4 },
 * ];
 * console.log(checkLinearizable(history, perKey(registerModel())).kind); // ok
 * ```
 * @public
 */
export function perKey(one: Model): Model {
  checkModel('perKey', one);
  const { step, partition } = one;
  return {
    ...one,
    step: (state, call) => step(state, unkeyed(call)),
    partition: (call) => {
      const { key } = Object(call.input) as { key?: unknown };
      if (typeof key !== 'string' && typeof key !== 'number')
        throw new ScenarioError(
          `perKey: the input of "${call.name}" is { key, value }, not ${shown(call.input)}: operation('${call.name}', …, { key: 'a' })`,
        );
      return partition === undefined ? String(key) : `${key} ${partition(unkeyed(call))}`;
    },
  };
}

function unkeyed(call: ModelCall): ModelCall {
  const { value } = Object(call.input) as { value?: unknown };
  // Getters refuse what a model has not asked for, so nothing is copied that may not be looked at.
  return Object.create(call, { input: { value } }) as ModelCall;
}

/** @throws ScenarioError for anything but a model @internal */
export function checkModel(name: string, given: unknown): void {
  const { step } = Object(given) as Partial<Model>;
  if (typeof step !== 'function')
    throw new ScenarioError(
      `${name}: it takes a model, as registerModel() or model({ init, step }), not ${shown(given)}`,
    );
}
