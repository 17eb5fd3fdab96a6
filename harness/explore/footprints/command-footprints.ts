import type { Control } from '../../wire/upstream/control.js';
import type { Reply } from '../../base/reply.js';
import { isReplyError } from '../../wire/resp.js';
import { union, type AccessMode, type Footprint } from '../events/footprint.js';
import type { KeyArguments, KnownShapes } from '../events/known-shapes.js';
import { key } from '../events/resources.js';
import { isScript, ruleOf, type CommandRule } from './command-rules.js';

/** Shapes of commands that are remembered; then it starts anew. */
const SHAPES_MAX = 5000;
/** Words that may be options, as the server reads them. */
const WORD = /^[A-Za-z][A-Za-z0-9_-]{0,15}$/;

/**
 * What commands touch, as the server itself says (COMMAND GETKEYSANDFLAGS, with flags for each key), corrected by
 * the rules where it does not tell all. Asked once per shape of a command: its name, options and small numbers,
 * whatever the keys and values.
 *
 * @internal
 */
export class CommandFootprints {
  readonly #shapes = new Map<string, KeyArguments>();
  /** Footprints of argument lists, since each is asked for at every point at which the command is possible. */
  readonly #memo = new WeakMap<
    readonly string[],
    { readonly database: number | string; readonly footprint: Footprint }
  >();
  /** Questions asked so far. */
  asked = 0;
  /** Shapes that were asked about since `takeLearnt`. */
  readonly #learnt = new Set<string>();

  constructor(readonly control: Pick<Control, 'tryCall'>) {}

  /** Must the server be asked about this command first? @param args - one character a byte */
  knows(args: readonly string[]): boolean {
    return this.#memo.has(args) || ruleOf(args).kind === 'fixed' || this.#shapes.has(shapeOf(args));
  }

  /** Asks the server about a command, unless it was asked about its like before. */
  async learn(args: readonly string[]): Promise<void> {
    if (this.knows(args)) return;
    const shape = shapeOf(args);
    this.#add(shape, await this.#ask(JSON.parse(shape) as string[]));
    this.#learnt.add(shape);
  }

  /** All that it knows. */
  save(): KnownShapes {
    return [...this.#shapes];
  }

  /** Takes over what another one learnt, from the same kind of server. */
  adopt(known: KnownShapes): void {
    for (const [shape, keys] of known) if (!this.#shapes.has(shape)) this.#add(shape, keys);
  }

  /** Knows the same, and learns on its own from now on. */
  copy(): CommandFootprints {
    const copy = new CommandFootprints(this.control);
    copy.adopt(this.save());
    return copy;
  }

  /** What was asked since the last call. */
  takeLearnt(): KnownShapes {
    const learnt = [...this.#learnt].map((shape) => [shape, this.#shapes.get(shape)] as const);
    this.#learnt.clear();
    return learnt;
  }

  #add(shape: string, keys: KeyArguments): void {
    if (this.#shapes.size >= SHAPES_MAX) {
      const oldest = this.#shapes.keys().next().value!;
      this.#shapes.delete(oldest);
      this.#learnt.delete(oldest);
    }
    this.#shapes.set(shape, keys);
  }

  /**
   * The footprint of a command, by its name and arguments alone. `everything` where the server would have to be asked.
   *
   * @param args - one character a byte
   * @param database - the one selected on its connection
   */
  of(args: readonly string[], database: number | string): Footprint {
    const known = this.#memo.get(args);
    if (known?.database === database) return known.footprint;
    const rule = ruleOf(args);
    const shape = shapeOf(args);
    if (rule.kind === 'keys' && !this.#shapes.has(shape)) return 'everything';
    const footprint =
      rule.kind === 'fixed' ? rule.footprint : this.#keyed(args, database, rule, this.#shapes.get(shape));
    this.#memo.set(args, { database, footprint });
    return footprint;
  }

  #keyed(
    args: readonly string[],
    database: number | string,
    rule: CommandRule & { kind: 'keys' },
    keys: KeyArguments,
  ): Footprint {
    if (keys === undefined) return 'everything';
    const own = keys.map(({ position, mode }) => ({
      resource: key(database, args[position]!),
      mode: rule.allWritten ? ('write' as const) : mode,
    }));
    return own.length === 1 && rule.besides.length === 0 ? own : union(own, rule.besides);
  }

  async #ask(shape: readonly string[]): Promise<KeyArguments> {
    this.asked += 1;
    const question = shape.map((arg) => Buffer.from(arg, 'latin1'));
    const reply = await this.control.tryCall('COMMAND', 'GETKEYSANDFLAGS', ...question);
    if (!isReplyError(reply)) return this.#keys(shape, reply);
    // Before 7.0: keys without flags, so all of them count as written, unless the command only reads.
    if (!/unknown subcommand/i.test(reply.error)) return undefined;
    const names = await this.control.tryCall('COMMAND', 'GETKEYS', ...question);
    if (!Array.isArray(names)) return undefined;
    const [info] = (await this.control.tryCall('COMMAND', 'INFO', question[0]!)) as Reply[][];
    const readonly = JSON.stringify(info?.[2] ?? []).includes('readonly');
    return this.#keys(
      shape,
      names.map((name) => [name, [readonly ? 'RO' : 'RW']]),
    );
  }

  #keys(shape: readonly string[], reply: Reply): KeyArguments {
    if (!Array.isArray(reply)) return undefined;
    const found: { position: number; mode: AccessMode }[] = [];
    for (const entry of reply) {
      const [name, flags] = entry as [Reply, Reply[]];
      const mode = flags.some((flag) => textOf(flag) === 'RO') ? 'read' : 'write';
      for (const [position, arg] of shape.entries()) {
        if (position > 0 && arg === textOf(name)) found.push({ position, mode });
      }
    }
    // A script with a number of keys that does not fit is an error, but the server answers with no keys.
    if (isScript(shape[0]!) && found.length < Number(shape[2])) return undefined;
    return found;
  }
}

/** The command, as JSON, with every argument that cannot be an option or a count replaced by a stand-in. */
function shapeOf(args: readonly string[]): string {
  const shape = args.map((arg, at) => {
    if (at === 0) return arg.toUpperCase();
    const literal = arg === '' || WORD.test(arg) || (/^\d{1,3}$/.test(arg) && Number(arg) <= args.length);
    return literal ? arg : `\u0001${at}`;
  });
  return JSON.stringify(shape);
}

function textOf(reply: Reply | undefined): string {
  return typeof reply === 'string' ? reply : '';
}
