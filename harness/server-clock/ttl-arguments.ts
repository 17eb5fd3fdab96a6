import { createHash } from 'node:crypto';

type Argument = string | Buffer;

/** What a command says about deadlines, before it runs. @internal */
export interface TtlIntent {
  /** It may give a key a deadline. */
  readonly sets: boolean;
  /** It looks at deadlines inside of the server, where nobody can correct what it sees. */
  readonly compares: boolean;
  /** The key and its time to live in ms, where the command states both. */
  readonly stated?: readonly [key: Argument, ttlMs: number];
  /** Numbers that may be the time to live, in ms, ascending. */
  readonly candidates: readonly number[];
}

const NOTHING: TtlIntent = { sets: false, compares: false, candidates: [] };
const SCRIPT_READS_TTL = /ttl|expiretime|['"](?:gt|lt)['"]/i;
const DIGITS_MAX = 12;

/** Reads commands for what they say about deadlines; remembers the bodies of scripts, for EVALSHA. @internal */
export class TtlReader {
  readonly #scripts = new Map<string, Pick<TtlIntent, 'compares' | 'candidates'>>();

  /** @param name - in upper case; `args` begins with the name, too */
  read(name: string, args: readonly Argument[]): TtlIntent {
    switch (name) {
      case 'SET':
      case 'GETEX':
        return optionTtl(args, name === 'SET' ? 3 : 2);
      case 'PSETEX':
        return stated(args, Number(text(args[2])));
      case 'SETEX':
        return stated(args, Number(text(args[2])) * 1000);
      case 'PEXPIRE':
        return { ...stated(args, Number(text(args[2]))), compares: hasComparison(args) };
      case 'EXPIRE':
        return { ...stated(args, Number(text(args[2])) * 1000), compares: hasComparison(args) };
      case 'EXPIREAT':
      case 'PEXPIREAT':
        return { sets: true, compares: hasComparison(args), candidates: [] };
      case 'RESTORE':
      case 'MSETEX':
        return { sets: true, compares: false, candidates: numbersOf(args.slice(1)) };
      case 'EVAL':
      case 'EVAL_RO':
        return this.#script(this.#remember(text(args[1])), args);
      case 'EVALSHA':
      case 'EVALSHA_RO':
        return this.#script(text(args[1]).toLowerCase(), args);
      case 'FCALL':
      case 'FCALL_RO':
        return { sets: true, compares: true, candidates: numbersOf(args.slice(2)) };
      case 'SCRIPT':
        if (text(args[1]).toUpperCase() === 'LOAD') this.#remember(text(args[2]));
        return NOTHING;
      default:
        return NOTHING;
    }
  }

  #remember(body: string): string {
    const digest = createHash('sha1').update(body).digest('hex');
    if (!this.#scripts.has(digest)) {
      const candidates = numbersOf(body.match(/\d+/g) ?? []);
      this.#scripts.set(digest, { compares: SCRIPT_READS_TTL.test(body), candidates });
    }
    return digest;
  }

  #script(digest: string, args: readonly Argument[]): TtlIntent {
    const known = this.#scripts.get(digest) ?? { compares: true, candidates: [] };
    const candidates = [...new Set([...known.candidates, ...numbersOf(args.slice(2))])].sort((a, b) => a - b);
    return { sets: true, compares: known.compares, candidates };
  }
}

function stated(args: readonly Argument[], ttlMs: number): TtlIntent {
  return { sets: true, compares: false, stated: [args[1]!, ttlMs], candidates: [] };
}

/** The deadline among the options of SET and GETEX. */
function optionTtl(args: readonly Argument[], from: number): TtlIntent {
  for (let at = from; at < args.length; at++) {
    switch (text(args[at]).toUpperCase()) {
      case 'PX':
        return stated(args, Number(text(args[at + 1])));
      case 'EX':
        return stated(args, Number(text(args[at + 1])) * 1000);
      case 'PXAT':
      case 'EXAT':
        return { sets: true, compares: false, candidates: [] };
      default:
    }
  }
  return NOTHING;
}

function hasComparison(args: readonly Argument[]): boolean {
  return args.slice(3).some((arg) => /^(?:gt|lt)$/i.test(text(arg)));
}

/** Whole numbers among the arguments, read as ms and as s: one of them may be the TTL that the command sets. */
function numbersOf(args: readonly Argument[]): number[] {
  const found = new Set<number>();
  for (const arg of args) {
    if (arg.length === 0 || arg.length > DIGITS_MAX) continue;
    const value = Number(text(arg));
    if (Number.isInteger(value) && value > 0) found.add(value).add(value * 1000);
  }
  return [...found].sort((a, b) => a - b);
}

function text(arg: Argument | undefined): string {
  return typeof arg === 'string' ? arg : (arg?.toString('utf8') ?? '');
}
