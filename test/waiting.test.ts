/** Commands that wait on the server, explored: both searches come to the same outcomes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { explore, invariant, scenario, sharedServer, type Scenario } from '../harness/index.js';
import { Environment } from '../harness/execution/host/environment.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

/** Two wait for what a third brings, now and half a second later. */
function queue(timeoutSeconds: number, outcomes: Set<string>): Scenario {
  let got: (string | undefined)[] = [];
  const take = async (id: number, popped: Promise<[string, string] | null>): Promise<void> => {
    got[id] = (await popped)?.[1];
  };
  return scenario({
    name: 'queue',
    setup: async () => {
      got = [];
    },
    workers: [
      ({ redis, id }) => take(id, redis.blpop('q', timeoutSeconds)),
      ({ redis, id }) => take(id, redis.blpop('q', timeoutSeconds)),
      async ({ redis, sleep }) => {
        await redis.rpush('q', 'a');
        await sleep(500);
        await redis.rpush('q', 'b');
      },
    ],
    invariants: [
      invariant('takes down who got what', async ({ redis }) => {
        outcomes.add(`w1 ${got[1]} w2 ${got[2]} left ${await redis.llen('q')}`);
        return undefined;
      }),
    ],
  });
}

test.each([
  [0, ['w1 a w2 b left 0', 'w1 b w2 a left 0']],
  [
    1,
    [
      'w1 a w2 b left 0',
      'w1 a w2 undefined left 1',
      'w1 b w2 a left 0',
      'w1 undefined w2 a left 1',
      'w1 undefined w2 undefined left 2',
    ],
  ],
])('with a timeout of %i s', async (timeoutSeconds, expected) => {
  for (const strategy of ['exhaustive', 'systematic'] as const) {
    const outcomes = new Set<string>();
    const verdict = await explore(queue(timeoutSeconds, outcomes), {
      session: environment,
      strategy,
      preemptions: 12,
    });
    expect(verdict.kind, verdict.message).toBe('holds');
    expect(verdict.complete).toBe(true);
    expect([...outcomes].sort(), strategy).toEqual(expected);
  }
});
