import { Arbitrary, Stream, stringify, toStringMethod, Value, type Random } from 'fast-check';
import type { Environment } from '../execution/environment.js';
import { ScenarioError, type Scenario } from '../scenario.js';
import { holdsOn } from './holds-on.js';
import { shorterTapes, simplerTapes } from './shrink.js';
import { Tape } from './tape.js';
import { tapes } from './tapes.js';

/** One execution of one generated scenario: what a property is given. */
export class Race<Input> {
  constructor(
    /** What the scenario was built from. */
    readonly input: Input,
    readonly scenario: Scenario,
    /** The choices of the execution. */
    readonly tape: Tape,
  ) {}

  /**
   * Runs it. While fast-check shrinks, only a failure of the same invariant counts.
   *
   * @param environment - connections to use; default: opened for this one run, on the server of this process
   * @throws RaceError when something is wrong
   */
  async holds(environment?: Environment): Promise<void> {
    await holdsOn(this.scenario, this.tape, environment);
  }

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
 */
export function races<Input>(
  inputs: Arbitrary<Input>,
  build: (input: Input) => Scenario,
): Arbitrary<Race<Input>> {
  return new RaceArbitrary(inputs, build);
}

class RaceArbitrary<Input> extends Arbitrary<Race<Input>> {
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
      for (const shorter of shorterTapes(within(tape, built.workers.length)))
        yield new Value(new Race(simpler.value_, built, shorter), simpler.context);
    }
    // An input that did not shrink with this tape may shrink with a simpler one, so it starts anew where it can.
    const anew = this.inputs.canShrinkWithoutContext(input) ? undefined : context;
    for (const simpler of simplerTapes(tape, scenario.workers.length))
      yield new Value(new Race(input, scenario, simpler), anew);
  }

  #inputs(input: Input, context: unknown): Iterable<Value<Input>> {
    if (context === undefined && !this.inputs.canShrinkWithoutContext(input)) return [];
    return this.inputs.shrink(input, context);
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

/** The tape for fewer workers. */
function within({ choices, skip, lineage }: Tape, workers: number): Tape {
  const left = skip.filter((worker) => worker <= workers);
  return new Tape(choices, left.length < workers ? left : [], lineage);
}
