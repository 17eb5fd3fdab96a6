import { Arbitrary, Stream, Value, type Random } from 'fast-check';
import { ScenarioError, type Scenario } from '../scenario.js';
import { simplerTapes } from './shrink.js';
import { Tape } from './tape.js';

/** Choices on a generated tape; behind them an execution goes on calmly. */
const LENGTH_MAX = 64;
/** Moves that a deviation can name directly; larger numbers of moves are reached by wrapping around. */
const MOVES_MAX = 12;
const FAULTS_MAX = 64;
/** Chances to deviate at a point: few preemptions find most bugs, many find the rest. */
const DEVIATION_CHANCES = [0.1, 0.3, 0.7];

/**
 * Tapes as a fast-check arbitrary: it generates executions, and shrinks a failing one to the simplest that fails in
 * the same way. It composes with other arbitraries, and `seed`, `path`, `numRuns`, `examples` and reporters work as
 * for any arbitrary.
 *
 * @param options.workers - workers offered; needed to leave some out. Give the largest number when it is generated
 * @param options.faults - faults at most; default 0
 */
export function tapes(
  options: Pick<Scenario, 'workers' | 'faults'> | { workers: number; faults?: number },
): Arbitrary<Tape> {
  const workers = typeof options.workers === 'number' ? options.workers : options.workers.length;
  const faults = typeof options.faults === 'object' ? options.faults.budget : (options.faults ?? 0);
  if (!Number.isInteger(workers) || workers < 1) throw new ScenarioError(`${workers} workers make no race`);
  return new TapeArbitrary(workers, faults);
}

class TapeArbitrary extends Arbitrary<Tape> {
  constructor(
    readonly workers: number,
    readonly faults: number,
  ) {
    super();
  }

  override generate(random: Random): Value<Tape> {
    const chance = DEVIATION_CHANCES[random.nextInt(0, DEVIATION_CHANCES.length - 1)]!;
    const length = random.nextInt(0, LENGTH_MAX);
    const choices: number[] = [];
    for (let at = 0; at < length; at++) {
      const deviates = random.nextInt(0, 999) < chance * 1000;
      choices.push(deviates ? random.nextInt(1, MOVES_MAX) : 0);
    }
    const faults = random.nextInt(0, this.faults);
    for (let fault = 0; fault < faults && length > 0; fault++) {
      choices[random.nextInt(0, length - 1)] = -random.nextInt(1, FAULTS_MAX);
    }
    return new Value(new Tape(choices), undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is Tape {
    return value instanceof Tape;
  }

  override shrink(value: Tape): Stream<Value<Tape>> {
    const { workers } = this;
    return new Stream(
      (function* () {
        for (const tape of simplerTapes(value, workers)) yield new Value(tape, undefined);
      })(),
    );
  }
}
