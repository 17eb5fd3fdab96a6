import type { Event } from '../events/event.js';

/**
 * What a worker is told by a step of its own, as text: which step it is, what was answered, and when that is.
 *
 * @param reply - whether it gets it or not
 * @internal
 */
export function toldOf({ key }: Event, reply: Buffer | undefined, positionMs: number): string {
  return `${positionMs} ${key} ${reply?.toString('latin1') ?? ''}`;
}
