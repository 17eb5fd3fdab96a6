import {
  scenario,
  type AimedFault,
  type FaultPlan,
  type Invariant,
  type Scenario,
  type ScenarioOptions,
  type SetupContext,
  type WorkerBody,
} from '../../harness/index.js';
import type { Api } from './api.js';
import type { Design } from './design.js';
import { SURFACES } from './designs.js';
import { itemKey, priceKey } from './items.js';
import { bystandersAreServed, processedOnce, unavailableIsSaid } from './promises.js';
import { PRICE, PROCESS_7, READ_PRICE, sends, type Asked } from './requests.js';

/** The connection is cut under a command of the first worker, before or after the server has run it. */
export const CUT: FaultPlan = {
  kinds: [
    { kind: 'reset-before-send', at: { worker: 1 } },
    { kind: 'reset-after-apply', at: { worker: 1 } },
    { kind: 'truncated-reply', at: { worker: 1 } },
  ],
};
export const NO_FAULT: FaultPlan = { budget: 0 };
/** The connection falls silent under a command of the first worker: it stays open, and nothing more is heard on it. */
export const SILENCE: FaultPlan = { kinds: [{ kind: 'black-hole-reply', at: { worker: 1 } }] };

/** From some command of the first worker on Redis is away, and so many connects are refused. */
export const outage = (connects: number): FaultPlan => {
  const fault: AimedFault = { kind: 'outage', at: { worker: 1 }, connects };
  return { kinds: [fault] };
};

/** A price, an item that is no JSON, and a list where another item should be. */
export const corruptItems = async ({ redis }: SetupContext): Promise<void> => {
  await redis.set(priceKey('7'), PRICE);
  await redis.set(itemKey('7'), '{"processed":');
  await redis.lpush(itemKey('8'), 'no item');
};

/** One request processes an item, two others read a price. */
const ONE_AND_TWO: readonly WorkerBody[] = [sends(PROCESS_7), sends(READ_PRICE), sends(READ_PRICE)];
const PROMISES: readonly Invariant[] = [bystandersAreServed, unavailableIsSaid, processedOnce];

interface Serving extends Partial<ScenarioOptions> {
  /** Instead of `workers`: requests, each of which is sent by itself. */
  readonly requests?: readonly Asked[];
  /** Promises about the API itself, besides. */
  readonly promises?: (api: () => Api) => readonly Invariant[];
}

let loaded: Promise<typeof import('./api.js')> | undefined;
/** Whoever only lists the labs need not wait until a web framework is loaded. */
const load = (): Promise<typeof import('./api.js')> => (loaded ??= import('./api.js'));

/** An API under requests; by default a connection is cut, and all promises count. */
export function serving(name: string, design: Design, options: Serving = {}): Scenario {
  const { requests, promises, invariants = PROMISES, ...others } = options;
  let running: Api;
  return scenario({
    name: `07-connection-error-cascade/${name}`,
    app: {
      start: async ({ connect }) => {
        const { startApi } = await load();
        running = await startApi({ client: SURFACES, ...design }, connect);
        return running;
      },
    },
    setup: ({ redis }) => redis.set(priceKey('7'), PRICE),
    workers: requests?.map((request) => sends(request)) ?? ONE_AND_TWO,
    faults: CUT,
    ...others,
    invariants: [...invariants, ...(promises?.(() => running) ?? [])],
  });
}
