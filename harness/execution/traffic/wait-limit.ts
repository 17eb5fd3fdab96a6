import type { HeldCommand } from '../../wire/gate/held-command.js';
import type { Link } from '../../wire/gate/link.js';
import { encodeCommand } from '../../wire/upstream/control.js';

/** How a command says for how long it may wait: which argument (from the end if negative), in how many ms. */
interface TimeoutArgument {
  readonly at: number;
  readonly unitMs: number;
}

const LAST_SECONDS: TimeoutArgument = { at: -1, unitMs: 1000 };
const FIRST_SECONDS: TimeoutArgument = { at: 1, unitMs: 1000 };

/** Commands that may wait on the server (https://redis.io/docs/latest/commands/, by their `blocking` flag). */
const TIMEOUTS: Readonly<Record<string, TimeoutArgument>> = {
  BLPOP: LAST_SECONDS,
  BRPOP: LAST_SECONDS,
  BLMOVE: LAST_SECONDS,
  BRPOPLPUSH: LAST_SECONDS,
  BZPOPMIN: LAST_SECONDS,
  BZPOPMAX: LAST_SECONDS,
  BLMPOP: FIRST_SECONDS,
  BZMPOP: FIRST_SECONDS,
  WAIT: { at: 2, unitMs: 1 },
  WAITAOF: { at: 3, unitMs: 1 },
};

/** May the server keep this command waiting? Inside of a transaction it never does. @internal */
export function mayWait(link: Link, held: HeldCommand): boolean {
  return !link.state.inTransaction && timeoutOf(held) !== undefined;
}

function timeoutOf(held: HeldCommand): TimeoutArgument | undefined {
  const { name } = held;
  if (name !== 'XREAD' && name !== 'XREADGROUP') return TIMEOUTS[name];
  // Only now: to look at the arguments of every command would cost more than the rest of this question.
  const block = held.args.findIndex(
    (arg) => arg.length === 5 && arg.toString('latin1').toUpperCase() === 'BLOCK',
  );
  return block < 0 ? undefined : { at: block + 1, unitMs: 1 };
}

/** In ms; undefined for ever, for what the server will refuse, and for what does not wait by itself. @internal */
export function waitLimitMs(held: HeldCommand): number | undefined {
  const timeout = timeoutOf(held);
  if (timeout === undefined) return undefined;
  const { at, unitMs } = timeout;
  const limit = Math.ceil(Number(held.args.at(at)?.toString('latin1')) * unitMs);
  return limit > 0 && Number.isSafeInteger(limit) ? limit : undefined;
}

/**
 * Where the server's clock runs by itself, the command waits without a limit there, and the lab ends the wait.
 *
 * @internal
 */
export function withoutTimeout(held: HeldCommand): Buffer {
  if (waitLimitMs(held) === undefined) return held.frame;
  const { at } = timeoutOf(held)!;
  return encodeCommand(held.args.with(at, Buffer.from('0')));
}
