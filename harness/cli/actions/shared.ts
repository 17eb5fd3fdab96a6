/** Schedules that people send each other: names and numbers in a word of the command line. */
import { readShared, isOfFile, type Shared } from '../../play/share.js';
import { PositionError, tapeOf } from '../../play/position.js';
import { Tape } from '../../explore/tape/tape.js';
import type { RecordedRun } from '../../record/format.js';
import { UsageError } from '../context/errors.js';

/** A word as a shared schedule; undefined for one that is a file. @throws UsageError for one that is damaged @internal */
export function sharedOf(word: string): Shared | undefined {
  try {
    return readShared(word);
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

/**
 * What is known of a shared schedule without running it, as records have it: where it is of a race file, only the path, so that
 * it decides no more than a record about what is loaded.
 *
 * @throws UsageError
 * @internal
 */
export function runOfShared(
  shared: Shared,
): Pick<RecordedRun, 'lab' | 'variant' | 'scenario' | 'tape' | 'file'> {
  const { lab, variant, tape: text } = shared;
  const tape = tapeIn(text);
  return {
    lab,
    variant,
    scenario: variant,
    tape: { choices: [...tape.choices], skip: [...tape.skip] },
    ...(isOfFile(shared) ? { file: { path: lab, sha256: '' } } : {}),
  };
}

function tapeIn(text: string): Tape {
  try {
    const skip = Array.from(text.matchAll(/-w(\d+) /g), ([, worker]) => Number(worker));
    return tapeOf(text, skip);
  } catch (error) {
    if (!(error instanceof PositionError)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}
