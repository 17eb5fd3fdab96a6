import { asText, shown } from '../../base/shown.js';
import type { Violation } from '../../check/invariant.js';
import { InvariantError } from './could-not-look.js';

/** What an invariant may return, for messages. */
const MEANT =
  "return nothing where it holds, { expected, observed } where it does not, and { nothing: '…' } where there was nothing to look at";

/**
 * The violation in what an invariant returned.
 *
 * @returns undefined where it found nothing wrong
 * @throws InvariantError for what means nothing, such as true or false
 * @internal
 */
export function violationIn(id: string, returned: unknown): Violation | undefined {
  if (returned === undefined) return undefined;
  const { expected, observed, at, nothing } = Object(returned) as Record<string, unknown>;
  if (expected !== undefined && observed !== undefined && (at === undefined || typeof at === 'number'))
    return { expected: asText(expected), observed: asText(observed), ...(at === undefined ? {} : { at }) };
  if (typeof nothing === 'string' && nothing !== '') return undefined;
  throw new InvariantError(id, `returned ${shown(returned)}, which says nothing: ${MEANT}`);
}

/** Expected and observed of a failed assertion; most libraries put them on the error. @internal */
export function violationOf(error: unknown): Violation {
  if (!(error instanceof Error)) return { expected: 'no error', observed: asText(error) };
  const { expected, actual } = error as { expected?: unknown; actual?: unknown };
  if (expected === undefined && actual === undefined)
    return { expected: 'the invariant holds', observed: error.message };
  return { expected: asText(expected), observed: asText(actual) };
}
