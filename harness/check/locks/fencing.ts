import { checkedFunction, checkedOptions, checkedText } from '../arguments.js';
import type { WireCommand } from '../happened.js';
import { FENCING_ORDER } from '../ids.js';
import { invariant, type Invariant } from '../invariant.js';

/**
 * What `fencingOrder` takes.
 *
 * @public
 */
export interface FencingOptions {
  /** The resource: the key that is written to. */
  readonly key: string;
  /**
   * The fencing token with which this command on the key, which the server ran, has written; undefined where it wrote nothing:
   * one that reads, or one that the resource refused. For example
   * `({ command, reply }) => (reply === 1 ? Number(command[4]) : undefined)`.
   */
  readonly token: (command: WireCommand) => number | undefined;
}

/**
 * The resource takes nothing from an old holder of the lock: what is written to it comes with fencing tokens that never get
 * smaller, and no two workers have the same one. Who is late may still believe that it holds the lock; it does no harm.
 *
 * @throws ScenarioError for options that make no sense; Error, when it is checked, for a token that is no number
 * @example
 * ```ts
 * import { explore, fencingOrder, scenario } from 'redis-race-lab';
 *
 * const unchecked = scenario({
 *   name: 'the token is written, and nobody looks at it',
 *   workers: async ({ redis }) => {
 *     const token = await redis.incr('fence');
 *     await redis.set('report', token);
 *   },
 *   invariants: [fencingOrder({ key: 'report', token: ({ command }) => Number(command[2]) })],
 * });
 * console.log((await explore(unchecked)).invariant); // fencing order
 * ```
 * @public
 */
export function fencingOrder(options: FencingOptions): Invariant {
  const name = 'fencingOrder';
  checkedOptions<FencingOptions>(name, options, { key: true, token: true });
  const { key, token: tokenOf } = options;
  checkedText(name, '"key"', key);
  checkedFunction(name, '"token"', tokenOf);
  return invariant(FENCING_ORDER, ({ history }) => {
    let highest: { readonly worker: number; readonly token: number } | undefined;
    for (const command of history.ranOn(key)) {
      const token = tokenOf(command);
      if (token === undefined) continue;
      if (typeof token !== 'number' || Number.isNaN(token))
        throw new Error(
          `fencingOrder: "token" gave ${String(token)} for ${command.command.join(' ')}, which is no number`,
        );
      const { worker } = command;
      if (
        highest !== undefined &&
        (token < highest.token || (token === highest.token && worker !== highest.worker))
      )
        return {
          expected: `what is written to ${key} comes with fencing tokens that grow from holder to holder`,
          observed: `w${worker} wrote with token ${token}, after w${highest.worker} had with token ${highest.token}`,
        };
      highest = { worker, token };
    }
    return highest === undefined ? { nothing: `nobody wrote to ${key} with a fencing token` } : undefined;
  });
}
