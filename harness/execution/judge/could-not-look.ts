import type { Operation } from '../../check/happened.js';
import type { Refusal } from '../host/inspector.js';

/** Answers that say nothing about a key: whoever gets one has not seen the store, whatever he makes of it. */
const NO_LOOK =
  /^(CLUSTERDOWN|LOADING|NOAUTH|NOPERM|MASTERDOWN|BUSY|TRYAGAIN|MOVED|ASK|CROSSSLOT|DENIED|UNBLOCKED)\b|^ERR max number of clients/;
/** Errors of clients whose command came to no answer. */
const CLIENT_ERRORS = new Set(['ReplyError', 'MaxRetriesPerRequestError', 'ConnectionError', 'AbortError']);
const CLIENT_MESSAGES = new Set(['Connection is closed.', 'Command timed out']);
/** Causes of causes that are looked at. */
const DEPTH_MAX = 8;

/** An invariant that could not tell whether it holds. @internal */
export class InvariantError extends Error {
  override name = 'InvariantError';

  constructor(id: string, what: string, options?: ErrorOptions) {
    super(`the invariant "${id}" ${what}`, options);
  }
}

/**
 * The command that kept an invariant from looking, whatever became of its error: one that the server did not answer, or
 * answered for all keys alike.
 *
 * @internal
 */
export function withoutAnswer(refusals: readonly Refusal[]): Refusal | undefined {
  return refusals.find(({ error }) => error.name !== 'ReplyError' || NO_LOOK.test(error.message));
}

/**
 * Does what an invariant threw come from a command of its own that failed? Then it has not seen what it was to judge: only
 * what it says of its own accord is a break. What workers ran into is theirs, even where an invariant throws it.
 *
 * @param operations - of the workers
 * @internal
 */
export function comesFromClient(
  thrown: unknown,
  refusals: readonly Refusal[],
  operations: readonly Operation[],
): Refusal | undefined {
  for (const error of causesOf(thrown)) {
    if (operations.some((operation) => operation.error === error)) return undefined;
    const own = refusals.find((refusal) => refusal.error === error);
    if (own !== undefined) return own;
    // It may have connected to somewhere by itself.
    const ofClient = CLIENT_ERRORS.has(error.name) || CLIENT_MESSAGES.has(error.message);
    if (ofClient || 'syscall' in error) return { command: '', error };
  }
  return undefined;
}

/** An error, what caused it, and what is in it; outermost first. @internal */
export function* causesOf(error: unknown, depth = DEPTH_MAX): Generator<Error> {
  if (!(error instanceof Error) || depth === 0) return;
  yield error;
  const { cause, errors, actual } = error as { cause?: unknown; errors?: unknown; actual?: unknown };
  for (const inner of [cause, actual, ...(Array.isArray(errors) ? (errors as unknown[]) : [])])
    yield* causesOf(inner, depth - 1);
}
