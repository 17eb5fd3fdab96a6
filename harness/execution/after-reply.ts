import type { HeldCommand, Link } from '../wire/link.js';
import { STATUS_REPLY } from '../wire/resp.js';
import type { Environment } from './environment.js';

/** Takes note of what a command changed on its connection, once the server ran it, and of scripts and deadlines that it brought. */
export function noteEffects(
  { scripts, deadlines }: Environment,
  link: Link,
  held: HeldCommand,
  reply: Buffer,
): void {
  const { name, args } = held;
  scripts.after(held, reply);
  deadlines.note(name, args, link.database, reply);
  if (name === 'SELECT' && reply[0] === STATUS_REPLY) link.database = args[1]!.toString('latin1');
  else if (name === 'MULTI') link.transaction = reply[0] === STATUS_REPLY;
  else if (name === 'EXEC' || name === 'DISCARD') link.transaction = false;
}
