import type { Move } from '../../execution/steps/move.js';
import type { PendingEvent } from '../../execution/steps/event.js';
import { isStateful } from '../../wire/gate/connection-state.js';
import type { HeldCall } from '../../wire/gate/client.js';
import type { HeldCommand } from '../../wire/gate/held-command.js';
import type { Link } from '../../wire/gate/link.js';
import type { Call } from './tracker.js';

const known = new WeakMap<readonly Buffer[] | HeldCall, readonly string[]>();

/** The command that a move sends; undefined when it sends none. @internal */
export function callOf({ target }: Move): Call | undefined {
  if (target.kind !== 'command') return undefined;
  if ('held' in target) return sentCall(target.link, target.held);
  const { client, call } = target;
  let args = known.get(call);
  if (args === undefined) {
    args = call.args.map((arg) => Buffer.from(arg).toString('latin1'));
    known.set(call, args);
  }
  return {
    args,
    opaque: call.opaque === true,
    connection: connectionOf(client, client.link),
    database: client.link?.state.database ?? '0',
  };
}

/**
 * The command that lands with an event; undefined when it is none, or one that belongs to what came before it.
 *
 * @internal
 */
export function landingOf({ held, link, id }: PendingEvent): Call | undefined {
  if (held === undefined || link === undefined || isStateful(held.name)) return undefined;
  return { ...sentCall(link, held), connection: id };
}

/**
 * The command that a move brings to the server, by itself or by what it lets happen; undefined where it brings none.
 *
 * @internal
 */
export function broughtBy(move: Move): Call | undefined {
  const { target } = move;
  return target.kind === 'event' ? landingOf(target.event) : callOf(move);
}

function sentCall(link: Link, held: HeldCommand): Call {
  return {
    args: latin1(held.args),
    connection: connectionOf(link.client, link),
    database: link.state.database,
  };
}

/** One character a byte. The same list for the same arguments: what is known of a command is kept by its list. @internal */
export function latin1(args: readonly Buffer[]): readonly string[] {
  let text = known.get(args);
  if (text === undefined) {
    text = args.map((arg) => arg.toString('latin1'));
    known.set(args, text);
  }
  return text;
}

/** The name of a connection, the same in every execution in which it occurs. @internal */
export function linkName(link: Link): string {
  return connectionOf(link.client, link);
}

function connectionOf(client: Link['client'], link: Link | undefined): string {
  return `${client.name}#${link?.id ?? 0}`;
}
