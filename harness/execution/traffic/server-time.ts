import type { HeldCommand } from '../../wire/gate/held-command.js';
import type { Environment } from '../host/environment.js';

/**
 * What the server's clock has to do before a command reaches the server; undefined when that is nothing.
 *
 * @internal
 */
export function beforeCommand(environment: Environment, held: HeldCommand): Promise<void> | undefined {
  const { serverClock: clock, health } = environment;
  if (clock.beforeCommand === undefined) return undefined;
  if (health.fault === undefined) return clock.beforeCommand(held.name, held.args);
  // Where every command gets an error there is nothing to prepare.
  if (health.access === 'none') return undefined;
  return health.lifted(async () => await clock.beforeCommand!(held.name, held.args));
}

/** The same after the server ran it. @returns the reply to show instead, if not the server's own @internal */
export function afterCommand(
  environment: Environment,
  held: HeldCommand,
  reply: Buffer,
): Promise<Buffer | undefined> | undefined {
  const { serverClock: clock, health } = environment;
  if (clock.afterCommand === undefined) return undefined;
  if (health.fault === undefined) return clock.afterCommand(held.name, held.args, reply);
  if (health.access === 'none') return undefined;
  return health.lifted(async () => await clock.afterCommand!(held.name, held.args, reply));
}
