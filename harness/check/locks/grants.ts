import { checkedOptional, type ReadyMade } from '../arguments.js';
import type { Operation, WireCommand } from '../happened.js';
import type { History } from '../history.js';

/**
 * How a lock is seen to be taken, for invariants about one: by what the workers say, or by what is on the wire.
 *
 * @public
 */
export interface GrantOptions {
  /** Name of the operation that takes the lock. Default: `acquire`. */
  readonly acquire?: string;
  /** Did an operation that returned this take the lock? Default: yes, unless it returned false or null. */
  readonly acquired?: (value: unknown) => boolean;
}

/**
 * The same, and how it may be seen on the wire.
 *
 * @public
 */
export interface WireGrantOptions extends GrantOptions {
  /** The lock. */
  readonly key: string;
  /**
   * Did this command on the key, which the server ran, take the lock? Then operations are not looked at: whoever sent it owns
   * the lock, whether or not he knows. For example `({ command, reply }) => command[0] === 'SET' && reply === 'OK'`.
   */
  readonly takes?: (command: WireCommand) => boolean;
}

/** Names of these options, for the invariants that take them among others. @internal */
export const GRANT_OPTIONS = { acquire: true, acquired: true } as const;

/** The same, with those of the wire. @internal */
export const WIRE_GRANT_OPTIONS = { key: true, ...GRANT_OPTIONS, takes: true } as const;

/** One time that the lock was taken. @internal */
export interface Grant {
  /** 1-based worker. */
  readonly worker: number;
  /** The command that did it. */
  readonly command: WireCommand;
}

/** Checks them. @throws ScenarioError @internal */
export function checkGrantOptions(name: ReadyMade, options: GrantOptions | WireGrantOptions): void {
  checkedOptional(name, options, 'text', 'acquire');
  checkedOptional(name, options, 'function', 'acquired', 'takes');
}

/** Did this operation take the lock? @internal */
export function isGranted({ outcome, value }: Operation, { acquired }: GrantOptions): boolean {
  return outcome === 'ok' && (acquired?.(value) ?? (value !== false && value !== null));
}

/** Was this one told that it does not get the lock? @internal */
export function isRefused(operation: Operation, options: GrantOptions): boolean {
  return operation.outcome === 'ok' && !isGranted(operation, options);
}

/** The times that the lock was taken, in the order in which the server saw them. @internal */
export function grantsIn(history: History, options: WireGrantOptions): Grant[] {
  const { key, acquire = 'acquire', takes } = options;
  if (takes !== undefined)
    return history
      .ranOn(key)
      .flatMap((command) => (takes(command) ? { worker: command.worker, command } : []));
  return settledOn(history, key).flatMap(({ operation, command }) =>
    operation.name === acquire && isGranted(operation, options) ? { worker: operation.worker, command } : [],
  );
}

/** An operation, and the last command on the key that the server ran for it. @internal */
export interface Settled {
  readonly operation: Operation;
  readonly command: WireCommand;
}

/** Operations that sent a command on the key, in the order of the last one that the server ran for each. @internal */
export function settledOn(history: History, key: string): Settled[] {
  const last = new Map<Operation, WireCommand>();
  for (const command of history.ranOn(key)) {
    const operation = history.operationOf(command);
    if (operation === undefined) continue;
    // Set anew, it would keep its place.
    last.delete(operation);
    last.set(operation, command);
  }
  return Array.from(last, ([operation, command]) => ({ operation, command }));
}
