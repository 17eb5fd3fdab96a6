import { ScenarioError } from '../../../base/scenario-error.js';
import { shown } from '../../../base/shown.js';
import { model, type Model, type ModelCall, type ModelStep } from '../model.js';
import { alike } from '../values.js';
import { namesOf, numberOf, yesOrNo } from './answers.js';

/**
 * What a register is, and what its operations are called.
 *
 * @public
 */
export interface RegisterModelOptions {
  /** What it holds at first. Default: null, nothing. */
  readonly init?: unknown;
  /** Name of the operation that returns the value. Default: `read`. */
  readonly read?: string;
  /** Name of the one whose input becomes the value. Default: `write`. */
  readonly write?: string;
  /** Only of `casRegisterModel`. Name of the one that takes `{ from, to }`, and returns whether it did. Default: `cas`. */
  readonly cas?: string;
}

/**
 * A value that is read and written: `read` returns it, `write` has it as its input.
 *
 * @throws ScenarioError for options that make no sense
 * @example
 * ```ts
 * import { checkLinearizable, registerModel } from 'redis-race-lab';
 *
 * const history = [
 *   { worker: 1, name: 'set', input: 5, start: 1, end: 4 },
 *   { worker: 2, name: 'get', value: '5', start: 2, end: 3 },
 * ];
 * console.log(checkLinearizable(history, registerModel({ read: 'get', write: 'set' })).kind); // ok
 * ```
 * @public
 */
export function registerModel(options: Omit<RegisterModelOptions, 'cas'> = {}): Model {
  const { read, write } = namesOf('registerModel', options, { read: 'read', write: 'write' }, ['init']);
  return model<unknown>({
    init: options.init ?? null,
    operations: [read, write],
    step: (state, { name, input }) => (name === write ? { state: input } : { state, output: state }),
  });
}

/**
 * The same with compare and set: `cas` has `{ from, to }` as its input, and returns true, a number above 0 or `OK` where it wrote.
 *
 * @throws ScenarioError for options that make no sense; for an input of `cas` that is not `{ from, to }` when it is checked
 * @example
 * ```ts
 * import { casRegisterModel, checkLinearizable } from 'redis-race-lab';
 *
 * const both = [
 *   { worker: 1, name: 'cas', input: { from: 0, to: 1 }, value: true, start: 1, end: 3 },
 *   { worker: 2, name: 'cas', input: { from: 0, to: 2 }, value: true, start: 2, end: 4 },
 * ];
 * console.log(checkLinearizable(both, casRegisterModel({ init: 0 })).kind); // illegal
 * ```
 * @public
 */
export function casRegisterModel(options: RegisterModelOptions = {}): Model {
  const defaults = { read: 'read', write: 'write', cas: 'cas' };
  const { read, write, cas } = namesOf('casRegisterModel', options, defaults, ['init']);
  return model<unknown>({
    init: options.init ?? null,
    operations: [read, write, cas],
    step: (state, call) => {
      if (call.name === write) return { state: call.input };
      return call.name === cas ? compareAndSet(state, call) : { state, output: state };
    },
  });
}

function compareAndSet(state: unknown, call: ModelCall): ModelStep<unknown> {
  const { input, name } = call;
  if (typeof input !== 'object' || input === null || !('from' in input) || !('to' in input))
    throw new ScenarioError(`casRegisterModel: the input of "${name}" is { from, to }, not ${shown(input)}`);
  const did = yesOrNo(call);
  const could = alike(state, input.from);
  if (did === true && !could) return { refused: `it holds ${shown(state)}` };
  if (did === false && could) return { refused: `it holds ${shown(state)}, so it would have written` };
  return { state: could ? input.to : state };
}

/**
 * What a counter is, and what its operations are called.
 *
 * @public
 */
export interface CounterModelOptions {
  /** What it counts from. Default: 0. */
  readonly init?: number;
  /** Name of the operation that adds its input, or 1, and returns the sum, or nothing. Default: `increment`. */
  readonly increment?: string;
  /** Name of the one that returns the count. Default: `read`. */
  readonly read?: string;
}

/**
 * A number that operations add to: by their input, by 1 where there is none. An increment that returns a number has counted up
 * to it; one that returns anything else, `OK` say, has just counted.
 *
 * @throws ScenarioError for options that make no sense
 * @example
 * ```ts
 * import { checkLinearizable, counterModel } from 'redis-race-lab';
 *
 * const lost = [
 *   { worker: 1, name: 'increment', value: 1, start: 1, end: 3 },
 *   { worker: 2, name: 'increment', value: 1, start: 2, end: 4 },
 * ];
 * console.log(checkLinearizable(lost, counterModel()).kind); // illegal
 * ```
 * @public
 */
export function counterModel(options: CounterModelOptions = {}): Model {
  const defaults = { increment: 'increment', read: 'read' };
  const { increment, read } = namesOf('counterModel', options, defaults, ['init']);
  const { init = 0 } = options;
  if (typeof init !== 'number')
    throw new ScenarioError(`counterModel: "init" is a number, not ${shown(init)}`);
  return model<number>({
    init,
    operations: [increment, read],
    step: (count, { name, input, output, known }) => {
      if (name === read) {
        // A counter that does not exist yet.
        return known && (output === null || output === undefined) && count === 0
          ? { state: count }
          : { state: count, output: count };
      }
      const by = numberOf(input ?? 1);
      if (by === undefined)
        throw new ScenarioError(`counterModel: the input of "${name}" is a number, not ${shown(input)}`);
      const state = count + by;
      return numberOf(output) === undefined ? { state } : { state, output: state };
    },
  });
}
