import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type RedisServer } from '../server/index.js';
import { lines, race, runChoices } from '../../test/support/executions.js';
import type { ScenarioOptions, WorkerBody } from '../scenario/types.js';
import { Environment } from './host/environment.js';
import { execute } from './execution.js';
import type { Decision } from './steps/decision.js';
import { expiry, runDeviations, type Deviation } from './testing/deviations.js';

describe.each(['shim', 'ttl-shift'] as const)('the expiry of a key, clock %s', (clock) => {
  let server: RedisServer;
  let environment: Environment;
  beforeAll(async () => {
    server = await startServer({ clock });
    environment = await Environment.open(server);
  });
  afterAll(async () => {
    environment.close();
    await server.stop();
  });

  /** The expiries that were possible somewhere in an execution with just these choices. */
  async function offered(...args: Parameters<typeof race>): Promise<string[]> {
    const labels = new Set<string>();
    const choose = ({ moves }: Decision): number => {
      for (const { kind, label } of moves) if (kind === 'expiry') labels.add(label);
      return 0;
    };
    await execute(environment, race(...args), { chooser: { choose }, seed: 1 });
    return [...labels];
  }

  test('should be a step, in the middle of a sleep of its holder', async () => {
    const cast = race([
      async ({ redis, sleep }) => {
        await redis.set('lock', 'w1', 'PX', 100);
        await sleep(150);
      },
      async ({ redis }) => void (await redis.set('lock', 'w2', 'PX', 100, 'NX')),
    ]);
    const result = await runDeviations(environment, cast, [expiry]);
    expect(lines(result, { timed: true })).toEqual([
      'w1 0 ms SET lock w1 PX 100 -> "OK"',
      'w0 101 ms lock expires',
      'w2 101 ms SET lock w2 PX 100 NX -> "OK"',
      'w1 150 ms timer 150 ms',
    ]);
    // To let time pass while a worker could go on holds that worker up; unasked for, it does not happen.
    expect(result.preemptions).toBe(1);
    const calm = await runChoices(environment, cast);
    expect(lines(calm)).not.toContain('w0 lock expires');
  });

  test('should let timers that are due by then fire late', async () => {
    const cast = race([
      async ({ redis, sleep }) => {
        await redis.set('lock', 'w1', 'PX', 100);
        await sleep(150);
      },
      async ({ redis, sleep }) => {
        await sleep(80);
        await redis.set('lock', 'w2', 'NX');
      },
    ]);
    const result = await runDeviations(environment, cast, [expiry]);
    expect(lines(result, { timed: true })).toEqual([
      'w1 0 ms SET lock w1 PX 100 -> "OK"',
      'w0 101 ms lock expires',
      'w2 101 ms timer 80 ms',
      'w2 101 ms SET lock w2 NX -> "OK"',
      'w1 150 ms timer 150 ms',
    ]);
  });

  test.each<[string, string[], WorkerBody]>([
    ['a deadline', ['k expires'], ({ redis }) => redis.set('k', 1, 'PX', 100)],
    [
      'a deadline of a key that was there',
      ['k expires'],
      ({ redis }) => redis.multi().set('k', 1).pexpire('k', 100).exec(),
    ],
    ['a script', ['k expires'], ({ redis }) => redis.eval("return redis.call('SET', 'k', 1, 'PX', 100)", 0)],
    ['a transaction', ['k expires'], ({ redis }) => redis.multi().psetex('k', 100, 'v').exec()],
    [
      'several keys at once',
      ['a, b expire'],
      ({ redis }) => redis.multi().psetex('b', 100, 'v').psetex('a', 100, 'v').exec(),
    ],
    [
      'many keys at once',
      ['a, b, c and 2 more expire'],
      ({ redis }) => {
        const all = redis.multi();
        for (const name of ['e', 'd', 'c', 'b', 'a']) all.psetex(name, 100, 'v');
        return all.exec();
      },
    ],
    ['a new name', ['j expires'], ({ redis }) => redis.multi().psetex('k', 100, 'v').rename('k', 'j').exec()],
    ['no deadline', [], ({ redis }) => redis.set('k', 1)],
    ['a deadline behind the end of the sleep', [], ({ redis }) => redis.set('k', 1, 'PX', 200)],
    ['a command that failed', [], ({ redis }) => redis.call('SET', 'k', 1, 'PX', 'soon').catch(() => {})],
    [
      'a deadline that was taken back',
      [],
      ({ redis }) => redis.multi().psetex('k', 100, 'v').persist('k').exec(),
    ],
    ['a key that was deleted', [], ({ redis }) => redis.multi().psetex('k', 100, 'v').del('k').exec()],
    [
      'a key that was written anew',
      [],
      ({ redis }) => redis.multi().psetex('k', 100, 'v').set('k', 'w').exec(),
    ],
  ])('should be possible where there is one: %s', async (_what, labels, before) => {
    const sleeper: WorkerBody = async (context) => {
      await before(context);
      await context.sleep(150);
    };
    // Somebody else who is still there when the first one sleeps.
    expect(await offered([sleeper, ({ redis }) => redis.get('k')])).toEqual(labels);
  });

  test('should be possible for keys of the setup, and not once they are gone', async () => {
    const workers: WorkerBody[] = [
      async ({ sleep }) => sleep(150),
      async ({ redis }) => {
        await redis.get('k');
        await redis.del('k');
        await redis.get('k');
      },
    ];
    const cast = race(workers, { setup: ({ redis }) => redis.set('k', 1, 'PX', 100) });
    const seen: string[] = [];
    const choose = ({ moves }: Decision): number => {
      seen.push(moves.map(({ label }) => label).join(' | '));
      return moves.length === 2 && moves[0]!.kind === 'timer'
        ? 0
        : moves.findIndex(({ worker }) => worker === 2);
    };
    await execute(environment, cast, { chooser: { choose }, seed: 1 });
    expect(seen).toEqual([
      'GET k | timer 150 ms | k expires',
      'DEL k | timer 150 ms | k expires',
      'GET k | timer 150 ms',
    ]);
  });

  test('should be possible on the way to the end of a pause', async () => {
    const workers: WorkerBody[] = [
      async ({ redis }) => {
        await redis.set('lock', 'w1', 'PX', 100);
        await redis.get('lock');
      },
      async ({ redis }) => void (await redis.set('lock', 'w2', 'PX', 100, 'NX')),
    ];
    const faults: ScenarioOptions['faults'] = { kinds: [{ kind: 'worker-pause', durationMs: 200 }] };
    const pause: Deviation = ({ moves, faults: possible }) =>
      moves[0]!.command?.[0] === 'GET' ? -1 - possible.findIndex(({ at }) => at.worker === 1) : undefined;
    const result = await runDeviations(environment, race(workers, { faults }), [pause, expiry]);
    expect(lines(result, { timed: true }).slice(1)).toEqual([
      'w1 0 ms GET lock [worker-pause]',
      'w0 101 ms lock expires',
      'w2 101 ms SET lock w2 PX 100 NX -> "OK"',
      'w1 200 ms goes on after 200 ms',
      'w1 200 ms GET lock -> "w2"',
    ]);
  });
});

test('should be possible in another database, by its name', async () => {
  const server = await startServer({ clock: 'shim' });
  const environment = await Environment.open(server);
  try {
    const cast = race([
      async ({ redis, sleep }) => {
        await redis.select(3);
        await redis.set('lock', 'w1', 'PX', 100);
        await redis.eval("return redis.call('SET', 'other', 1, 'PX', 120)", 0);
        await sleep(150);
      },
      async ({ redis, sleep }) => {
        await sleep(90);
        await redis.get('lock');
      },
    ]);
    const result = await runDeviations(environment, cast, [expiry, expiry]);
    expect(lines(result).filter((line) => line.startsWith('w0'))).toEqual([
      'w0 lock of database 3 expires',
      'w0 other of database 3 expires',
    ]);
  } finally {
    environment.close();
    await server.stop();
  }
});
