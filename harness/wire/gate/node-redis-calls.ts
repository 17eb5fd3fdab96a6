import { EventEmitter } from 'node:events';
import { currentFlow, type CommandTag } from '../../base/flow.js';
import type { Client } from './client.js';

/** The parts of a client object of node-redis (`@redis/client`, `redis`, versions 4 to 6) that the gate relies on. @internal */
export interface NodeRedisObject {
  readonly isOpen: boolean;
  readonly isReady: boolean;
  readonly options?: {
    readonly socket?: { readonly host?: string; readonly port?: number; readonly path?: string };
  };
  readonly _clientId?: unknown;
  /** From version 5 on: the object itself, also where a proxy for other options is asked. */
  readonly _self?: object;
  connect(): Promise<unknown>;
  /** From version 5 on. */
  destroy?(): void;
  /** Before. */
  disconnect?(): Promise<unknown> | undefined;
}

type Method = (this: object, ...args: unknown[]) => Promise<unknown>;
/** Which commands a call stands for, by its arguments. */
type Named = (args: readonly unknown[]) => readonly (readonly unknown[])[];

/** A command of a list, as `multi` gathers it. */
interface Gathered {
  readonly args: readonly unknown[];
}

const gathered = (list: unknown): (readonly unknown[])[] => (list as Gathered[]).map(({ args }) => args);

/** The methods through which all commands go, from version 5 on. */
const CALLS: Readonly<Record<string, Named>> = {
  sendCommand: ([args]) => [args as unknown[]],
  _executeMulti: ([list]) => [['MULTI'], ...gathered(list), ['EXEC']],
  _executePipeline: ([list]) => gathered(list),
};

/** In version 4 only these do; each other command has a method of its own. */
const OLD_CALLS: typeof CALLS = {
  sendCommand: CALLS['sendCommand']!,
  multiExecutor: CALLS['_executeMulti']!,
};
/** The name of such a method; each has another one in the style of JavaScript. */
const OLD_COMMAND = /^[A-Z][A-Z0-9_]*$/;
/** Commands into which it puts the number of keys, or which it takes apart otherwise. */
const REARRANGED = /^(?:EVAL|FCALL|Z(?:UNION|INTER|DIFF)|B?[LZ]MPOP|SINTERCARD|XREAD|SORT|MIGRATE|GEO|BITOP)/;
/** What is no single command, or returns no promise. */
const NO_COMMAND = /^(?:MULTI|QUIT|DISCONNECT|[PS]?(?:UN)?SUBSCRIBE)$/;

/**
 * Lets the calls of workers on a client object that they share wait for the lab, before the client sees them: it writes many
 * at once, in the order in which they came, and gets the replies in that order.
 *
 * @internal
 */
export function hookCalls(object: NodeRedisObject, owner: Client): void {
  const target = (object._self ?? object) as Record<string, Method | undefined>;
  owner.isReady = () => object.isReady;
  const calls = object._self === undefined ? { ...oldCommands(target), ...OLD_CALLS } : CALLS;
  for (const [name, commandsOf] of Object.entries(calls)) {
    const original = target[name];
    if (typeof original !== 'function') continue;
    target[name] = function (this: object, ...args) {
      const commands = commandsOf(args);
      const opaque = !(name in CALLS) && !(name in OLD_CALLS) && !isAsWritten(commands[0]!, args);
      return call(owner, commands, opaque, () => original.apply(this, args));
    };
  }
}

/** Methods of commands; what they make of their arguments is seen only when it is written. */
function oldCommands(target: object): Record<string, Named> {
  const names = new Set<string>();
  for (
    let one: object | null = target;
    one !== null && one !== EventEmitter.prototype;
    one = prototypeOf(one)
  )
    for (const name of Object.getOwnPropertyNames(one)) names.add(name);
  const commands = [...names].filter((name) => OLD_COMMAND.test(name) && !NO_COMMAND.test(name));
  const byAlias = new Map(commands.map((name) => [name.replaceAll('_', ''), name]));
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const command = commands.includes(name) ? name : byAlias.get(name.toUpperCase());
      if (command === undefined) return [];
      // `CLIENT_ID` is a command of two words.
      const words = command.split('_');
      return [[name, (args: readonly unknown[]) => [[...words, ...args.flat()]]] as const];
    }),
  );
}

/** Whether a method of version 4 sends just what it was given: it makes arguments of objects and lists. */
function isAsWritten([name]: readonly unknown[], given: readonly unknown[]): boolean {
  const isScalar = (arg: unknown): boolean =>
    typeof arg === 'string' || typeof arg === 'number' || Buffer.isBuffer(arg);
  return given.every(isScalar) && !REARRANGED.test(String(name));
}

function prototypeOf(object: object): object | null {
  return Object.getPrototypeOf(object) as object | null;
}

/** One call, `opaque` where the client makes other arguments of its own: of what runs in no worker it is only noted whose it is. */
function call(
  owner: Client,
  commands: readonly (readonly unknown[])[],
  opaque: boolean,
  send: () => Promise<unknown>,
): Promise<unknown> {
  const flow = currentFlow();
  if (flow === undefined || commands.length === 0) return send();
  // Part of an execution that is over.
  if (!flow.alive) return new Promise(() => {});
  const tags = commands.map(([name]) => owner.issued(flow, String(name).toLowerCase(), false));
  const [, ...args] = commands[0]!;
  for (const tag of tags) flow.outstanding.add(tag);
  if (owner.isReady?.() !== true || !owner.holds(tags[0]!)) return followed(owner, tags, send);
  return new Promise((resolve, reject) => {
    const handOver = (): void => void followed(owner, tags, send).then(resolve, reject);
    owner.hold(tags[0]!, args, undefined, handOver, opaque);
  });
}

/** The client is given a call, and writes it later. */
async function followed(
  owner: Client,
  tags: readonly CommandTag[],
  send: () => Promise<unknown>,
): Promise<unknown> {
  for (const tag of tags) owner.expects(tag);
  try {
    return await send();
  } finally {
    for (const tag of tags) owner.withdraw(tag);
  }
}
