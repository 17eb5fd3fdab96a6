/** Faults of the server itself, explored by several that have a server each: it does not matter on whose it strikes. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Environment } from '../execution/environment.js';
import { scenario, type Scenario, type WorkerBody } from '../scenario.js';
import { startServer, type RedisServer } from '../server/index.js';
import { SERVER_FAULT_KINDS, SERVER_FAULT_REACH, type ServerFaultKind } from '../wire/server-fault.js';
import { explore, type ExploreOptions } from './explore.js';
import { CrewOfHands } from './testing/crew-of-hands.js';
import type { Verdict } from './verdict.js';

// How long a busy machine takes for so many restarts says nothing.
vi.setConfig({ testTimeout: 600_000 });

const servers: RedisServer[] = [];
let own: Environment;
let others: Environment[];
beforeAll(async () => {
  for (let n = 0; n < 4; n++) servers.push(await startServer({ redis: 'process' }));
  [own, ...others] = (await Promise.all(servers.map((server) => Environment.open(server)))) as [
    Environment,
    ...Environment[],
  ];
});
afterAll(async () => {
  for (const environment of [own, ...others]) environment.close();
  await Promise.all(servers.map((server) => server.stop()));
});

/** Each writes down what was acknowledged, whatever goes wrong. */
const counting: WorkerBody = async ({ redis, operation }) => {
  for (let times = 0; times < 2; times++)
    await operation('increment', () => redis.incr('c')).catch(() => undefined);
};

const withFaults = (kinds: readonly ServerFaultKind[], more: Partial<Scenario> = {}): Scenario => ({
  ...scenario({
    name: 'counting',
    workers: counting,
    count: 2,
    client: { commandTimeout: 40, retryStrategy: (times) => (times < 3 ? 20 : null) },
    invariants: [],
    faults: { kinds },
    workersMayFail: true,
  }),
  ...more,
});

/** What was acknowledged is there. */
const nothingLost: Scenario['invariants'][number] = {
  id: 'nothing lost',
  check: async ({ redis, history }) => {
    const stored = Number(await redis.get('c'));
    const acknowledged = history.operations.filter(({ outcome }) => outcome === 'ok').length;
    if (stored < acknowledged) throw new Error(`${stored} of ${acknowledged} are there`);
  },
};

async function told(cast: Scenario, options: ExploreOptions): Promise<Omit<Verdict, 'tookMs'>> {
  const { tookMs: _, ...verdict } = await explore(cast, { environment: own, ...options });
  return verdict;
}

async function sameForAll(cast: Scenario, options: ExploreOptions): Promise<Omit<Verdict, 'tookMs'>> {
  const alone = await told(cast, options);
  for (const size of [1, 2, 3]) {
    const crew = new CrewOfHands(others.slice(0, size), cast);
    expect(await told(cast, { ...options, crew }), `with ${size} of them`).toEqual(alone);
    if (alone.executions > 1) expect(crew.executions).toBeGreaterThan(0);
    await crew.close();
  }
  return alone;
}

const BOUNDS = [
  ['systematic', { runs: 50 }],
  ['exhaustive', { runs: 50 }],
  ['rotate', { runs: 50 }],
] as const;
const REACHES = [...new Set(Object.values(SERVER_FAULT_REACH))];

describe.each(BOUNDS)('%s', (strategy, bounds) => {
  test.each(REACHES)(
    'should come to the same with any number of servers: faults of %s',
    async (reach) => {
      const kinds = SERVER_FAULT_KINDS.filter((kind) => SERVER_FAULT_REACH[kind] === reach);
      const verdict = await sameForAll(withFaults(kinds), { strategy, ...bounds });
      console.log(strategy, reach, verdict.kind, verdict.message, verdict.executions);
    },
    300_000,
  );

  test('should find, shrink and record the same: a restart that loses data', async () => {
    const cast = withFaults(['server-readonly', 'server-restart'], { invariants: [nothingLost] });
    const { kind, record } = await sameForAll(cast, { strategy });
    expect({ kind, fault: record?.minimal.faults }).toEqual({ kind: 'breaks', fault: 1 });
  });
});
