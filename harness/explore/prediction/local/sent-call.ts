import type { Move } from '../../../execution/steps/move.js';
import { effectOf } from '../../exhaustive/observer/effects.js';
import type { Option } from '../../exhaustive/observer/options.js';
import { callOf, landingOf, linkName } from '../../footprints/calls.js';

/** A command that the server runs in a step. @internal */
export interface SentCall {
  /** The connection that it is known by. */
  readonly connection: string;
  /** Name and arguments, one character a byte. */
  readonly args: readonly string[];
  /** The connection on which it lands, long after its client has left that; it must not be in the middle of anything. */
  readonly landsOn?: string;
}

/**
 * The command that the server runs in a step.
 *
 * @returns undefined where it runs none, `unclear` where nobody can tell what becomes of it
 * @internal
 */
export function sentIn({ move, fault }: Option): SentCall | 'unclear' | undefined {
  if (fault !== undefined && effectOf(fault.spec.kind) !== 'command') return undefined;
  const { target, kind } = move;
  if (target.kind === 'event') {
    const { held, link } = target.event;
    if (held === undefined || link === undefined) return undefined;
    const call = landingOf(target.event);
    return call === undefined ? 'unclear' : { ...call, landsOn: linkName(link) };
  }
  if (kind !== 'command' || (fault === undefined && isAnsweredHere(move))) return undefined;
  return callOf(move) ?? 'unclear';
}

/** Is a command answered with an error by what is between its client and the server? @internal */
export function isAnsweredHere({ link }: Move): boolean {
  return link?.client.errorReply !== undefined;
}
