import { Arbitrary, Stream, stringify, toStringMethod, Value, type Random } from 'fast-check';
import { ScenarioError } from '../scenario/errors.js';
import type { Scenario } from '../scenario/types.js';
import { holdsOn } from './holds-on.js';
import { shorterInputs } from './shorter-inputs.js';
import type { Session } from '../explore/session.js';
import { shorterTapes, simplerTapes } from '../explore/tape/simpler-tapes.js';
import { Tape } from '../explore/tape/tape.js';
import { tapes } from './tapes.js';
import { drawnBy, Vacuity } from './vacuity.js';

/**
 * One execution of one generated scenario: what a property is given.
 *
 * @public
 */
export class Race<Input> {
  constructor(
    /** What the scenario was built from. */
    readonly input: Input,
    /** What was built from the input. */
    readonly scenario: Scenario,
    /** The choices of the execution. */
    readonly tape: Tape,
  ) {}

  /**
   * Runs the scenario on the tape. While fast-check shrinks, only a failure of the same invariant counts, and none that
   * is due to the absence of workers alone.
   *
   * @param session - connections to use; default: those of the run before, on the server of this process
   * @throws RaceError when something is wrong, StepLimitError when the execution does not end, VacuousError where nothing
   *   could have been wrong in 20 executions of the property, and what ends the lab's own work: ServerError where no Redis can be had, ServerGoneError when it cannot be reached
   */
  async holds(session?: Session): Promise<void> {
    await holdsOn(this.scenario, this.tape, session);
  }

  /** The input and the tape, as fast-check writes values. */
  toString(): string {
    return `race(${stringify(this.input)}, tape("${this.tape.toString()}"))`;
  }

  /** How fast-check shows it in its reports. */
  [toStringMethod](): string {
    return this.toString();
  }
}

/**
 * Scenarios of your own making together with their executions, as one fast-check arbitrary:
 *
 * ```ts
 * const counts = fc.record({ workers: fc.integer({ min: 2, max: 5 }), times: fc.integer({ min: 1, max: 3 }) });
 * await fc.assert(fc.asyncProperty(races(counts, build), (race) => race.holds()));
 * ```
 *
 * A failure shrinks in both dimensions: the input as its own arbitrary shrinks it (fewer workers, fewer operations,
 * simpler payloads), and the schedule. When an operation goes, the choices behind it come earlier, so both are tried
 * together; after each success both start anew. The order is fixed by the values alone, so that `seed` and `path`
 * lead to the same counterexample again.
 *
 * @param inputs - whatever the scenario depends on
 * @param build - makes a scenario of it, the same one of the same input. Inputs for which it throws a ScenarioError
 *   while shrinking are passed over
 * @example
 * ```ts
 * import * as fc from 'fast-check';
 * import { scenario } from 'redis-race-lab';
 * import { races } from 'redis-race-lab/fast-check';
 *
 * const counting = races(fc.integer({ min: 1, max: 4 }), (workerCount) =>
 *   scenario({ name: 'counting', workerCount, workers: ({ redis }) => redis.incr('count'), invariants: [] }),
 * );
 * await fc.assert(
 *   fc.asyncProperty(counting, (race) => race.holds()),
 *   { numRuns: 20 },
 * );
 * ```
 * @public
 */
export function races<Input>(
  inputs: Arbitrary<Input>,
  build: (input: Input) => Scenario,
): Arbitrary<Race<Input>> {
  return new RaceArbitrary(inputs, build);
}

class RaceArbitrary<Input> extends Arbitrary<Race<Input>> {
  readonly #vacuity = new Vacuity();

  constructor(
    readonly inputs: Arbitrary<Input>,
    readonly build: (input: Input) => Scenario,
  ) {
    super();
  }

  override generate(random: Random, biasFactor: number | undefined): Value<Race<Input>> {
    const input = this.inputs.generate(random, biasFactor);
    const scenario = this.build(input.value_);
    const tape = tapes(scenario).generate(random, biasFactor);
    drawnBy(tape.value_, this.#vacuity);
    return new Value(new Race(input.value_, scenario, tape.value_), input.context);
  }

  override canShrinkWithoutContext(value: unknown): value is Race<Input> {
    return value instanceof Race;
  }

  override shrink(race: Race<Input>, context: unknown): Stream<Value<Race<Input>>> {
    return new Stream(this.#simpler(race, context));
  }

  *#simpler({ input, scenario, tape }: Race<Input>, context: unknown): Generator<Value<Race<Input>>> {
    for (const simpler of this.#inputs(input, context)) {
      const built = this.#tryBuild(simpler.value_);
      if (built === undefined) continue;
      for (const cut of forFewer(tape, scenario.workers.length, built.workers.length))
        for (const shorter of shorterTapes(cut))
          yield new Value(new Race(simpler.value_, built, shorter), simpler.context);
    }
    // An input that did not shrink with this tape may shrink with a simpler one, so it starts anew where it can.
    const anew = this.inputs.canShrinkWithoutContext(input) ? undefined : context;
    for (const simpler of simplerTapes(tape, scenario.workers.length))
      yield new Value(new Race(input, scenario, simpler), anew);
  }

  /** As their own arbitrary shrinks them, and then what that leaves out though it could have generated it. */
  *#inputs(input: Input, context: unknown): Generator<Value<Input>> {
    if (context === undefined && !this.inputs.canShrinkWithoutContext(input)) return;
    const seen = new Set<string>();
    for (const simpler of this.inputs.shrink(input, context)) {
      seen.add(stringify(simpler.value_));
      yield simpler;
    }
    for (const shorter of shorterInputs(input)) {
      if (!seen.has(stringify(shorter)) && this.inputs.canShrinkWithoutContext(shorter))
        yield new Value(shorter, undefined);
    }
  }

  #tryBuild(input: Input): Scenario | undefined {
    try {
      return this.build(input);
    } catch (error) {
      if (error instanceof ScenarioError) return undefined;
      throw error;
    }
  }
}

/**
 * A tape for fewer workers: which of them went, only the input knows. The last ones, the first ones, or one that did not
 * take part anyway; then the others have other numbers now.
 */
function forFewer({ choices, skip, lineage }: Tape, before: number, after: number): Iterable<Tape> {
  const gone = Math.max(0, before - after);
  const skips = [skip, skip.map((worker) => worker - gone)];
  if (gone === 1)
    for (const left of skip)
      skips.push(
        skip.filter((worker) => worker !== left).map((worker) => (worker > left ? worker - 1 : worker)),
      );
  const found = new Map<string, Tape>();
  for (const numbers of skips) {
    const fitting = numbers.filter((worker) => worker >= 1 && worker <= after);
    const tape = new Tape(choices, fitting.length < after ? fitting : [], lineage);
    if (!found.has(tape.toString())) found.set(tape.toString(), tape);
  }
  return found.values();
}
