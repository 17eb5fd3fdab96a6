import { RecordError } from '../record/error.js';
import { ScenarioError } from '../scenario.js';
import { ServerError } from '../server/errors.js';
import { ServerGoneError } from '../wire/upstream.js';

/** Exit codes: what happened is what was expected; it is not; nobody can tell. */
export const EXIT = { asExpected: 0, notAsExpected: 1, unknown: 2 } as const;

/** Input that makes no sense. The message is one line that says what to write instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The user stopped it. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** A process of `--jobs` is gone, or could not do what it was asked for. */
export class JobError extends Error {
  override readonly name = 'JobError';
}

/** An error in one line. Only for errors that nobody foresaw it says which kind they are. */
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
  // The library cannot know how the command line puts it.
  const option = error instanceof ServerError && error.code === 'not-loopback' ? ' (--allow-host)' : '';
  return oneLine(foreseen ? error.message + option : `unexpected ${error.name}: ${error.message}`);
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ');
}
