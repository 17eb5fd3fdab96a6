import type { Redis, RedisOptions } from 'ioredis';
import type { Environment } from '../../../harness/execution/host/environment.js';
import { scenario, type AimedFault, type WorkerBody } from '../../../harness/index.js';
import { sharing, type Use } from '../design.js';
import { pooled, SURFACES, withHealthCheck } from '../designs.js';
import { retrying } from '../variants/waiting/retries.js';
import { play } from './play.js';

/** How long what a fault keeps back is kept back: the server, a reply. */
export const LASTS_MS = 3000;
/** When the call comes that is struck, and how much later the next one. */
const CALL_MS = 1250;
const NEXT_MS = 100;
/** For how long it is looked at. */
const WATCHED_MS = 30_000;
const TICK_MS = 250;

/** The first call: beside it there may be a PING. */
const STRUCK = { worker: 1, command: 'INCR', nth: 1 };
const FIRST_CONNECT = { worker: 1, reconnect: 0 };

/** What goes wrong with a call. */
export const FAULTS = {
  'reset before it was sent': { kind: 'reset-before-send', at: STRUCK },
  'reset after it ran': { kind: 'reset-after-apply', at: STRUCK },
  'request lost, silence': { kind: 'black-hole-request', at: STRUCK },
  'reply lost, silence': { kind: 'black-hole-reply', at: STRUCK },
  'reply after 3 s': { kind: 'late-reply', at: STRUCK },
  'server away for 3 s': { kind: 'server-restart', data: 'kept', at: STRUCK },
  'server stands still for 3 s': { kind: 'server-stall', at: STRUCK },
  'first 3 connects refused': { kind: 'refuse-connect', count: 3, at: FIRST_CONNECT },
  'first connect hangs for 3 s': { kind: 'server-accept-queue', at: FIRST_CONNECT },
  'READONLY once': {
    kind: 'error-reply',
    text: "READONLY You can't write against a read only replica.",
    at: STRUCK,
  },
} as const satisfies Record<string, AimedFault>;
export type FaultName = keyof typeof FAULTS;

interface Setting {
  readonly client?: RedisOptions;
  readonly use?: (connect: () => Redis) => Use;
}

/** What a client is told, by how it is called in the table. All else is as it comes. */
export const SETTINGS: Readonly<Record<string, Setting>> = {
  'as it comes': {},
  'maxRetriesPerRequest: 0': { client: SURFACES },
  'maxRetriesPerRequest: 1': { client: { maxRetriesPerRequest: 1 } },
  'maxRetriesPerRequest: null': { client: { maxRetriesPerRequest: null } },
  'autoResendUnfulfilledCommands: false': { client: { autoResendUnfulfilledCommands: false } },
  'enableOfflineQueue: false': { client: { enableOfflineQueue: false } },
  'retryStrategy: () => null': { client: { retryStrategy: () => null } },
  'connectTimeout: 500': { client: { connectTimeout: 500 } },
  'connectTimeout: 500, maxRetriesPerRequest: 0': { client: { ...SURFACES, connectTimeout: 500 } },
  'commandTimeout: 500': { client: { commandTimeout: 500 } },
  'commandTimeout: 500, tried again': {
    client: { commandTimeout: 500 },
    use: (connect) => retrying(sharing(connect)),
  },
  'commandTimeout: 500, maxRetriesPerRequest: 0': { client: { ...SURFACES, commandTimeout: 500 } },
  'socketTimeout: 500': { client: { socketTimeout: 500 } },
  'socketTimeout: 500, maxRetriesPerRequest: 0': { client: { ...SURFACES, socketTimeout: 500 } },
  'keepAlive: 500': { client: { keepAlive: 500 } },
  'reconnectOnError: () => 2': { client: { reconnectOnError: () => 2 } },
  'health check every 1 s': { use: withHealthCheck(1000) },
  'health check every 1 s, maxRetriesPerRequest: 0': { client: SURFACES, use: withHealthCheck(1000) },
  'health check every 5 s, maxRetriesPerRequest: 0': { client: SURFACES, use: withHealthCheck(5000) },
  'pool of 1, discards': pooled(1, 'discard'),
  'pool of 2, discards': pooled(2, 'discard'),
};

/** What became of one call of INCR. */
export interface Call {
  /** What the caller got: a value, an error, or nothing at all. */
  readonly got: string | null;
  /** After how long, in virtual ms; null: never. */
  readonly afterMs: number | null;
  /** How often the server ran it. */
  readonly ran: number;
}

/** The call that was struck, and one that came 100 ms later. */
export interface Calls {
  readonly struck: Call;
  readonly next: Call;
}

/** Makes two calls, the first of which is struck. */
const calling =
  ({ client, use = sharing }: Setting, afterMs: number): WorkerBody =>
  async ({ connect, operation, sleep }) => {
    const using = use(() => {
      const redis = connect(client);
      redis.on('error', () => {});
      return redis;
    });
    const call = async (name: string, waitMs: number): Promise<void> => {
      if (waitMs > 0) await sleep(waitMs);
      await operation(name, () => using((redis) => redis.incr(name))).catch(() => undefined);
    };
    await Promise.all([call('struck', afterMs), call('next', afterMs + NEXT_MS)]);
  };

/** Makes time pass, also where nobody waits for it. */
const ticking: WorkerBody = async ({ sleep }) => {
  const ticks = Array.from({ length: WATCHED_MS / TICK_MS }, (_, at) => sleep(at * TICK_MS));
  await Promise.all(ticks);
};

/** What becomes of calls with this setting, when this goes wrong with the first of them. */
export async function callsWith(
  environment: Environment,
  setting: Setting,
  fault: FaultName,
): Promise<Calls> {
  const connects = fault.startsWith('first ');
  const measured = scenario({
    name: 'measured',
    workers: [calling(setting, connects ? 0 : CALL_MS), ticking],
    invariants: [],
    faults: { kinds: [FAULTS[fault]] },
    maxSteps: 2000,
  });
  const result = await play(environment, measured, LASTS_MS);
  const call = (name: string): Call => {
    const { value, error, startMs, endMs } = result.history.named(name)[0]!;
    const ran = result.history.commands.filter(
      ({ applied, command }) => applied && command[1] === name,
    ).length;
    if (endMs === Infinity) return { got: null, afterMs: null, ran };
    return { got: error === undefined ? String(value) : inShort(error), afterMs: endMs - startMs, ran };
  };
  return { struck: call('struck'), next: call('next') };
}

/** An error in a few words. */
function inShort({ name, message }: Error): string {
  if (name === 'ReplyError') return message.split(' ')[0]!;
  return name === 'Error' ? message.split(/[.,]| and /)[0]! : name;
}
