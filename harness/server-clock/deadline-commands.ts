type Argument = string | Buffer;

const OPTIONS = new Set(['EX', 'PX', 'EXAT', 'PXAT']);
const SETS_DEADLINE = /EXPIRE|SETEX|GETEX|RESTORE|RENAME|COPY|EVAL|FCALL|EXEC|SORT|MIGRATE|MOVE|SWAPDB/;
/** Families of commands of Redis itself; a module may do anything. */
const KEEPS_DEADLINE =
  /^(GET|SET|DEL|UNLINK|APPEND|INCR|DECR|M?GET|M?SET|STRLEN|SUBSTR|LCS|EXISTS|TYPE|TOUCH|PERSIST|P?TTL|DUMP|OBJECT|MEMORY|BIT|PF|GEO|H[A-Z]|L[A-Z]|R(PUSH|POP)|BL|BR|BZ|S[A-Z]|Z[A-Z]|X[A-Z]|WATCH|PING|ECHO|MULTI|FLUSH|KEYS|SCAN|DBSIZE|RANDOMKEY|INFO|CLIENT|CONFIG|TIME|PUB)/;

/** May this command give one of its keys a deadline, or take over one? @param args - with its name @internal */
export function maySetDeadline(args: readonly Argument[]): boolean {
  const name = upperCase(args[0]!);
  if (name === 'SET')
    return statesDeadline(args) || args.slice(3).some((arg) => upperCase(arg) === 'KEEPTTL');
  return SETS_DEADLINE.test(name) || !KEEPS_DEADLINE.test(name);
}

/** Does this SET say when its key is to go? @internal */
export function statesDeadline(args: readonly Argument[]): boolean {
  return args.slice(3).some((arg) => OPTIONS.has(upperCase(arg)));
}

function upperCase(arg: Argument): string {
  return arg.toString('latin1').toUpperCase();
}
