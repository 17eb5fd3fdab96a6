import type { Stage } from '../../../execution/stage/stage.js';
import type { Move } from '../../../execution/steps/move.js';
import { replyId } from '../../../execution/traffic/exchange.js';
import { isHeardLater } from '../../../execution/traffic/deliver.js';
import type { Writable } from '../../../base/defined.js';
import type { Event } from '../../events/event.js';
import { read, write, type Access } from '../../events/footprint.js';
import { inbox, sending, sets } from '../../events/resources.js';
import { linkName } from '../../footprints/calls.js';

/** The way of a command to the server and back, where its worker may have more under way than this. @internal */
export interface Way {
  /** The connection. */
  readonly on: string;
  /** Its worker hears nothing of it: the reply arrives as a step of its own. */
  readonly later: boolean;
}

/** @returns undefined where nothing else is under way @internal */
export function wayOf(stage: Stage, { target, link }: Move): Way | undefined {
  if (target.kind !== 'command' || link === undefined) return undefined;
  const held = 'held' in target ? target.held : { greeting: 0 };
  const later = isHeardLater(stage, link, held);
  const alone = !later && link.frames.queue.length < 2 && !stage.listening.has(link);
  return alone ? undefined : { on: linkName(link), later };
}

/** What a step touches because of its way. @internal */
export function touchedOn({ on, later }: Way, { id, worker }: Move): Access[] {
  // What is said on one connection comes in the order in which it is said, in both directions.
  const line = write(inbox(on));
  return later ? [line, write(sets(id)), write(sets(replyId(id))), read(sending(worker))] : [line];
}

/** Notes what the search has to know of the place of an event among others. @internal */
export function stands(event: Writable<Event>, { target, id }: Move, way: Way | undefined): void {
  if (target.kind === 'event') {
    const { arrivesOn, hears } = target.event;
    if (arrivesOn === undefined) return;
    event.line = `from ${linkName(arrivesOn)}`;
    if (hears === true) event.hears = true;
    return;
  }
  standsBehind(event, way);
  if (way?.later === true) event.heardIn = replyId(id);
}

/** What is sent, or struck on its way, comes behind what was sent before on the same connection. @internal */
export function standsBehind(event: Writable<Event>, way: Way | undefined): void {
  if (way !== undefined) event.line = `on ${way.on}`;
}
