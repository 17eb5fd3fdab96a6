import { UnsupportedCommandError } from '../steps/unsupported-command.js';
import type { HeldCommand } from '../../wire/gate/held-command.js';
import type { Link } from '../../wire/gate/link.js';
import type { Control } from '../../wire/upstream/control.js';
import { isSubscription } from './subscriptions.js';

/** Commands that act on the whole server, and so on the lab itself. */
const SERVER_WIDE = new Set(['SHUTDOWN', 'CLIENT PAUSE', 'CLIENT REPLY', 'SYNC', 'PSYNC', 'DEBUG SLEEP']);
/** First words of these: all others need no closer look. */
const SUSPECT = new Set(['MONITOR', ...[...SERVER_WIDE].map((words) => words.split(' ')[0]!)]);

/**
 * @param control - the connection of the lab itself; it is asked who it is where a command may be about it
 * @throws UnsupportedCommandError for a command that would leave the order of steps, or stop the lab itself
 *
 * @internal
 */
export function refuseUnsupported(
  link: Link,
  held: HeldCommand,
  control: Control,
): Promise<void> | undefined {
  if (link.state.inTransaction && isSubscription(held.name)) {
    throw new UnsupportedCommandError(
      `${held.tag.flow.name} sent ${held.name} inside of a transaction, which cannot be ordered`,
    );
  }
  if (!SUSPECT.has(held.name)) return undefined;
  const { name, args, tag } = held;
  if (name === 'MONITOR') {
    throw new UnsupportedCommandError(
      `${tag.flow.name} sent MONITOR, which would show it the commands of the lab itself`,
    );
  }
  const words = [name, `${name} ${args[1]?.toString('latin1').toUpperCase()}`];
  const known = words.find((word) => SERVER_WIDE.has(word));
  if (known !== undefined) {
    throw new UnsupportedCommandError(
      `${tag.flow.name} sent ${known}, which would stop the lab's own connections, too`,
    );
  }
  return words[1] === 'CLIENT KILL' ? refuseKill(held, control) : undefined;
}

/** Filters that name one connection. */
const OF_ONE = new Set(['ID', 'ADDR']);

/** `CLIENT KILL` of one connection is that worker's business; of many, it hits those of the lab, and so does that of the lab's own. */
async function refuseKill({ args, tag }: HeldCommand, control: Control): Promise<void> {
  const texts = args.slice(2).map((one) => one.toString('latin1').toUpperCase());
  const sent = `${tag.flow.name} sent CLIENT KILL ${texts.join(' ')}`;
  // An address alone is the old form.
  const filters = texts.length === 1 ? ['ADDR', texts[0]!] : texts;
  const ofOne = filters.flatMap((filter, at) =>
    at % 2 === 0 && OF_ONE.has(filter) ? [`${filter} ${filters[at + 1]}`] : [],
  );
  if (ofOne.length === 0) {
    throw new UnsupportedCommandError(
      `${sent}, which would close the lab's own connections, too. ` +
        'Close those of a worker by their number: CLIENT KILL ID',
    );
  }
  const self = await control.tryCall('CLIENT', 'INFO');
  const [, id, address] = (typeof self === 'string' && /\bid=(\d+) addr=(\S+)/.exec(self)) || [];
  if (ofOne.includes(`ID ${id}`) || ofOne.includes(`ADDR ${address?.toUpperCase()}`)) {
    throw new UnsupportedCommandError(
      `${sent}, which is the lab's own connection. Close those of a worker: CLIENT ID says their number`,
    );
  }
}
