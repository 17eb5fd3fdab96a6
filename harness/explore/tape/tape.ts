import { toStringMethod } from 'fast-check';
import type { Choice, Chooser, Decision } from '../../execution/steps/decision.js';

/**
 * Ties a tape to what it was shrunk from: the first finding fixes which finding all its descendants are about, so
 * that shrinking cannot slip from one failure to another.
 *
 * @public
 */
export interface Lineage {
  /** Id of the invariant that the first failure broke; undefined before there is one. */
  finding: string | undefined;
}

/**
 * All choices of one execution. 0 is the calm choice (go on with the same worker, no fault, no timer); n the n-th
 * other move; -n the n-th fault. Behind the end of the list everything is calm.
 *
 * @example
 * ```ts
 * import { Tape } from 'redis-race-lab/fast-check';
 *
 * const tape = Tape.parse('0.1.f1');
 * console.log(tape.choices); // [ 0, 1, -1 ]
 * console.log(`${tape}`); // 0.1.f1
 * ```
 * @public
 */
export class Tape {
  /** One number for each point with a choice; trailing calm ones are left out. */
  readonly choices: readonly number[];
  /** 1-based workers that do not take part, ascending. */
  readonly skip: readonly number[];
  /** What it was shrunk from. */
  readonly lineage: Lineage;

  constructor(
    choices: readonly number[],
    skip: readonly number[] = [],
    lineage: Lineage = { finding: undefined },
  ) {
    let length = choices.length;
    while (length > 0 && choices[length - 1] === 0) length -= 1;
    this.choices = choices.slice(0, length);
    this.skip = [...skip].sort((a, b) => a - b);
    this.lineage = lineage;
  }

  /** The tape of an execution as it was really made. */
  static of(
    result: { readonly choices: readonly { readonly choice: number }[] },
    skip: readonly number[] = [],
  ): Tape {
    return new Tape(
      result.choices.map(({ choice }) => choice),
      skip,
    );
  }

  /** `0.1.f1`, with `-w3 ` in front for a worker that does not take part; `calm` for no deviation at all. */
  toString(): string {
    const skipped = this.skip.map((worker) => `-w${worker} `).join('');
    if (this.choices.length === 0) return `${skipped}calm`;
    return skipped + this.choices.map((choice) => (choice < 0 ? `f${-choice}` : String(choice))).join('.');
  }

  /** How fast-check shows a tape in its reports. */
  [toStringMethod](): string {
    return `tape("${this.toString()}")`;
  }

  /** Reads what `toString` wrote. @throws SyntaxError */
  static parse(text: string): Tape {
    const found = /^((?:-w\d+ )*)(calm|(?:f?\d+)(?:\.f?\d+)*)$/.exec(text);
    if (found === null)
      throw new SyntaxError(`"${text}" is not a tape: expected something like "0.1.f1" or "calm"`);
    const skip = Array.from(found[1]!.matchAll(/\d+/g), ([number]) => Number(number));
    const choices = found[2] === 'calm' ? [] : found[2]!.split('.');
    return new Tape(
      choices.map((choice) => (choice.startsWith('f') ? -Number(choice.slice(1)) : Number(choice))),
      skip,
    );
  }
}

/**
 * Plays a tape. A choice that does not exist (the tape was made for another execution) wraps around, so that any
 * list of numbers is a tape; the execution records what was really chosen.
 *
 * @internal
 */
export class TapePlayer implements Chooser {
  #position = 0;

  constructor(readonly choices: readonly Choice[]) {}

  choose({ moves, faults }: Decision): Choice {
    const choice = this.choices[this.#position++] ?? 0;
    if (choice >= 0) return moves.length === 0 ? 0 : choice % moves.length;
    return faults.length === 0 ? 0 : -1 - ((-1 - choice) % faults.length);
  }

  last(decision: Decision): Choice {
    return this.choose(decision);
  }
}
