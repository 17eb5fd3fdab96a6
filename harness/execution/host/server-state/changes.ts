/** What a command changes on a server beyond keys. @internal */
export type Change = 'settings' | 'users' | 'replication' | 'other';

/** Commands by their first word; those with subcommands change something only by these. */
const CHANGES: Readonly<Record<string, readonly [Change, ...string[]]>> = {
  CONFIG: ['settings', 'SET', 'REWRITE'],
  ACL: ['users', 'SETUSER', 'DELUSER', 'LOAD'],
  REPLICAOF: ['replication'],
  SLAVEOF: ['replication'],
  FAILOVER: ['replication'],
  MODULE: ['other', 'LOAD', 'LOADEX', 'UNLOAD'],
  CLUSTER: [
    'other',
    'RESET',
    'MEET',
    'FORGET',
    'ADDSLOTS',
    'ADDSLOTSRANGE',
    'DELSLOTS',
    'DELSLOTSRANGE',
    'SETSLOT',
    'REPLICATE',
    'FLUSHSLOTS',
    'FAILOVER',
    'BUMPEPOCH',
    'SET-CONFIG-EPOCH',
    'SAVECONFIG',
  ],
};

/** What writes to files of the server, whatever is put right in its memory. */
const WRITES_FILES = new Set(['CONFIG REWRITE', 'ACL SAVE', 'SAVE', 'BGSAVE', 'BGREWRITEAOF']);

/** Those of DEBUG that only look. */
const LOOKS = new Set([
  'OBJECT',
  'HELP',
  'DIGEST',
  'DIGEST-VALUE',
  'LISTPACK',
  'QUICKLIST',
  'SDSLEN',
  'HTSTATS',
  'HTSTATS-KEY',
]);

/** Commands after which a server may be gone, or busy for ever. */
const ENDING = new Set([
  'DEBUG',
  'EVAL',
  'EVALSHA',
  'EVAL_RO',
  'EVALSHA_RO',
  'FCALL',
  'FCALL_RO',
  'EXEC',
  'MODULE',
]);

/** What does this command change? @param args - name and arguments @internal */
export function changeBy(name: string, args: readonly (string | Buffer)[]): Change | undefined {
  if (name !== 'DEBUG' && !Object.hasOwn(CHANGES, name)) return undefined;
  const word = String(args[1] ?? '').toUpperCase();
  if (name === 'DEBUG') return LOOKS.has(word) ? undefined : 'other';
  const [change, ...words] = CHANGES[name]!;
  return words.length === 0 || words.includes(word) ? change : undefined;
}

/**
 * What a command does that nobody can undo while the server runs on: nobody knows what it was before, or it is on a disk.
 *
 * @param args - name and arguments
 * @returns its words, as far as they say so; undefined for all others
 * @internal
 */
export function lastingBy(name: string, args: readonly (string | Buffer)[]): string | undefined {
  const words = `${name} ${String(args[1] ?? '').toUpperCase()}`.trim();
  const known = [name, words].find((word) => WRITES_FILES.has(word));
  return known ?? (changeBy(name, args) === 'other' ? words : undefined);
}

/** May the server be gone after this command, or answer nothing any more? @internal */
export function mayEnd(name: string): boolean {
  return ENDING.has(name);
}
