import type { PerformedStep } from '../steps/step.js';

/** Commands that only look. */
const LOOKS =
  /^(M?GET|STRLEN|GETRANGE|EXISTS|TYPE|P?TTL|P?EXPIRETIME|HM?GET|HGETALL|HEXISTS|HLEN|HKEYS|HVALS|L(RANGE|LEN|INDEX|POS)|S(MEMBERS|ISMEMBER|MISMEMBER|CARD)|Z(RANGE|SCORE|CARD|RANK|COUNT|RANGEBYSCORE)|X(READ|RANGE|REVRANGE|LEN|INFO)|(EVAL|EVALSHA|FCALL)_RO|GETBIT|BITCOUNT|PING|ECHO|TIME|INFO|KEYS|SCAN|DBSIZE|RANDOMKEY|PUBSUB|ROLE)$/;
/** Commands that answer 0 or nil where they found nothing to do. */
const SAYS_SO =
  /^(SETNX|MSETNX|RENAMENX|COPY|HSETNX|DEL|UNLINK|P?EXPIRE|PERSIST|LREM|SREM|ZREM|HDEL|[LR]POP|SPOP|ZPOP(MIN|MAX)|R?POPLPUSH|LMOVE|SMOVE|GETDEL|XACK|XDEL|B[LR]POP|BLMOVE|BRPOPLPUSH|BZPOP(MIN|MAX)|SADD|PFADD)$/;
/** Commands whose reply does not tell whether they did anything, or comes later: what they name is compared. */
const DOES_NOT_SAY =
  /^(EVAL|EVALSHA|FCALL|EXEC|XREADGROUP|XAUTOCLAIM|GETEX|SORT|B([LR]|LM|ZM)POP|BLMOVE|BRPOPLPUSH|BZPOP(MIN|MAX))$/;
const NOTHING = /^(:0|\$-1|\*-1|\*0|_|[-!])/;

/** Is it known from a command and its reply alone that nothing has changed? @internal */
export function saysNothingDone({ args, reply, fault }: PerformedStep): boolean {
  const name = args?.[0]?.toString('latin1').toUpperCase() ?? '';
  if (fault !== undefined) return false;
  if (LOOKS.test(name)) return true;
  if (reply === undefined || !NOTHING.test(reply.toString('latin1', 0, 4))) return false;
  // With GET it answers nil where it did set the key.
  if (name === 'SET') return !args!.slice(3).some((arg) => /^get$/i.test(arg.toString('latin1')));
  return SAYS_SO.test(name);
}

/**
 * May it have done nothing although its reply is no proof of it? A plain write that succeeded is no try: who repeats it
 * counts, even where what is stored stays the same.
 *
 * @internal
 */
export function mayHaveDoneNothing({ args }: PerformedStep): boolean {
  return DOES_NOT_SAY.test(args?.[0]?.toString('latin1').toUpperCase() ?? '');
}
