import { Client } from 'undici';
import {
  httpService,
  invariant,
  scenario,
  sometimes,
  type FaultPlan,
  type Scenario,
  type ScenarioOptions,
} from '../../harness/index.js';
import { api, DONE, type ServerOptions, type Writes } from './api.js';
import { isConnectionError, sender, sequence, type Policy, type Send, type Transaction } from './client.js';

const items = httpService('items');

/** What the sequence consists of. */
const NAMES: readonly Transaction['name'][] = ['create', 'read', 'update', 'delete'];
/** Longer than any pause here: the client does not close a connection by itself. */
const KEPT_MS = 600_000;

/** Connections of HTTP are reset before a request, after it, or in the middle of the body of its response. */
export const RESETS: NonNullable<FaultPlan['kinds']> = [
  { kind: 'reset-before-send', at: { http: true } },
  { kind: 'reset-after-apply', at: { http: true } },
  { kind: 'truncated-reply', by: 'reset', bytes: 10_000, at: { http: true } },
];

/** Besides, the client may hear of a reset while its request is still on its way. */
export const RESETS_AND_STRAYS: NonNullable<FaultPlan['kinds']> = [
  ...RESETS,
  { kind: 'zombie-request', at: { http: true } },
];

/** Nothing breaks and nothing comes: the request or the response is lost in silence. */
export const LOST: NonNullable<FaultPlan['kinds']> = [
  { kind: 'black-hole-request', at: { http: true } },
  { kind: 'black-hole-reply', at: { http: true } },
];

/** Or the response takes its time. */
export const SILENCE: NonNullable<FaultPlan['kinds']> = [...LOST, { kind: 'late-reply', at: { http: true } }];

/** The client believes of each transaction that it is done. */
export const everyTransaction = invariant('every transaction is done', ({ history }) => {
  const done = NAMES.filter((name) =>
    history.operations.some((one) => one.name === name && one.outcome === 'ok'),
  );
  if (done.length === NAMES.length) return undefined;
  return { expected: NAMES.join(', '), observed: done.join(', ') || 'none of them' };
});

/** What the API has done, it has done once. */
export const doneOnce = invariant('each transaction is done once', async ({ redis }) => {
  const done = await redis.lrange(DONE, 0, -1);
  const twice = done.find((one, at) => done.indexOf(one) !== at);
  if (twice === undefined) return undefined;
  return { expected: `"${twice}" once`, observed: `${done.filter((one) => one === twice).length} times` };
});

/** One run of the sequence against an API. */
export interface RunOptions extends Partial<ScenarioOptions>, ServerOptions {
  readonly writes: Writes;
  /** What the client does about connections that break; it is told how many tries a transaction took. */
  readonly policy: (tried: (tries: number) => void) => Policy;
  /** The process survives a connection that breaks: the error is caught and logged, and the sequence is over. */
  readonly survives?: boolean;
  /** The last transaction of the sequence. Default: all four. */
  readonly until?: Transaction['name'];
  /** After how many ms the client gives a request up. Default: never. */
  readonly patienceMs?: number;
  /** Before which transaction the client pauses, and for how long in ms. */
  readonly pause?: { readonly before: Transaction['name']; readonly forMs: number };
}

/** A client runs the sequence (w1), and the API answers it (w2). */
export function running(
  name: string,
  {
    writes,
    policy,
    survives = false,
    until,
    pause,
    patienceMs,
    forgetsAfterMs = Infinity,
    ...options
  }: RunOptions,
): Scenario {
  return scenario({
    name: `08-reset-by-peer/${name}`,
    workers: [
      async ({ operation, sleep }) => {
        const client = new Client(items.origin, {
          ...items.clientOptions,
          keepAliveTimeout: KEPT_MS,
          keepAliveMaxTimeout: KEPT_MS,
        });
        const counting = policy((tries) => sometimes(took(tries), true));
        const sending = counting(
          sender(client, ({ name: transaction }) => `order-17:${transaction}`, patienceMs),
        );
        const send: Send = (transaction) => operation(transaction.name, () => sending(transaction));
        const before = async (next: Transaction['name']): Promise<void> => {
          if (next === pause?.before) await sleep(pause.forMs);
        };
        await sequence(send, { before, until }).catch((error: unknown) => {
          if (!survives || !isConnectionError(error)) throw error;
        });
      },
    ],
    background: async ({ redis }) => items.serve(api(redis, writes, { forgetsAfterMs })),
    invariants: [everyTransaction],
    // One client, which asks for one thing after the other; what may race with it is an earlier request of its own.
    mayNotRace: true,
    ...options,
  });
}

/** The name of the state in which a transaction took so many tries. */
export function took(tries: number): string {
  return tries === 1 ? 'it took one try' : `it took ${tries} tries`;
}
