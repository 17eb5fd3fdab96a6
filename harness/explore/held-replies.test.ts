/** A fault keeps a reply back, and its client gives up: time passing until then is ordinary. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AimedFault } from '../faults/spec.js';
import { scenario } from '../scenario/scenario.js';
import type { WorkerBody } from '../scenario/types.js';
import { startServer, type RedisServer } from '../server/index.js';
import { explore } from './explore.js';
import { openSession, type Session } from './session.js';

let server: RedisServer;
let session: Session;
beforeAll(async () => {
  server = await startServer({ redis: 'process' });
  session = await openSession(server);
});
afterAll(async () => {
  session.close();
  await server.stop();
});

const TIMEOUT_MS = 100;

/** What the executions of a scenario come to: the order in which its worker heard of things. */
async function ends(
  body: (context: Parameters<WorkerBody>[0], heard: (what: string) => void) => Promise<unknown>,
  fault: AimedFault,
  strategy: 'exhaustive' | 'systematic',
): Promise<string[]> {
  const seen = new Set<string>();
  const worker: WorkerBody = async (context) => {
    const heard: string[] = [];
    await body(context, (what) => heard.push(what));
    seen.add(heard.join(', '));
  };
  const cast = scenario({
    name: 'a reply that is kept back',
    workers: worker,
    workerCount: 1,
    invariants: [],
    client: { commandTimeout: TIMEOUT_MS, maxRetriesPerRequest: 0, retryStrategy: () => null },
    faults: { kinds: [fault] },
    mayNotRace: true,
  });
  expect(await explore(cast, { session, strategy, preemptions: 1 })).toMatchObject({
    kind: 'holds',
    complete: true,
  });
  return [...seen].sort();
}

const outcome = (call: Promise<unknown>): Promise<string> =>
  call.then(String, ({ message }: Error) => message);

describe.each(['exhaustive', 'systematic'] as const)('%s', (strategy) => {
  const at = { command: 'INCR' };
  test.each<[AimedFault, string[]]>([
    [{ kind: 'server-stall' }, ['1', 'Command timed out']],
    [{ kind: 'server-pause', durationMs: 2 * TIMEOUT_MS, at: {} }, ['1', 'Command timed out']],
    [{ kind: 'late-reply', at }, ['1', 'Command timed out']],
    [{ kind: 'black-hole-request', at }, ['1', 'Command timed out']],
    [{ kind: 'black-hole-reply', at }, ['1', 'Command timed out']],
    [{ kind: 'half-open', at }, ['1', 'Command timed out']],
    [{ kind: 'server-reply-off', at }, ['1', 'Command timed out']],
    [{ kind: 'worker-pause', durationMs: 2 * TIMEOUT_MS, at }, ['1', 'Command timed out']],
    // Nothing is kept back, so nobody gives up.
    [{ kind: 'server-unblock' }, ['1']],
    [{ kind: 'coalesced-replies' }, ['1']],
  ])('a client whose reply is kept back by %o gives up, or gets it', async (fault, expected) => {
    const seen = await ends(
      async ({ redis }, heard) => heard(await outcome(redis.incr('k'))),
      fault,
      strategy,
    );
    expect(seen).toEqual(expected);
  });

  test.each<AimedFault>([
    { kind: 'server-stall' },
    { kind: 'late-reply', at },
    { kind: 'black-hole-request', at },
    { kind: 'server-reply-off', at },
  ])(
    'another client of its worker is at work when it gives up because of %o, and does not',
    async (fault) => {
      const seen = await ends(
        async ({ redis, connect }, heard) => {
          const other = connect();
          const reads = async (): Promise<void> => {
            heard(`read ${await outcome(other.get('other'))}`);
          };
          await Promise.all([outcome(redis.incr('k')).then(heard), reads()]);
        },
        fault,
        strategy,
      );
      expect(seen).toEqual(expect.arrayContaining(['Command timed out, read null']));
      if (fault.kind !== 'server-stall')
        expect(seen.filter((order) => order.includes('read Command timed out'))).toEqual([]);
    },
  );
});
