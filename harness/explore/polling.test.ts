import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invariant } from '../check/invariant.js';
import { mutualExclusion } from '../check/locks/mutual-exclusion.js';
import { Environment } from '../execution/host/environment.js';
import type { Verdict } from '../record/verdict.js';
import { scenario } from '../scenario/scenario.js';
import type { ScenarioOptions, WorkerContext } from '../scenario/types.js';
import { sharedServer, startServer } from '../server/index.js';
import { explore } from './explore.js';
import type { ExploreOptions } from './options.js';
import { replay } from './replay.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

type Cast = Pick<ScenarioOptions, 'workers'> & Partial<ScenarioOptions>;

function explored(cast: Cast, options: ExploreOptions = {}): Promise<Verdict> {
  const whole = scenario({ name: 'polling', invariants: [], ...cast });
  return explore(whole, { session: environment, ...options });
}

const settled = new Promise<void>(() => {});

/** A lock that everybody tries to get until he has it. */
function spins({ waits, releases = true }: { waits: boolean; releases?: boolean }) {
  return async ({ redis, name, sleep, critical }: WorkerContext): Promise<void> => {
    while ((await redis.set('lock', name, 'NX')) === null) if (waits) await sleep(100);
    await critical(() => redis.incr('c'));
    if (releases) await redis.del('lock');
  };
}

describe('Who polls lets the others go on', () => {
  test.each([true, false])('in a spin lock that sleeps: %s', async (waits) => {
    const cast = { workers: spins({ waits }), workerCount: 2, invariants: [mutualExclusion()] };
    const verdict = await explored(cast, { strategy: 'exhaustive' });
    expect(verdict).toMatchObject({ kind: 'holds', complete: true, capped: 0, bounds: { rounds: 10 } });
    expect(verdict.executions).toBeLessThan(20);
    expect(verdict.message).toBe(
      `all ${verdict.executions} executions with at most 10 rounds of a loop without news and no fault, nothing wrong; ` +
        '2 workers, 6 to 8 commands, contested: lock',
    );
  });

  test('in a lock with a lease that somebody else may find expired', async () => {
    const workers = async ({ redis, name, sleep, critical }: WorkerContext): Promise<void> => {
      while ((await redis.set('lock', name, 'PX', 10_000, 'NX')) === null) await sleep(100);
      await critical(() => redis.incr('c'));
      if ((await redis.get('lock')) === name) await redis.del('lock');
    };
    const cast = { workers, workerCount: 2, invariants: [mutualExclusion()] };
    const verdict = await explored(cast, { strategy: 'exhaustive' });
    expect(verdict).toMatchObject({ kind: 'breaks', invariant: 'mutual exclusion' });
    expect(verdict.record!.steps.map(({ text }) => text)).toContain('lock expires');
  });

  test.each<[string, Cast['workers']]>([
    [
      'GET and sleep',
      [
        async ({ redis, sleep }) => {
          while ((await redis.get('ready')) === null) await sleep(100);
        },
        async ({ redis }) => void (await redis.set('ready', 1)),
      ],
    ],
    [
      'BRPOP with a limit',
      [
        async ({ redis }) => {
          while ((await redis.brpop('jobs', 1)) === null);
        },
        async ({ redis }) => void (await redis.lpush('jobs', 1)),
      ],
    ],
    [
      'XREAD BLOCK with a limit',
      [
        async ({ redis }) => {
          while ((await redis.xread('BLOCK', 100, 'STREAMS', 'log', '0')) === null);
        },
        async ({ redis }) => void (await redis.xadd('log', '*', 'k', 'v')),
      ],
    ],
    [
      'a queue of those who wait',
      Array.from({ length: 2 }, () => async ({ redis, name, sleep }: WorkerContext) => {
        await redis.rpush('queue', name);
        while ((await redis.lindex('queue', 0)) !== name) await sleep(50);
        await redis.lpop('queue');
      }),
    ],
  ])('with %s', async (_name, workers) => {
    const verdict = await explored({ workers });
    expect(verdict).toMatchObject({ kind: 'holds', complete: true, capped: 0 });
  });

  test('and comes to the end of its own tries while the others are at work', async () => {
    const patient = invariant('nobody gives up', async ({ redis }) => {
      if ((await redis.get('given up')) !== null) return { expected: 'a lock', observed: 'given up' };
    });
    const workers = [
      async ({ redis }: WorkerContext) => {
        await redis.set('lock', 'w1');
        await redis.del('lock');
      },
      async ({ redis, sleep }: WorkerContext) => {
        for (let tries = 0; tries < 6; tries++) {
          if ((await redis.set('lock', 'w2', 'NX')) !== null) return;
          await sleep(100);
        }
        await redis.set('given up', 1);
      },
    ];
    const verdict = await explored({ workers, invariants: [patient] });
    expect(verdict).toMatchObject({ kind: 'breaks', invariant: 'nobody gives up' });
    const same = scenario({ name: 'polling', workers, invariants: [patient] });
    const replayed = await replay(same, verdict.record!, { session: environment });
    expect(replayed).toMatchObject({ same: 1, of: 1 });
  });

  test('and is found waiting for what never comes', async () => {
    const verdict = await explored({ workers: spins({ waits: true, releases: false }), workerCount: 2 });
    expect(verdict).toMatchObject({ kind: 'hangs', complete: false });
    expect(verdict.message).toBe(
      'every worker settles: expected every worker comes to an end, observed w2 goes round in SET lock w2 NX, ' +
        'timer 100 ms (50 times), and nothing that it looks at changes any more',
    );
    expect(verdict.record!.verdict.where).toEqual([
      expect.stringMatching(/polling\.test\.ts:\d+:\d+$/),
      expect.any(String),
    ]);
  });
});

describe('What goes on for ever hides nothing', () => {
  test('an interval is no reason to wait for who never comes', async () => {
    const workers = [
      async () => {
        setInterval(() => {}, 60_000);
        await settled;
      },
    ];
    expect(await explored({ workers })).toMatchObject({ kind: 'hangs' });
  });

  test.each([true, false])(
    'an error of another worker is found, commands that differ: %s',
    async (differ) => {
      const workers = [
        async ({ redis }: WorkerContext) => {
          setInterval(() => void (differ ? redis.incr('x') : redis.get('x')), 1000);
          await settled;
        },
        async () => {
          throw new Error('boom');
        },
      ];
      expect(await explored({ workers })).toMatchObject({ kind: 'breaks', invariant: 'no uncaught error' });
    },
  );

  test('an invariant that is broken for good is found', async () => {
    const workers = async ({ redis, critical }: WorkerContext): Promise<void> => {
      setInterval(() => void redis.incr('x'), 1000);
      await critical(() => redis.get('y'));
      await settled;
    };
    const cast = { workers, workerCount: 2, invariants: [mutualExclusion()], maxSteps: 40 };
    expect(await explored(cast, { runs: 50 })).toMatchObject({
      kind: 'breaks',
      invariant: 'mutual exclusion',
    });
  });
});

describe('Work in the background is over when the workers are', () => {
  test.each<[string, (context: WorkerContext) => void]>([
    [
      'that waits on the server with a limit',
      ({ connect }) => {
        const own = connect();
        void (async () => {
          for (;;) await own.brpop('jobs', 5);
        })();
      },
    ],
    [
      'that asks again and again',
      ({ connect }) => {
        const own = connect();
        void (async () => {
          for (;;) await own.get('jobs');
        })();
      },
    ],
    ['of an interval', ({ redis }) => void setInterval(() => void redis.get('jobs'), 1000)],
  ])('%s', async (_name, begin) => {
    const workers = [
      async (context: WorkerContext) => {
        begin(context);
        await context.redis.incr('c');
      },
      ({ redis }: WorkerContext) => redis.incr('c'),
    ];
    expect(await explored({ workers })).toMatchObject({ kind: 'holds', complete: true, capped: 0 });
  });
});

describe.each(['shim', 'ttl-shift'] as const)(
  'An expiry that somebody may hear of happens, clock %s',
  (clock) => {
    let own: Environment;
    let stop: () => Promise<void>;
    beforeAll(async () => {
      const server = await startServer({ clock });
      stop = () => server.stop();
      own = await Environment.open(server);
    });
    afterAll(async () => {
      own.close();
      await stop();
    });

    test.each([0, 1000])('and is told before a timer of %i ms', async (sleepMs) => {
      let heard = 0;
      const workers = [
        async ({ redis, connect, sleep }: WorkerContext) => {
          const listener = connect();
          const told = new Promise((resolve) => listener.on('message', (_channel, key) => resolve(key)));
          await listener.subscribe('__keyevent@0__:expired');
          await redis.set('k', 1, 'PX', 100);
          if (sleepMs > 0) await sleep(sleepMs);
          expect(await told).toBe('k');
          heard += 1;
        },
      ];
      const setup = async ({ redis }: { redis: WorkerContext['redis'] }): Promise<void> =>
        void (await redis.config('SET', 'notify-keyspace-events', 'Ex'));
      const verdict = await explored({ workers, setup, mayNotRace: true }, { session: own });
      expect(verdict).toMatchObject({ kind: 'holds', complete: true });
      expect(heard).toBeGreaterThan(0);
    });
  },
);
