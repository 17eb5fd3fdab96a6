/** For tests: faults of the server itself, explored by several that have a server each. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../../harness/execution/host/environment.js';
import { scenario } from '../../harness/scenario/scenario.js';
import type { Scenario, WorkerBody } from '../../harness/scenario/types.js';
import { startServer, type RedisServer } from '../../harness/server/index.js';
import { SERVER_FAULT_KINDS, type ServerFaultKind } from '../../harness/faults/server-fault.js';
import { SERVER_FAULT_REACH } from '../../harness/faults/server-reach.js';
import { exploreWith } from '../../harness/explore/explore.js';
import type { InternalExploreOptions } from '../../harness/explore/internal-options.js';
import { CrewOfHands } from '../../harness/explore/testing/crew-of-hands.js';
import type { Verdict } from '../../harness/record/verdict.js';

/** Each writes down what was acknowledged, whatever goes wrong. */
const counting: WorkerBody = async ({ redis, operation }) => {
  for (let times = 0; times < 2; times++)
    await operation('increment', () => redis.incr('c')).catch(() => undefined);
};

const withServerFaults = (kinds: readonly ServerFaultKind[], more: Partial<Scenario> = {}): Scenario => ({
  ...scenario({
    name: 'counting',
    workers: counting,
    workerCount: 2,
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

const REACHES = [...new Set(Object.values(SERVER_FAULT_REACH))];

/** How much of it. */
export interface Extent {
  /** Servers besides the one of the exploration. */
  readonly sizes: readonly number[];
  /** Executions of each exploration. */
  readonly runs: number;
}

/** Tests that each strategy comes to the same with any number of servers: it does not matter on whose a fault strikes. */
export function exploreOnSeveralServers({ sizes, runs }: Extent): void {
  const servers: RedisServer[] = [];
  let own: Environment;
  let others: Environment[];
  beforeAll(async () => {
    for (let n = 0; n <= Math.max(...sizes); n++) servers.push(await startServer({ redis: 'process' }));
    [own, ...others] = (await Promise.all(servers.map((server) => Environment.open(server)))) as [
      Environment,
      ...Environment[],
    ];
  });
  afterAll(async () => {
    for (const environment of [own, ...others]) environment.close();
    await Promise.all(servers.map((server) => server.stop()));
  });

  async function told(cast: Scenario, options: InternalExploreOptions): Promise<Omit<Verdict, 'tookMs'>> {
    const { tookMs: _, ...verdict } = await exploreWith(cast, { session: own, ...options });
    return verdict;
  }

  async function sameForAll(
    cast: Scenario,
    options: InternalExploreOptions,
  ): Promise<Omit<Verdict, 'tookMs'>> {
    const alone = await told(cast, options);
    for (const size of sizes) {
      const crew = new CrewOfHands(others.slice(0, size), cast);
      expect(await told(cast, { ...options, crew }), `with ${size} of them`).toEqual(alone);
      if (alone.executions > 1) expect(crew.executions).toBeGreaterThan(0);
      await crew.close();
    }
    return alone;
  }

  describe.each(['systematic', 'exhaustive', 'rotate'] as const)('%s', (strategy) => {
    test.each(REACHES)('should come to the same with any number of servers: faults of %s', async (reach) => {
      const kinds = SERVER_FAULT_KINDS.filter((kind) => SERVER_FAULT_REACH[kind] === reach);
      const { executions } = await sameForAll(withServerFaults(kinds), { strategy, runs });
      expect(executions).toBeGreaterThan(0);
    });

    test('should find, shrink and record the same: a restart that loses data', async () => {
      const cast = withServerFaults(['server-readonly', 'server-restart'], { invariants: [nothingLost] });
      const { kind, record } = await sameForAll(cast, { strategy });
      expect({ kind, fault: record?.minimal.faults }).toEqual({ kind: 'breaks', fault: 1 });
    });
  });
}
