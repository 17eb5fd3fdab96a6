import { statesDeadline } from '../../server-clock/deadline-commands.js';
import { createHash } from 'node:crypto';
import { add, read, write, type Footprint } from '../events/footprint.js';
import { channel, CLOCK, PATTERNS, script } from '../events/resources.js';

/**
 * What a command touches, as far as its name and arguments tell. `keys`: the keys that the server reports, with the
 * flags that it gives them, and `besides`.
 *
 * @internal
 */
export type CommandRule =
  | { readonly kind: 'fixed'; readonly footprint: Footprint }
  | { readonly kind: 'keys'; readonly besides: Footprint; readonly allWritten: boolean };

/** Commands that touch nothing but their own connection, or what never changes. */
const LOCAL = new Set(
  (
    'PING ECHO HELLO AUTH SELECT RESET QUIT READONLY READWRITE ASKING MULTI DISCARD UNWATCH LOLWUT COMMAND ' +
    'CLIENT|GETNAME CLIENT|SETNAME CLIENT|SETINFO CLIENT|REPLY CLIENT|NO-EVICT CLIENT|NO-TOUCH ' +
    // What these read is changed by commands only that conflict with everything.
    'CONFIG|GET ACL|WHOAMI ACL|CAT'
  ).split(' '),
);

/** Commands that have keys, and do more than their keys tell. */
const BEYOND_KEYS = new Set('MOVE MIGRATE PFDEBUG RESTORE-ASKING'.split(' '));

/** Commands that change keys which the server reports as read: a consumer group's cursor, the cache of a count. */
const WRITES_WHAT_IT_READS = new Set('XREADGROUP PFCOUNT'.split(' '));

/** Commands whose result depends on what time it is. */
const READS_CLOCK =
  /^(P?EXPIRE(AT)?|P?TTL|P?EXPIRETIME|P?SETEX|MSETEX|GETEX|H(GETEX|SETEX|P?EXPIRE(AT)?|P?TTL|P?EXPIRETIME)|RESTORE|XREADGROUP|XCLAIM|XAUTOCLAIM|XPENDING|XINFO|XADD|XACKDEL)$/;

/**
 * The rule for a command. Whatever is not known to be harmless conflicts with everything.
 *
 * @param args - name and arguments, one character a byte
 * @internal
 */
export function ruleOf(args: readonly string[]): CommandRule {
  const name = args[0]!.toUpperCase();
  const sub = `${name}|${args[1]?.toUpperCase() ?? ''}`;
  if (LOCAL.has(name) || LOCAL.has(sub) || sub.endsWith('|HELP')) return fixed([]);
  switch (name) {
    case 'TIME':
      return fixed([read(CLOCK)]);
    case 'PUBLISH':
    case 'SPUBLISH':
      return fixed([write(channel(args[1] ?? '')), read(PATTERNS)]);
    case 'SUBSCRIBE':
    case 'SSUBSCRIBE':
      if (args.some((name) => name.startsWith(NOTIFICATIONS))) return EVERYTHING;
      return fixed(args.slice(1).map((name) => write(channel(name))));
    case 'PSUBSCRIBE':
      return args.slice(1).some(mayMatchNotifications) ? EVERYTHING : fixed([write(PATTERNS)]);
    case 'SCRIPT':
      return fixed(scriptCommand(args));
    case 'EVAL':
    case 'EVAL_RO':
      return keys([add(script(sha1(args[1] ?? '')))]);
    case 'EVALSHA':
    case 'EVALSHA_RO':
      return keys([read(script((args[1] ?? '').toLowerCase()))]);
    case 'SORT':
    case 'SORT_RO':
      return looksUpOtherKeys(args) ? EVERYTHING : keys([]);
    case 'COPY':
      // The other database is not in the reported key.
      return args.slice(3).some((arg) => arg.toUpperCase() === 'DB') ? EVERYTHING : keys([]);
    case 'OBJECT':
      // The idle time and the frequency of a key are changed by reading it.
      return /^(IDLETIME|FREQ)$/i.test(args[1] ?? '') ? keys([read(CLOCK)], true) : keys([]);
    case 'SET':
      return keys(statesDeadline(args) ? [read(CLOCK)] : []);
    default:
      if (BEYOND_KEYS.has(name)) return EVERYTHING;
      return keys(READS_CLOCK.test(name) ? [read(CLOCK)] : [], WRITES_WHAT_IT_READS.has(name));
  }
}

/** Channels on which the server itself publishes, whatever changes a key. */
const NOTIFICATIONS = '__key';

function mayMatchNotifications(pattern: string): boolean {
  const literal = /^[^*?[\\]*/.exec(pattern)![0];
  return literal.startsWith(NOTIFICATIONS) || (literal !== pattern && NOTIFICATIONS.startsWith(literal));
}

/** Is this a script, whose commands are not in its arguments? @internal */
export function isScript(name: string): boolean {
  return /^(EVAL|EVALSHA|FCALL)(_RO)?$/i.test(name);
}

const EVERYTHING: CommandRule = { kind: 'fixed', footprint: 'everything' };

function fixed(footprint: Footprint): CommandRule {
  return { kind: 'fixed', footprint };
}

function keys(besides: Footprint, allWritten = false): CommandRule {
  return { kind: 'keys', besides, allWritten };
}

function scriptCommand([, sub, ...rest]: readonly string[]): Footprint {
  if (/^LOAD$/i.test(sub ?? '')) return [add(script(sha1(rest[0] ?? '')))];
  if (/^EXISTS$/i.test(sub ?? '')) return rest.map((sha) => read(script(sha.toLowerCase())));
  return 'everything';
}

/** BY and GET patterns of SORT name keys that the server does not report. */
function looksUpOtherKeys(args: readonly string[]): boolean {
  return args.some((arg, at) => {
    const option = args[at - 1]?.toUpperCase();
    return at >= 3 && ((option === 'BY' && arg.includes('*')) || (option === 'GET' && arg !== '#'));
  });
}

/** Digests of scripts that are remembered: the same few are sent again and again. */
const DIGESTS_MAX = 1000;
const DIGESTS = new Map<string, string>();

function sha1(text: string): string {
  let digest = DIGESTS.get(text);
  if (digest === undefined) {
    digest = createHash('sha1').update(text, 'latin1').digest('hex');
    if (DIGESTS.size < DIGESTS_MAX) DIGESTS.set(text, digest);
  }
  return digest;
}
