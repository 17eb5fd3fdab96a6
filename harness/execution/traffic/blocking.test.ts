import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lines as linesOf } from '../../../test/support/executions.js';
import { EPOCH_MS } from '../../clock/virtual-time.js';
import { scenario } from '../../scenario/scenario.js';
import type { ScenarioOptions, WorkerBody } from '../../scenario/types.js';
import { startServer } from '../../server/index.js';
import type { RedisServer } from '../../server/types.js';
import { decodeReply } from '../../wire/resp.js';
import { Environment } from '../host/environment.js';
import { anyFault, faultAt, moveOf, runDeviations, type Deviation } from '../testing/deviations.js';
import type { ExecutionResult } from '../execution.js';

/** `w1 0 ms GET k -> "1"`, a line a step. */
function lines(result: ExecutionResult): string[] {
  return linesOf(result, { timed: true });
}

describe.each(['auto', 'ttl-shift'] as const)('a command that waits on the server, clock %s', (clock) => {
  let server: RedisServer;
  let environment: Environment;
  beforeAll(async () => {
    server = await startServer({ redis: 'process', clock });
    environment = await Environment.open(server);
  });
  afterAll(async () => {
    environment.close();
    await server.stop();
  });

  function run(
    workers: WorkerBody[],
    deviations: Deviation[] = [],
    extra: Partial<ScenarioOptions> = {},
  ): Promise<ExecutionResult> {
    const blocking = scenario({ name: 'blocking', invariants: [], workers, ...extra });
    return runDeviations(environment, blocking, deviations);
  }

  test('should be issued, and answered when another worker brings what it waits for', async () => {
    const pop: WorkerBody = ({ redis }) => redis.blpop('q', 0);
    const push: WorkerBody = ({ redis }) => redis.rpush('q', 'job');
    expect(lines(await run([pop, push]))).toEqual([
      'w1 0 ms BLPOP q 0',
      'w2 0 ms RPUSH q job -> 1',
      'w1 0 ms reply to BLPOP q 0 arrives -> ["q","job"]',
    ]);
    expect(lines(await run([pop, push], [moveOf('w2.1')]))).toEqual([
      'w2 0 ms RPUSH q job -> 1',
      'w1 0 ms BLPOP q 0 -> ["q","job"]',
    ]);
  });

  test('should hear that its time is over 1 ms after it, in virtual time', async () => {
    const seen: unknown[] = [];
    const pop: WorkerBody = async ({ redis }) => {
      seen.push(await redis.blpop('q', 1.5), Date.now() - EPOCH_MS);
    };
    expect(lines(await run([pop]))).toEqual([
      'w1 0 ms BLPOP q 1.5',
      'w1 1501 ms BLPOP waited for 1500 ms',
      'w1 1501 ms reply to BLPOP q 1.5 arrives -> null',
    ]);
    expect(seen).toEqual([null, 1501]);
  });

  test('should not time out at its deadline, and do so when another worker lets time pass', async () => {
    const pop: WorkerBody = ({ redis }) => redis.blpop('q', 1);
    const sleeper: WorkerBody = async ({ redis, sleep }) => {
      await sleep(1000);
      await redis.get('k');
      await sleep(1);
    };
    expect(
      lines(await run([pop, sleeper], [moveOf('w1.1'), moveOf('w2.timer1'), moveOf('w2.timer2')])),
    ).toEqual([
      'w1 0 ms BLPOP q 1',
      'w2 1000 ms timer 1000 ms',
      'w2 1000 ms GET k -> null',
      'w2 1001 ms timer 1 ms',
      'w1 1001 ms reply to BLPOP q 1 arrives -> null',
    ]);
  });

  test('should serve two that wait for one list in the order in which they came', async () => {
    const pop: WorkerBody = ({ redis }) => redis.brpop('q', 0);
    const push: WorkerBody = async ({ redis }) => {
      await redis.rpush('q', 'first');
      await redis.rpush('q', 'second');
    };
    const answers = (result: ExecutionResult): string[] =>
      lines(result).filter((line) => /arrives/.test(line));
    expect(answers(await run([pop, pop, push]))).toEqual([
      'w1 0 ms reply to BRPOP q 0 arrives -> ["q","first"]',
      'w2 0 ms reply to BRPOP q 0 arrives -> ["q","second"]',
    ]);
    expect(answers(await run([pop, pop, push], [moveOf('w2.1')])).sort()).toEqual([
      'w1 0 ms reply to BRPOP q 0 arrives -> ["q","second"]',
      'w2 0 ms reply to BRPOP q 0 arrives -> ["q","first"]',
    ]);
  });

  const kinds: [string, WorkerBody, WorkerBody, unknown][] = [
    [
      'BLMOVE',
      ({ redis }) => redis.blmove('q', 'r', 'LEFT', 'LEFT', 0),
      ({ redis }) => redis.rpush('q', 'a'),
      'a',
    ],
    ['BRPOPLPUSH', ({ redis }) => redis.brpoplpush('q', 'r', 0), ({ redis }) => redis.rpush('q', 'a'), 'a'],
    [
      'BLMPOP',
      ({ redis }) => redis.blmpop(0, 1, 'q', 'LEFT'),
      ({ redis }) => redis.rpush('q', 'a'),
      ['q', ['a']],
    ],
    [
      'BZPOPMIN',
      ({ redis }) => redis.bzpopmin('z', 0),
      ({ redis }) => redis.zadd('z', 1, 'a'),
      ['z', 'a', 1],
    ],
    [
      'BZPOPMAX',
      ({ redis }) => redis.bzpopmax('z', 0),
      ({ redis }) => redis.zadd('z', 1, 'a'),
      ['z', 'a', 1],
    ],
    [
      'BZMPOP',
      ({ redis }) => redis.bzmpop(0, 1, 'z', 'MIN'),
      ({ redis }) => redis.zadd('z', 1, 'a'),
      ['z', [['a', 1]]],
    ],
    [
      'XREAD',
      ({ redis }) => redis.xread('BLOCK', 0, 'STREAMS', 's', '$'),
      ({ redis }) => redis.xadd('s', '1-1', 'f', 'v'),
      { map: ['s', [['1-1', ['f', 'v']]]] },
    ],
    [
      'XREADGROUP',
      ({ redis }) => redis.xreadgroup('GROUP', 'g', 'c', 'BLOCK', 0, 'STREAMS', 's', '>'),
      ({ redis }) => redis.xadd('s', '1-1', 'f', 'v'),
      { map: ['s', [['1-1', ['f', 'v']]]] },
    ],
  ];
  test.each(kinds)('%s', async (name, wait, bring, reply) => {
    const setup: ScenarioOptions['setup'] = ({ redis }) => redis.xgroup('CREATE', 's', 'g', '$', 'MKSTREAM');
    const { steps } = await run([wait, bring], [], { setup });
    expect(steps.map(({ kind }) => kind)).toEqual(['command', 'command', 'event']);
    expect(steps[0]!.notes).toEqual(['waits on the server']);
    expect(steps[2]!.text).toContain(`reply to ${name} `);
    expect(decodeReply(steps[2]!.reply!)).toEqual(reply);
  });

  test('WAIT for replicas that do not exist ends when its time is over', async () => {
    const body: WorkerBody = async ({ redis }) => {
      await redis.set('k', 'v');
      await redis.wait(1, 200);
    };
    expect(lines(await run([body])).slice(1)).toEqual([
      'w1 0 ms WAIT 1 200',
      'w1 201 ms WAIT waited for 200 ms',
      'w1 201 ms reply to WAIT 1 200 arrives -> 0',
    ]);
  });

  test('should not wait inside of a transaction', async () => {
    const body: WorkerBody = ({ redis }) => redis.multi().blpop('q', 0).set('k', 'v').exec();
    expect(lines(await run([body])).at(-1)).toBe('w1 0 ms EXEC -> [null,"OK"]');
  });

  test('on a shared connection should hold up everybody else there', async () => {
    const pop: WorkerBody = ({ redis }) => redis.blpop('q', 2);
    const other: WorkerBody = ({ redis }) => redis.set('k', 'v');
    expect(lines(await run([pop, other], [], { sharedClient: true }))).toEqual([
      'w1 0 ms BLPOP q 2',
      'w1 2001 ms BLPOP waited for 2000 ms',
      'w1 2001 ms reply to BLPOP q 2 arrives -> null',
      'w2 2001 ms SET k v -> "OK"',
    ]);
  });

  test('for ever should be a hang that names the command', async () => {
    const pop: WorkerBody = ({ redis }) => redis.blpop('q', 0);
    const { finding } = await run([pop, ({ redis }) => redis.rpush('other', 'x')]);
    expect(finding).toMatchObject({
      kind: 'hangs',
      observed: 'w1 waits for the reply of BLPOP q 0 (step 1), blocked on the server',
    });
    // Nothing of it is left: what comes next in the same list is for the next execution.
    const push: WorkerBody = async ({ redis }) => {
      await redis.rpush('q', 'x');
      expect(await redis.llen('q')).toBe(1);
    };
    expect((await run([push])).finding).toBeUndefined();
  });

  test('should not take anything for a worker that has crashed', async () => {
    const pop: WorkerBody = async ({ redis, step }) => {
      const popped = redis.blpop('q', 0);
      await step('meanwhile');
      await popped;
    };
    const push: WorkerBody = ({ redis }) => redis.rpush('q', 'job');
    const faults = { kinds: ['worker-crash'] } as const;
    const result = await run([pop, push], [moveOf('w1.1'), faultAt('w1.step1')], { faults });
    expect(lines(result)).toEqual([
      'w1 0 ms BLPOP q 0',
      'w1 0 ms meanwhile [worker-crash]',
      'w2 0 ms RPUSH q job -> 1',
    ]);
    expect(await environment.inspector.llen('q')).toBe(1);
  });

  test('should not take anything for a client whose connection is gone', async () => {
    const pop: WorkerBody = async ({ redis, sleep }) => {
      await Promise.race([redis.blpop('q', 0).catch(() => 'lost'), sleep(50)]);
    };
    const push: WorkerBody = async ({ redis }) => {
      await redis.rpush('q', 'job');
      await redis.set('left', await redis.llen('q'));
    };
    const dropped = anyFault(({ at }) => at.kind === 'connection' && at.worker === 1);
    const client = { retryStrategy: () => null } as const;
    const faults = { kinds: ['connection-drop'] } as const;
    for (let times = 0; times < 10; times++) {
      await run([pop, push], [moveOf('w1.1'), dropped], { faults, client });
      expect(await environment.inspector.get('left')).toBe('1');
    }
  });
});
