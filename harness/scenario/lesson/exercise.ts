import { ScenarioError } from '../errors.js';
import type { Scenario } from '../types.js';

/**
 * A mending that many try first, and that mends nothing.
 *
 * @public
 */
export interface WrongFix<Code extends object = any> {
  /** Short name, that of its file in `answers/`: `sleep`. */
  readonly name: string;
  /** What that file exports. */
  readonly code: Code;
  /** What a file looks like that tries it, comments left out. The first one that fits is told. */
  readonly looks: RegExp;
  /** A sentence that teaches: why it cannot work. */
  readonly hint: string;
}

/**
 * What a learner is to do in a lab: one file with one TODO, and how it is seen that it was done.
 *
 * @public
 */
export interface Exercise<Code extends object = any> {
  /** The file that a learner edits, in the folder of the lab: `exercise.ts`. */
  readonly file: string;
  /** What is to be done, in one line. */
  readonly task: string;
  /**
   * What is run with the code of the learner, in this order: it is done when each of them holds. They must also break for code
   * that does nothing, or not what it is there for.
   */
  readonly checks: (code: Code) => readonly Scenario[];
  /** What `answers/solution.ts` exports; a learner's file must export functions of the same names. */
  readonly solution: Code;
  /** Mendings that mend nothing: two at least. */
  readonly wrong: readonly WrongFix<Code>[];
  /** What to say where no wrong fix is recognised, by the id of the invariant that breaks. */
  readonly hints?: Readonly<Record<string, string>>;
}

/**
 * Describes the exercise of a lab.
 *
 * @throws ScenarioError when it has less than two wrong fixes, or two with one name
 * @example
 * ```ts
 * import { noLostUpdate, scenario, type WorkerContext } from 'redis-race-lab';
 * import { exercise } from 'redis-race-lab/lab';
 *
 * type Redis = WorkerContext['redis'];
 * const again = async (redis: Redis) => void (await redis.set('views', Number(await redis.get('views')) + 1));
 * const counting = exercise({
 *   file: 'exercise.ts',
 *   task: 'Count every view.',
 *   solution: { count: async (redis: Redis) => void (await redis.incr('views')) },
 *   wrong: [
 *     { name: 'sleep', code: { count: again }, looks: /setTimeout/, hint: 'Whoever waits may wait at the same time.' },
 *     { name: 'retry', code: { count: again }, looks: /for \(/, hint: 'Nothing failed, so there is nothing to retry.' },
 *   ],
 *   checks: ({ count }) => [
 *     scenario({
 *       name: 'views',
 *       workers: ({ redis, operation }) => operation('increment', () => count(redis)),
 *       invariants: [noLostUpdate({ key: 'views' })],
 *     }),
 *   ],
 * });
 * console.log(counting.checks(counting.solution).length); // 1
 * ```
 * @public
 */
export function exercise<Code extends object>(description: Exercise<Code>): Exercise<Code> {
  const names = description.wrong.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new ScenarioError(`an exercise has two wrong fixes called "${twice}"`);
  if (names.length < 2)
    throw new ScenarioError('an exercise names two wrong fixes at least, and says why they mend nothing');
  return description;
}

/** The wrong fix that a file looks like. @param text - of the file @internal */
export function recognised({ wrong }: Exercise, text: string): WrongFix | undefined {
  const code = withoutComments(text);
  return wrong.find(({ looks }) => looks.test(code));
}

/** The functions that a learner's file must export and does not. @internal */
export function missingExports({ solution }: Exercise, code: object): string[] {
  const given = code as Readonly<Record<string, unknown>>;
  return Object.entries(solution)
    .filter(([name, value]) => typeof value === 'function' && typeof given[name] !== 'function')
    .map(([name]) => name);
}

/** Good enough for what people write in an exercise: a text that looks like a comment is left out, too. */
function withoutComments(text: string): string {
  return text.replaceAll(/\/\*.*?\*\/|(?<![:'"`])\/\/[^\n]*/gs, '');
}
