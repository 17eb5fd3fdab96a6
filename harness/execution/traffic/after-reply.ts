import type { HeldCommand } from '../../wire/gate/held-command.js';
import type { Link } from '../../wire/gate/link.js';
import type { Environment } from '../host/environment.js';

/**
 * Takes note of what a command changed on its connection, once the server ran it, and of scripts and deadlines that it brought.
 *
 * @internal
 */
export function noteEffects(
  { scripts, deadlines }: Environment,
  link: Link,
  held: HeldCommand,
  reply: Buffer,
): void {
  const { name, args } = held;
  scripts.after(held, reply);
  deadlines.note(name, args, link.state.database, reply);
  link.state.ran(held, reply);
}
