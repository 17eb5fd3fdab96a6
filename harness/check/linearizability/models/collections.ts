import { shown } from '../../../base/shown.js';
import { model, type Model, type ModelStep } from '../model.js';
import { alike, keyOf } from '../values.js';
import { namesOf, yesOrNo } from './answers.js';

/**
 * What the operations of a set are called.
 *
 * @public
 */
export interface SetModelOptions {
  /** Name of the operation that adds its input, and returns whether it was new, or nothing. Default: `add`. */
  readonly add?: string;
  /** Name of the one that removes its input, and returns whether it was there, or nothing. Default: `remove`. */
  readonly remove?: string;
  /** Name of the one that returns whether its input is there. Default: `contains`. */
  readonly contains?: string;
  /** Name of the one that returns all members. Default: `read`. Without any, each member can be checked by itself. */
  readonly read?: string | false;
}

/**
 * A set, as `SADD`, `SREM`, `SISMEMBER` and `SMEMBERS` have it.
 *
 * @throws ScenarioError for options that make no sense
 * @example
 * ```ts
 * import { checkLinearizable, setModel } from 'redis-race-lab';
 *
 * const gone = [
 *   { worker: 1, name: 'add', input: 'a', value: 1, start: 1, end: 2 },
 *   { worker: 2, name: 'read', value: [], start: 3, end: 4 },
 * ];
 * console.log(checkLinearizable(gone, setModel()).kind); // illegal
 * ```
 * @public
 */
export function setModel(options: SetModelOptions = {}): Model {
  const { read: whole = 'read', ...others } = options;
  const defaults = { add: 'add', remove: 'remove', contains: 'contains', read: 'read' };
  const { read, ...names } = namesOf('setModel', whole === false ? others : options, defaults);
  return model<readonly unknown[]>({
    init: [],
    operations: whole === false ? Object.values(names) : [...Object.values(names), read],
    ...(whole === false ? { partition: ({ input }) => keyOf(input, true) } : {}),
    step: (members, call) => {
      const { name, input, output, known } = call;
      if (name === read) return readAll(members, known, output);
      const at = members.findIndex((one) => alike(one, input));
      const answer = yesOrNo(call);
      const there = at >= 0;
      if (answer !== undefined && answer !== (name === names.add ? !there : there))
        return { refused: `${shown(input)} is ${there ? '' : 'not '}in the set` };
      if (name === names.add && !there) return { state: inOrder([...members, input]) };
      return { state: name === names.remove ? members.filter((_, nth) => nth !== at) : members };
    },
  });
}

function readAll(
  members: readonly unknown[],
  known: boolean,
  output: unknown,
): ModelStep<readonly unknown[]> {
  const seen = output instanceof Set ? [...(output as Set<unknown>)] : output;
  if (!known || (Array.isArray(seen) && alike(inOrder(seen), members))) return { state: members };
  return { refused: `it would have returned ${shown(members)}` };
}

/** The same list for the same members. */
function inOrder(members: readonly unknown[]): unknown[] {
  return [...members].sort((a, b) => (keyOf(a, true) < keyOf(b, true) ? -1 : 1));
}

/**
 * What the operations of a queue are called.
 *
 * @public
 */
export interface QueueModelOptions {
  /** Name of the operation that puts its input at the end. Default: `push`. */
  readonly push?: string;
  /** Name of the one that takes what is first, and returns it; null where nothing is there. Default: `pop`. */
  readonly pop?: string;
}

/**
 * A queue, first in first out. A `pop` of unknown outcome may have taken a job that nobody saw.
 *
 * @throws ScenarioError for options that make no sense
 * @example
 * ```ts
 * import { checkLinearizable, queueModel } from 'redis-race-lab';
 *
 * const twice = [
 *   { worker: 1, name: 'push', input: 'job', start: 1, end: 2 },
 *   { worker: 2, name: 'pop', value: 'job', start: 3, end: 5 },
 *   { worker: 3, name: 'pop', value: 'job', start: 4, end: 6 },
 * ];
 * console.log(checkLinearizable(twice, queueModel()).kind); // illegal
 * ```
 * @public
 */
export function queueModel(options: QueueModelOptions = {}): Model {
  const { push, pop } = namesOf('queueModel', options, { push: 'push', pop: 'pop' });
  return model<readonly unknown[]>({
    init: [],
    operations: [push, pop],
    step: (jobs, { name, input }) =>
      name === push
        ? { state: [...jobs, input] }
        : { state: jobs.slice(1), output: jobs.length === 0 ? null : jobs[0] },
  });
}
