import { readFile } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noLostUpdate } from '../check/invariants.js';
import type { Scenario, WorkerBody } from '../scenario/types.js';
import { lines, race, runChoices } from '../../test/support/executions.js';
import { sharedServer, startServer } from '../server/index.js';
import { decodeReply } from '../wire/resp.js';
import { Environment } from './host/environment.js';
import { execute, type ExecutionResult } from './execution.js';
import { UNCAUGHT } from './judge/built-in.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

function run(cast: Scenario, choices: readonly number[] = [], traced = false): Promise<ExecutionResult> {
  return runChoices(environment, cast, choices, traced);
}

describe('one execution', () => {
  const add: WorkerBody = async ({ redis }) => {
    const count = Number(await redis.get('c'));
    await redis.set('c', String(count + 1));
  };

  test('should do the same on the same choices, with new clients and with used ones', async () => {
    const cast = race(add, { workerCount: 3, faults: { kinds: ['reset-after-apply'] } });
    const fresh = lines(await run(cast, [0, 1, 1]));
    const used = lines(await run(cast, [0, 1, 1]));
    await run(cast, [-1]);
    await run(cast, [0, 1, -1]);
    const mixed = lines(await run(cast, [0, 1, 1]));
    expect(used).toEqual(fresh);
    expect(mixed).toEqual(fresh);
    const broken = lines(await run(cast, [0, -1]));
    expect(lines(await run(cast, [0, -1]))).toEqual(broken);
  });

  test('should ask only where there is more than one possibility', async () => {
    const result = await run(race(add, { workerCount: 2 }), [0, 1]);
    expect(lines(result)).toEqual([
      'w1 GET c -> null',
      'w2 GET c -> null',
      'w2 SET c 1 -> "OK"',
      'w1 SET c 1 -> "OK"',
    ]);
    expect(result.choices.map(({ choice, moves, free }) => [choice, moves, free])).toEqual([
      [0, 2, 2],
      [1, 2, 1],
      [0, 2, 1],
    ]);
    expect(result.preemptions).toBe(1);
  });

  test('should gate pipelines and transactions frame by frame', async () => {
    const pipeline: WorkerBody = ({ redis }) => redis.pipeline().set('a', 1).incr('a').exec();
    const multi: WorkerBody = ({ redis }) => redis.multi().set('b', 1).get('a').exec();
    const result = await run(race([pipeline, multi]), [0, 1, 1, 1, 1, 1]);
    expect(lines(result)).toEqual([
      'w1 SET a 1 -> "OK"',
      'w2 MULTI -> "OK"',
      'w1 INCR a -> 2',
      'w2 SET b 1 -> "QUEUED"',
      'w2 GET a -> "QUEUED"',
      'w2 EXEC -> ["OK","2"]',
    ]);
  });

  test('should switch between workers that share one client, and know whose command is whose', async () => {
    const result = await run(race(add, { workerCount: 2, sharedClient: true }), [0, 1]);
    expect(lines(result)).toEqual([
      'w1 GET c -> null',
      'w2 GET c -> null',
      'w2 SET c 1 -> "OK"',
      'w1 SET c 1 -> "OK"',
    ]);
  });

  test('should keep a pipeline on a shared client together', async () => {
    const body: WorkerBody = ({ redis, id }) => redis.pipeline().rpush('l', id).rpush('l', id).exec();
    const result = await run(race(body, { workerCount: 2, sharedClient: true }), [1]);
    expect(lines(result).map((line) => line.split(' ->')[0])).toEqual([
      'w2 RPUSH l 2',
      'w2 RPUSH l 2',
      'w1 RPUSH l 1',
      'w1 RPUSH l 1',
    ]);
  });

  test('should leave nothing of an execution to the next', async () => {
    const body: WorkerBody = async ({ redis }) => {
      await redis.watch('k');
      await redis.select(3);
      await redis.eval("return redis.call('SET', KEYS[1], 1)", 1, 'k');
      return redis.script('LOAD', 'return 1');
    };
    const check: WorkerBody = async ({ redis }) => {
      expect(await redis.exists('k')).toBe(0);
      expect(await redis.script('EXISTS', 'e0e1f9fabfc9d4800c877a703b823ac0578ff8db')).toEqual([0]);
      expect(await redis.client('INFO')).toContain(' db=0 ');
    };
    await run(race(body));
    expect((await run(race(check))).uncaught).toEqual([]);
  });

  test('should give workers more connections, and clients that they construct themselves', async () => {
    const result = await run(
      race(async ({ connect, clientOptions }) => {
        const second = connect({ db: 1 });
        await second.set('k', 'one');
        const own = new Redis({ ...clientOptions, db: 1 });
        const value = await own.get('k');
        expect(value).toBe('one');
        await own.incr('n');
      }),
    );
    expect(result.uncaught).toEqual([]);
    expect(lines(result)).toEqual(['w1 SET k one -> "OK"', 'w1 GET k -> "one"', 'w1 INCR n -> 1']);
    expect(new Set(result.steps.map(({ id }) => id)).size).toBe(3);
  });

  test('should treat step() and sleep() as steps, and time as theirs', async () => {
    const result = await run(
      race(async ({ step, sleep, redis }) => {
        const start = Date.now();
        await step('think');
        await sleep(40);
        await redis.set('took', Date.now() - start);
      }),
    );
    expect(lines(result)).toEqual(['w1 think', 'w1 timer 40 ms', 'w1 SET took 40 -> "OK"']);
    expect(result.steps.map(({ id }) => id)).toEqual(['w1.step1', 'w1.timer1', 'w1.1']);
  });

  test('should perform commands that nobody waits for', async () => {
    const result = await run(
      race(async ({ redis }) => {
        void redis.set('a', 1);
        void redis.set('b', 2);
      }),
    );
    expect(lines(result)).toEqual(['w1 SET a 1 -> "OK"', 'w1 SET b 2 -> "OK"']);
  });

  test('should show values around a step and the line of the worker, when traced', async () => {
    const result = await run(race(add), [], true);
    expect(result.steps[1]!.values).toEqual([{ key: 'c', before: null, after: '1' }]);
    expect(result.steps[1]!.source).toMatch(/^harness\/execution\/execution\.test\.ts:\d+:\d+$/);
  });

  test.each([1, 50])('should manage %i workers', async (count) => {
    const result = await run(race(({ redis }) => redis.incr('c'), { workerCount: count }));
    expect(result.steps).toHaveLength(count);
    expect(decodeReply(result.steps.at(-1)!.reply!)).toBe(count);
  });

  test('should let a worker wait for another one', async () => {
    let open = (): void => {};
    const gate = { promise: Promise.resolve() };
    const cast = race(
      [
        async ({ redis }) => {
          await gate.promise;
          await redis.set('second', 1);
        },
        async ({ redis }) => {
          await redis.set('first', 1);
          open();
        },
      ],
      {
        setup: async () => {
          gate.promise = new Promise((resolve) => (open = resolve));
        },
      },
    );
    expect(lines(await run(cast))).toEqual(['w2 SET first 1 -> "OK"', 'w1 SET second 1 -> "OK"']);
  });
});

describe('findings', () => {
  test('should name a worker that throws, in whatever way', async () => {
    const bodies: [string, WorkerBody][] = [
      [
        'w1 ended with TypeError: sync',
        () => {
          throw new TypeError('sync');
        },
      ],
      ['w1 ended with Error: async', async () => Promise.reject(new Error('async'))],
      [
        'w1 left a rejection unhandled: Error: lost',
        async ({ redis }) => {
          void Promise.reject(new Error('lost'));
          await redis.ping();
        },
      ],
      [
        'w1 threw outside of any handler: Error: timer',
        async ({ sleep }) => {
          setTimeout(() => {
            throw new Error('timer');
          }, 5);
          await sleep(10);
        },
      ],
      [
        'w1 threw outside of any handler: Error: tick',
        async ({ redis }) => {
          process.nextTick(() => {
            throw new Error('tick');
          });
          await redis.ping();
        },
      ],
    ];
    for (const [observed, body] of bodies) {
      const { finding } = await run(race(body));
      expect(finding).toMatchObject({ kind: 'breaks', id: UNCAUGHT, observed });
    }
  });

  test('should let workers fail where the scenario says so', async () => {
    const { finding } = await run(
      race(async () => Promise.reject(new Error('expected')), { workersMayFail: true }),
    );
    expect(finding).toBeUndefined();
  });

  test('should say who waits for what when a worker never ends', async () => {
    const forever: WorkerBody = () => new Promise(() => {});
    expect((await run(race([forever, ({ redis }) => redis.ping()]))).finding).toMatchObject({
      kind: 'hangs',
      observed: 'w1 waits for another worker or a promise that nobody settles, from its start',
    });
    const cast = race(({ redis }) => redis.get('k'), { faults: { kinds: ['black-hole-request'] } });
    expect((await run(cast, [-1])).finding).toMatchObject({
      kind: 'hangs',
      observed: 'w1 waits for the reply of GET (step 1)',
    });
  });

  test('should report expected and observed of an invariant, and of a failed assertion', async () => {
    const lost = race(({ operation }) => operation('increment', async () => {}), {
      invariants: [noLostUpdate({ key: 'c' })],
    });
    expect((await run(lost)).finding).toEqual({
      kind: 'breaks',
      id: 'no lost update',
      expected: 'c = 1',
      observed: 'c = 0',
    });
    const asserted = race(({ redis }) => redis.set('c', 1), {
      invariants: [{ id: 'two', check: async ({ redis }) => expect(await redis.get('c')).toBe('2') }],
    });
    expect((await run(asserted)).finding).toMatchObject({ id: 'two', expected: '2', observed: '1' });
  });

  test('should give up a loop that never ends, and name it', async () => {
    const spin: WorkerBody = async ({ redis, sleep }) => {
      while ((await redis.get('never')) === null) await sleep(10);
    };
    const { capped, finding, steps } = await run(race(spin, { maxSteps: 30 }));
    expect(capped).toBeUndefined();
    expect(finding).toMatchObject({
      kind: 'hangs',
      id: 'every worker settles',
      observed:
        'w1 goes round in GET never, timer 10 ms (50 times), and nothing that it looks at changes any more',
    });
    // What only repeats what is there already is left out.
    expect(steps.length).toBeLessThanOrEqual(30);
  });

  test('should give up what never ends and changes all the time, and name it', async () => {
    const count: WorkerBody = async ({ redis, sleep }) => {
      for (;;) {
        await redis.incr('c');
        await sleep(10);
      }
    };
    const { capped, finding } = await run(race(count, { maxSteps: 30 }));
    expect(finding).toBeUndefined();
    expect(capped).toBe(
      '30 steps without an end; w1 repeats INCR c, timer 10 ms (15 times). Bound the retries, or raise maxSteps',
    );
  });

  test('should keep zombies of an earlier execution from touching a later one', async () => {
    let wake = (): void => {};
    const sleeping: WorkerBody = async ({ redis }) => {
      await new Promise<void>((resolve) => (wake = resolve));
      await redis.set('zombie', 1);
    };
    expect((await run(race(sleeping))).finding?.kind).toBe('hangs');
    const later: WorkerBody = async ({ redis, step }) => {
      wake();
      await step('let it run');
      expect(await redis.get('zombie')).toBeNull();
    };
    const result = await run(race(later));
    expect(result.uncaught).toEqual([]);
    expect(lines(result)).toEqual(['w1 let it run', 'w1 GET zombie -> null']);
  });
});

describe('what the lab does not control', () => {
  test('should wait for I/O that ends', async () => {
    const result = await run(
      race(async ({ redis }) => redis.set('length', (await readFile('package.json')).length)),
    );
    expect(result.steps).toHaveLength(1);
  });

  test('should name a worker that waits for I/O that does not end', async () => {
    const silent = createServer().listen(0);
    const { port } = silent.address() as { port: number };
    const body: WorkerBody = async ({ redis }) => {
      await redis.ping();
      await new Promise((resolve) => createConnection(port).on('data', resolve));
    };
    await expect(run(race(body))).rejects.toThrow(
      /^w1 waits for something that the lab does not control \(TCP\w+\), after PING, for 2000 ms/,
    );
    silent.close();
  });

  test('should refuse MONITOR, and subscriptions inside of a transaction, by name', async () => {
    await expect(run(race(({ redis }) => redis.monitor()))).rejects.toThrow('w1 sent MONITOR');
    const inside: WorkerBody = ({ redis }) => redis.multi().subscribe('c').exec();
    await expect(run(race(inside))).rejects.toThrow('w1 sent SUBSCRIBE inside of a transaction');
  });

  test('should pass on what setup throws', async () => {
    await expect(
      run(race(({ redis }) => redis.ping(), { setup: () => Promise.reject(new Error('no data')) })),
    ).rejects.toThrow('no data');
    expect((await run(race(({ redis }) => redis.ping()))).finding).toBeUndefined();
  });

  test('should say so when Redis is killed', async () => {
    const server = await startServer({ redis: 'process' });
    const other = await Environment.open(server);
    const cast = race(
      async ({ redis, step }) => {
        await redis.set('k', 1);
        await step('kill');
        await redis.get('k');
      },
      { faults: { kinds: ['worker-crash'] } },
    );
    const killing = execute(other, cast, {
      seed: 1,
      chooser: {
        choose: ({ moves }) => {
          if (moves[0]!.kind === 'step') process.kill(server.pid!, 'SIGKILL');
          return 0;
        },
      },
    });
    await expect(killing).rejects.toThrow(/lost Redis/);
    other.close();
    await server.stop();
  });
});
