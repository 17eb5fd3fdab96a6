import { ownFrames } from '../../base/caller-source.js';
import { defined } from '../../base/defined.js';
import type { Stage } from '../stage/stage.js';
import { errorText, type UncaughtError } from '../stage/uncaught-error.js';
import type { PerformedStep } from '../steps/step.js';
import { UNCAUGHT } from './built-in.js';
import type { Finding } from './finding.js';

/** Places that a finding names at most. */
const FRAMES_MAX = 5;

const HOW = {
  worker: 'ended with',
  rejection: 'left a rejection unhandled:',
  exception: 'threw outside of any handler:',
} as const;

/** Something that went wrong in a worker was handled by nobody. @internal */
export function uncaughtFinding({ steps }: Stage, { worker, origin, error }: UncaughtError): Finding {
  const who = worker === 0 ? 'the shared client' : `w${worker}`;
  const frames = ownFrames(error.stack ?? '').slice(0, FRAMES_MAX);
  const where = frames.length > 0 ? frames : placeOfCall(steps, worker, error);
  return {
    kind: 'breaks',
    id: UNCAUGHT,
    expected: 'every error is handled where it happens',
    observed: `${who} ${HOW[origin]} ${errorText(error)}`,
    ...defined({ where: where.length === 0 ? undefined : where }),
  };
}

/**
 * A client makes its errors where it reads from its socket: the stack does not reach the worker. Then it is the call that the
 * server refused, or that a fault struck.
 */
function placeOfCall(steps: readonly PerformedStep[], worker: number, { message }: Error): string[] {
  const refused = steps.findLast(
    (step) =>
      step.worker === worker &&
      step.kind === 'command' &&
      (step.fault !== undefined || isError(step.reply, message)),
  );
  return refused?.source === undefined ? [] : [refused.source];
}

function isError(reply: Buffer | undefined, message: string): boolean {
  const text = reply?.toString('utf8') ?? '';
  return text.startsWith('-') && text.slice(1).trim() === message;
}
