import { Tape } from '../explore/tape/tape.js';

/** Longer tapes are no game. */
const CHOICES_MAX = 5000;

/** Where somebody stands in an execution: what was chosen so far, and after how many steps. @internal */
export interface Position {
  /** Choices behind the last of these steps mean nothing. */
  readonly tape: Tape;
  /** Steps performed: forced ones count, although no tape has them. Infinity: to the end. */
  readonly steps: number;
}

/** A tape or a number of steps that cannot be one. The message is for people. @internal */
export class PositionError extends Error {
  override readonly name = 'PositionError';
}

/**
 * Reads a tape that somebody sent.
 *
 * @param skip - 1-based workers that do not take part: not what the tape says, but what its level says
 * @throws PositionError
 * @internal
 */
export function tapeOf(text: string, skip: readonly number[]): Tape {
  let tape: Tape;
  try {
    tape = Tape.parse(text);
  } catch (error) {
    throw new PositionError((error as Error).message, { cause: error });
  }
  if (tape.choices.length > CHOICES_MAX)
    throw new PositionError(`a tape of ${tape.choices.length} choices is too long: at most ${CHOICES_MAX}`);
  if (!tape.choices.every(Number.isSafeInteger))
    throw new PositionError('a choice on that tape is too large');
  return new Tape(tape.choices, skip);
}
