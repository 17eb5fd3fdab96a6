import type { Environment } from '../../../harness/execution/host/environment.js';
import type { AimedFault, Operation, WorkerBody } from '../../../harness/index.js';
import type { Api } from '../api.js';
import type { Design } from '../design.js';
import { DESIGNS, pooled, withHealthCheck } from '../designs.js';
import { BYSTANDER, PROCESS_7, READ_PRICE, sends, type Answer } from '../requests.js';
import { corruptItems, NO_FAULT, serving } from '../scenarios.js';
import { play } from './play.js';

/** A price is read every 200 ms, for 10 s. */
export const BYSTANDERS = 50;
export const EVERY_MS = 200;
const TENTHS = 10;
/** When the request comes that something goes wrong with. */
const FAILS_AT_MS = 1000;
/** For how long Redis is away. */
export const AWAY_MS = 3000;

/** What goes wrong with one request that processes an item. */
export const SITUATIONS = {
  'the connection is reset': { kind: 'reset-after-apply', at: { worker: 1, command: 'SET' } },
  'Redis is away for 3 s': { kind: 'server-restart', data: 'kept', at: { worker: 1, nth: 2 } },
  'the connection falls silent': { kind: 'black-hole-reply', at: { worker: 1, nth: 2 } },
  'the item is no JSON': undefined,
} as const satisfies Record<string, AimedFault | undefined>;
export type Situation = keyof typeof SITUATIONS;

/** How an API is built, by what it is called in the table. */
export const ROWS: Readonly<Record<string, Design>> = {
  'nothing-handled': DESIGNS['nothing-handled'],
  'thrown-again': DESIGNS['thrown-again'],
  'past-the-handler': DESIGNS['past-the-handler'],
  'handled-in-place': DESIGNS['handled-in-place'],
  'global-handler': DESIGNS['global-handler'],
  'client-gives-up': DESIGNS['client-gives-up'],
  'waits-in-line': DESIGNS['waits-in-line'],
  'fail-fast': DESIGNS['fail-fast'],
  retries: DESIGNS.retries,
  'circuit-breaker': DESIGNS['circuit-breaker'],
  'health-check, every 1 s': DESIGNS['health-check'],
  'health-check, every 5 s': { ...DESIGNS['health-check'], use: withHealthCheck(5000) },
  'pool-keeps, 2 connections': DESIGNS['pool-keeps'],
  'pool-discards, 1 connection': pooled(1, 'discard'),
  'pool-discards, 2 connections': DESIGNS['pool-discards'],
  'pool-discards, 4 connections': pooled(4, 'discard'),
  'half-done-multi': DESIGNS['half-done-multi'],
  'half-done-in-a-pool': DESIGNS['half-done-in-a-pool'],
};

/** What became of the bystanders of one request. */
export interface Damage {
  /** How many were not served: an error, somebody else's answer, none at all, or no process any more. */
  readonly failed: number;
  /** The longest that one of them waited, in virtual ms; null: for ever. */
  readonly longestMs: number | null;
  /** From then on all of them were served at once: in virtual ms since it went wrong, in steps of 200; null: never. */
  readonly backAfterMs: number | null;
  /** Would the process have ended? */
  readonly died: boolean;
}

/**
 * Sends every tenth of the requests, whether or not those before were answered. Ten workers do: one alone that asks the same again
 * and again would be taken for somebody who polls, and be held up until there is news.
 */
const everyTenth =
  (first: number): WorkerBody<Api> =>
  async (worker) => {
    const one = async (number: number): Promise<void> => {
      await worker.sleep(number * EVERY_MS);
      await sends(READ_PRICE)(worker);
    };
    await Promise.all(Array.from({ length: BYSTANDERS / TENTHS }, (_, at) => one(first + at * TENTHS)));
  };

/** Something goes wrong with one request; what becomes of the others? */
export async function damageOf(
  environment: Environment,
  design: Design,
  situation: Situation,
): Promise<Damage> {
  const fault: AimedFault | undefined = SITUATIONS[situation];
  let beganMs = 0;
  let diedMs: number | undefined;
  // Node ends the process here; in an execution it goes on, and what it still answers does not count.
  const onDeath = (): void => void (diedMs ??= Date.now() - beganMs);
  const processes: WorkerBody<Api> = async (worker) => {
    beganMs = Date.now();
    process.on('unhandledRejection', onDeath);
    await worker.sleep(FAILS_AT_MS);
    await sends(PROCESS_7)(worker);
  };
  const measured = serving('measured', design, {
    ...(fault === undefined && { setup: corruptItems }),
    workers: [processes, ...Array.from({ length: TENTHS }, (_, first) => everyTenth(first))],
    faults: fault === undefined ? NO_FAULT : { kinds: [fault] },
    maxSteps: 2000,
  });
  try {
    const result = await play(environment, measured, AWAY_MS);
    return damage(result.history.named(BYSTANDER), diedMs, result.uncaught.length > 0);
  } finally {
    process.off('unhandledRejection', onDeath);
  }
}

function damage(bystanders: readonly Operation[], diedMs: number | undefined, died: boolean): Damage {
  const seen = bystanders.toSorted((one, other) => one.startMs - other.startMs);
  const isServed = ({ value, endMs }: Operation): boolean => {
    const answer = value as Answer | undefined;
    return (
      answer?.status === 200 && answer.body === answer.expected && (diedMs === undefined || endMs <= diedMs)
    );
  };
  const waited = ({ startMs, endMs }: Operation): number => endMs - startMs;
  const longest = Math.max(...seen.filter(({ startMs }) => startMs < (diedMs ?? Infinity)).map(waited));
  const last = seen.findLastIndex((one) => !isServed(one) || waited(one) > 0);
  const back = last === -1 ? FAILS_AT_MS : seen[last + 1]?.startMs;
  return {
    failed: seen.filter((one) => !isServed(one)).length,
    longestMs: Number.isFinite(longest) ? longest : null,
    backAfterMs: back === undefined ? null : back - FAILS_AT_MS,
    died,
  };
}
