import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../execution/host/environment.js';
import { execute } from '../execution/execution.js';
import { scenario } from '../scenario/scenario.js';
import type { ScenarioOptions, WorkerContext } from '../scenario/types.js';
import { faultSpec } from '../faults/spec.js';
import { startServer } from '../server/index.js';
import { EPOCH_MS } from '../clock/virtual-time.js';
import type { RedisServer, ServerClockMode } from '../server/types.js';

const calm = { choose: () => 0 };

/** The frozen clock is not everywhere; what it gives must be the same as what shifting gives. */
describe.each<ServerClockMode>(['shim', 'ttl-shift'])('the server clock by %s', (clock) => {
  let server: RedisServer | undefined;
  let environment: Environment;

  beforeAll(async () => {
    server = await startServer({ clock }).catch((error: Error & { code?: string }) => {
      if (error.code === 'no-clock' || error.code === 'start-failed') return undefined;
      throw error;
    });
    if (server !== undefined) environment = await Environment.open(server);
  });
  afterAll(async () => {
    environment?.close();
    await server?.stop();
  });

  /** Runs one worker and gives what it collected. */
  async function collect(
    body: (context: WorkerContext) => Promise<unknown[]>,
    extra: Partial<ScenarioOptions> = {},
  ): Promise<unknown[]> {
    let collected: unknown[] = [];
    const cast = scenario({
      name: 'clock',
      workerCount: 1,
      invariants: [],
      workers: async (context) => {
        collected = await body(context);
      },
      ...extra,
    });
    const result = await execute(environment, cast, { chooser: calm, seed: 1 });
    expect(result.finding).toBeUndefined();
    return collected;
  }

  const setters: [string, (redis: WorkerContext['redis']) => Promise<unknown>][] = [
    ['SET PX', (redis) => redis.set('k', 'v', 'PX', 2000)],
    ['SET EX', (redis) => redis.set('k', 'v', 'EX', 2)],
    ['PSETEX', (redis) => redis.psetex('k', 2000, 'v')],
    ['SETEX', (redis) => redis.setex('k', 2, 'v')],
    ['PEXPIRE', async (redis) => [await redis.set('k', 'v'), await redis.pexpire('k', 2000)]],
    ['EXPIRE', async (redis) => [await redis.set('k', 'v'), await redis.expire('k', 2)]],
    ['a script', (redis) => redis.eval("redis.call('SET', KEYS[1], 'v', 'PX', ARGV[1])", 1, 'k', 2000)],
    ['a transaction', (redis) => redis.multi().set('k', 'v').pexpire('k', 2000).exec()],
  ];

  test.each(setters)('should keep a key until its deadline and not 1 ms longer (%s)', async (_name, set) => {
    if (server === undefined) return;
    const seen = await collect(async ({ redis, sleep }) => {
      await set(redis);
      await sleep(1999);
      const early = await redis.get('k');
      await sleep(1);
      const due = await redis.get('k');
      await sleep(1);
      return [early, due, await redis.get('k')];
    });
    expect(seen).toEqual(['v', 'v', null]);
  });

  test('should show the time that is left', async () => {
    if (server === undefined) return;
    const [left] = await collect(async ({ redis, sleep }) => {
      await redis.set('k', 'v', 'PX', 5000);
      await sleep(1500);
      return [await redis.pttl('k')];
    });
    expect(Number(left)).toBeGreaterThanOrEqual(clock === 'shim' ? 3500 : 3498);
    expect(Number(left)).toBeLessThanOrEqual(3500);
  });

  test('should let real time expire nothing', async () => {
    if (server === undefined) return;
    const cast = scenario({
      name: 'real time',
      workerCount: 1,
      invariants: [],
      workers: async ({ redis, step }) => {
        await redis.set('k', 'v', 'PX', 100);
        await step('pause');
        expect(await redis.get('k')).toBe('v');
      },
    });
    let paused = false;
    // A fault that may happen makes the lab ask the chooser, which is where real time passes.
    const result = await execute(
      environment,
      { ...cast, faults: { specs: [faultSpec('worker-crash')], budget: 1 } },
      {
        seed: 1,
        chooser: {
          choose: ({ moves }) => {
            if (moves[0]!.kind === 'step') {
              paused = true;
              Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
            }
            return 0;
          },
        },
      },
    );
    expect(paused).toBe(true);
    expect(result.finding).toBeUndefined();
  });

  test('should stand still while a worker really waits, for keys and for commands that wait', async () => {
    if (server === undefined) return;
    const seen: unknown[] = [];
    const cast = scenario({
      name: 'a real wait',
      invariants: [],
      workers: [
        async ({ redis }) => seen.push(await redis.blpop('q', 1)),
        async ({ redis }) => {
          await redis.set('k', 'v', 'PX', 500);
          seen.push(await redis.pttl('k'));
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1200);
          seen.push(await redis.pttl('k'));
          await redis.rpush('q', 'x');
        },
      ],
    });
    const { finding } = await execute(environment, cast, { seed: 1, chooser: calm });
    expect(finding).toBeUndefined();
    expect(seen).toEqual([500, 500, ['q', 'x']]);
  });

  test('should be what TIME says in a script', async () => {
    if (server === undefined || clock !== 'shim') return;
    const time = "local now = redis.call('TIME') return now[1] * 1000 + now[2] / 1000";
    const seen = await collect(async ({ redis, sleep }) => {
      const first = await redis.eval(time, 0);
      await sleep(1500);
      return [first, await redis.eval(time, 0), Date.now()];
    });
    expect(seen).toEqual([EPOCH_MS, EPOCH_MS + 1500, EPOCH_MS + 1500]);
  });

  test('should take deadlines from the setup, and start each execution at the same time', async () => {
    if (server === undefined) return;
    const setup: ScenarioOptions['setup'] = ({ redis }) => redis.set('s', 'v', 'PX', 3000);
    for (let run = 0; run < 2; run++) {
      const seen = await collect(
        async ({ redis, sleep }) => {
          await sleep(2900);
          const early = await redis.get('s');
          await sleep(200);
          return [early, await redis.get('s')];
        },
        { setup },
      );
      expect(seen).toEqual(['v', null]);
    }
  });
});
