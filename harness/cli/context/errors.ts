import { harmless } from '../../base/text.js';
import { RecordError } from '../../record/error.js';
import { ScenarioError } from '../../scenario/errors.js';
import { ServerError } from '../../server/errors.js';
import { ServerGoneError } from '../../wire/upstream/waiting.js';

/** Characters of a message: the first few thousand say it. */
const LINE_MAX = 4000;

/** Exit codes: what happened is what was expected; it is not; nobody can tell. @internal */
export const EXIT = { asExpected: 0, notAsExpected: 1, unknown: 2 } as const;

/** Input that makes no sense. The message is one line that says what to write instead. @internal */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Several things make no sense, each said in a line of its own. @internal */
export class UsageErrors extends UsageError {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('; '));
  }
}

/** The user stopped it. @internal */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** A process of `--jobs` is gone, or could not do what it was asked for. @internal */
export class JobError extends Error {
  override readonly name = 'JobError';
}

/** An error in one line. One that was not foreseen is introduced by its kind. @internal */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error));
  const foreseen = [
    UsageError,
    Interrupted,
    JobError,
    RecordError,
    ScenarioError,
    ServerError,
    ServerGoneError,
  ].some((kind) => error instanceof kind);
  // Named rather than imported: what they come from brings the whole of an execution along.
  const ofScenario = ['InvariantError', 'SetupError'].includes(error.name);
  // The library cannot know how the command line puts it.
  const option = error instanceof ServerError && error.code === 'not-loopback' ? ' (--allow-host)' : '';
  return oneLine(
    foreseen || ofScenario ? error.message + option : `unexpected ${error.name}: ${error.message}`,
  );
}

/** A text of several lines, such as a long message, on one line, whoever wrote it. @internal */
export function oneLine(text: string): string {
  return harmless(
    text
      .slice(0, LINE_MAX)
      .trim()
      .replaceAll(/\s*\n\s*/g, ' '),
  );
}
