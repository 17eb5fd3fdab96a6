import type { FaultKind } from '../../faults/catalogue.js';
import type { Scenario } from '../../scenario/types.js';
import { isDated } from './store/content.js';

/** Faults that do something to one worker only, now or later, and to others what the commands of that one do. @internal */
export const LOCAL_FAULTS: ReadonlySet<FaultKind> = new Set<FaultKind>([
  'reset-before-send',
  'reset-after-apply',
  'close-before-send',
  'close-after-apply',
  'truncated-reply',
  'garbage-reply',
  'corrupt-integer',
  'sliced-reply',
  'duplicated-reply',
  'error-reply',
  'late-reply',
  'zombie-request',
  'black-hole-request',
  'black-hole-reply',
  'half-open',
  'connection-drop',
  'refuse-connect',
  'outage',
  'worker-crash',
  'worker-pause',
  'clock-skew',
]);

/** Commands whose reply and effect the contents of their keys decide, with the clock and the state of their connection. */
const DECIDED = new Set(
  (
    'GET SET SETNX SETEX PSETEX GETSET GETDEL GETEX APPEND STRLEN INCR DECR INCRBY DECRBY INCRBYFLOAT ' +
    'MGET MSET MSETNX SETRANGE GETRANGE DEL UNLINK EXISTS TYPE EXPIRE PEXPIRE TTL PTTL PERSIST ' +
    'HSET HGET HDEL HLEN HGETALL HINCRBY HEXISTS HMGET HMSET HSETNX HKEYS HVALS ' +
    'LPUSH RPUSH LPOP RPOP LLEN LRANGE LINDEX LREM LSET LTRIM RPOPLPUSH LMOVE ' +
    'SADD SREM SCARD SISMEMBER SMISMEMBER SMEMBERS ' +
    'ZADD ZREM ZSCORE ZCARD ZRANGE ZRANK ZRANGEBYSCORE ZREMRANGEBYSCORE ZINCRBY ZCOUNT ' +
    'WATCH UNWATCH MULTI EXEC DISCARD PING ECHO EVAL EVALSHA'
  ).split(' '),
);

/**
 * Why the executions of a scenario cannot be predicted, whatever its workers do.
 *
 * @param clock - how the clock of the server is ruled
 * @returns undefined where some may be
 * @internal
 */
export function outOfReach(scenario: Scenario, clock: string): string | undefined {
  if (clock !== 'shim') return 'the clock of its server is not frozen';
  if (scenario.app !== undefined) return 'an application takes part';
  if (scenario.background.length > 0) return 'workers are at work in the background';
  if (scenario.sharedClient) return 'workers share a client';
  if (scenario.transport !== 'connector') return 'its clients use sockets';
  if ((scenario.mustReach ?? []).length > 0) return 'it must reach states';
  for (const { kind, at } of scenario.faults.specs) {
    if (!LOCAL_FAULTS.has(kind)) return `${kind} may strike`;
    const { handshake, reconnect, http, nth, command, key } = at ?? {};
    const isConnect = kind === 'refuse-connect' && reconnect !== 0;
    if (handshake === true || (reconnect !== undefined && !isConnect) || http === true)
      return `${kind} is aimed at something else than a command`;
    // What was written last on a connection is not followed.
    if (kind === 'connection-drop' && [nth, command, key].some((one) => one !== undefined))
      return `${kind} is aimed at what a connection was used for`;
  }
  return undefined;
}

/**
 * Do the contents of its keys decide what comes of this command? Of a script they do where they do of all that it runs inside.
 *
 * @param args - one character a byte
 * @internal
 */
export function isDecided([name]: readonly string[]): boolean {
  return DECIDED.has(name!.toUpperCase());
}

/** The same of a command inside of a script: the moment of which it speaks does not show in what the script is given. @internal */
export function isDecidedInside(args: readonly string[]): boolean {
  return isDecided(args) && !isDated(args);
}
