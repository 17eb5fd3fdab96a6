import { Arbitrary, Stream, Value, type Random } from 'fast-check';
import { simplerTapes } from './simpler-tapes.js';
import { Tape } from './tape.js';

/** Choices on a generated tape; behind them an execution goes on calmly. */
const LENGTH_MAX = 64;
/** Moves that a deviation can name directly; larger numbers of moves are reached by wrapping around. */
const MOVES_MAX = 12;
const FAULTS_MAX = 64;
/** Chances to deviate at a point: few preemptions find most bugs, many find the rest. */
const DEVIATION_CHANCES = [0.1, 0.3, 0.7];

/** Tapes as a fast-check arbitrary. @internal */
export class TapeArbitrary extends Arbitrary<Tape> {
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
