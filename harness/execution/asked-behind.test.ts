import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { race } from '../../test/support/executions.js';
import { Prng } from '../base/prng.js';
import type { WorkerBody } from '../scenario/types.js';
import { Deadlines } from '../server-clock/deadlines.js';
import { startServer, type RedisServer } from '../server/index.js';
import { Environment } from './host/environment.js';
import { execute } from './execution.js';

const SCRIPT = "redis.call('SET', ARGV[1], 'x', 'PX', ARGV[2]) return redis.call('DEL', KEYS[1])";
type Command = readonly [string, ...(string | number)[]];

/** What may change deadlines in every way there is: stated, handed on, taken away, by scripts, in transactions, elsewhere. */
const COMMANDS: readonly ((key: string, other: string, ms: number) => readonly Command[])[] = [
  (key, _other, ms) => [['SET', key, 'v', 'PX', ms]],
  (key, _other, ms) => [['SET', key, 'v', 'PX', ms, 'NX']],
  (key) => [['SET', key, 'v']],
  (key) => [['SET', key, 'v', 'KEEPTTL']],
  (key) => [['GET', key]],
  (key) => [['DEL', key]],
  (key) => [['PERSIST', key]],
  (key, _other, ms) => [['PEXPIRE', key, ms, 'NX']],
  (key, other) => [['RENAME', key, other]],
  (key, other) => [['COPY', key, other, 'REPLACE']],
  (key, _other, ms) => [['EVAL', SCRIPT, 1, key, `${key}:undeclared`, ms]],
  (key, other, ms) => [['MULTI'], ['SET', key, 'v', 'PX', ms], ['DEL', other], ['EXEC']],
  (key, _other, ms) => [['MULTI'], ['SET', key, 'v', 'PX', ms], ['DISCARD']],
  (key, _other, ms) => [['WATCH', key], ['MULTI'], ['PEXPIRE', key, ms], ['EXEC']],
  (key, _other, ms) => [
    ['SELECT', 1],
    ['SET', key, 'v', 'PX', ms],
    ['SELECT', 0],
  ],
  (key) => [['HSET', key, 'field', '1']],
  () => [['FLUSHALL']],
  () => [['PEXPIRE']],
];

describe('what the lab asks behind the commands of workers', () => {
  let server: RedisServer;
  let environment: Environment;
  beforeAll(async () => {
    server = await startServer({ clock: 'shim' });
    environment = await Environment.open(server);
  });
  afterAll(async () => {
    environment.close();
    await server.stop();
  });

  /** How often the server read from a connection. */
  async function reads(): Promise<number> {
    return Number(/total_reads_processed:(\d+)/.exec(await environment.inspector.info('stats'))![1]);
  }

  test('is what the server says when it is asked apart, whatever the commands', async () => {
    let compared = 0;
    let found = 0;
    for (let seed = 1; seed <= 25; seed++) {
      const { serverClock, control, deadlines, time } = environment;
      const onStep = async (): Promise<void> => {
        await deadlines.renew();
        const asked = new Deadlines(control, serverClock);
        asked.forget();
        await asked.renew();
        const next = deadlines.after(time.wallMs);
        expect(next).toEqual(asked.after(time.wallMs));
        compared += 1;
        if (next !== undefined) found += 1;
      };
      const workers = [1, 2].map((worker) => generated(new Prng(seed, worker)));
      const random = new Prng(seed, 3);
      await execute(environment, race(workers, { workersMayFail: true, maxSteps: 200 }), {
        chooser: { choose: ({ moves }) => random.below(moves.length) },
        seed,
        onStep,
      });
    }
    expect(compared).toBeGreaterThan(300);
    expect(found).toBeGreaterThan(100);
  });

  test('costs no round trip: the server reads once for each command of a worker', async () => {
    const steps = 6;
    const body: WorkerBody = async ({ redis, sleep }) => {
      await redis.set('lease', '1', 'PX', 1000);
      await sleep(10);
      await redis.eval(SCRIPT, 1, 'lease', 'other', 1000);
      await redis.set('lease', '2', 'PX', 1000);
      await redis.del('lease');
      await sleep(10);
      await redis.get('other');
      await sleep(10);
      await redis.pexpire('other', 500);
    };
    const sleeper: WorkerBody = ({ sleep }) => sleep(100);
    const run = async (): Promise<void> => {
      const { steps: performed } = await execute(environment, race([body, sleeper]), {
        chooser: { choose: () => 0 },
        seed: 1,
      });
      expect(performed.filter(({ kind }) => kind === 'command')).toHaveLength(steps);
    };
    // The first ones open connections, and show which keys have deadlines.
    for (let warm = 0; warm < 3; warm++) await run();
    const before = await reads();
    await run();
    // One more is the question how many there are.
    expect((await reads()) - before - 1).toBe(steps);
  });
});

/** A worker that sends commands at random, and sleeps in between: somebody waits for time to pass. */
function generated(random: Prng): WorkerBody {
  const sent = Array.from({ length: 4 }, () => {
    const [key, other] = random.below(2) === 0 ? ['a', 'b'] : ['b', 'a'];
    return COMMANDS[random.below(COMMANDS.length)]!(key, other, 20 + 10 * random.below(9));
  });
  return async ({ redis, sleep }) => {
    for (const commands of sent) {
      for (const [name, ...args] of commands) await redis.call(name, ...args).catch(() => {});
      await sleep(15);
    }
  };
}
