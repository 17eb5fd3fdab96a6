/** Replies that are not what the server sent. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scenario } from '../../scenario/scenario.js';
import type { WorkerBody } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { USUAL_FAULTS } from '../../faults/catalogue.js';
import { Environment } from '../host/environment.js';
import { UNCAUGHT } from '../judge/built-in.js';
import { fault } from '../testing/deviations.js';
import { outcome, play } from '../testing/play.js';
import { CLIENTS, probe } from '../testing/probe.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

const stored = (key: string): Promise<string | null> => environment.inspector.get(key);

describe('an error that the server never sent', () => {
  test('should answer as many commands as wanted, by whatever connection, and none of them runs', async () => {
    const seen: unknown[] = [];
    const worker: WorkerBody = async ({ redis }) => {
      for (let n = 0; n < 4; n++) seen.push(await redis.incr('x').catch(({ message }: Error) => message));
    };
    const result = await play(environment, {
      workers: [worker],
      deviations: [fault({ kind: 'error-reply', text: 'OOM no memory', times: 3 })],
    });
    expect(seen).toEqual(['OOM no memory', 'OOM no memory', 'OOM no memory', 1]);
    expect(result.steps.map((step) => step.fault)).toEqual([
      'error-reply',
      'error-reply',
      'error-reply',
      undefined,
    ]);
    expect(result.history.commands.map(({ applied, answered }) => [applied, answered])).toEqual([
      [false, true],
      [false, true],
      [false, true],
      [true, true],
    ]);
    expect(result.faults).toBe(1);
  });

  test('should leave a hole in a transaction, which succeeds without that command', async () => {
    const seen = await outcome(environment, {
      worker: async ({ redis }) => redis.multi().incr('x').incr('y').exec(),
      deviations: [fault({ kind: 'error-reply', at: { key: 'x' } })],
    });
    expect([await stored('x'), await stored('y')]).toEqual([null, '1']);
    // One result for two commands, and the caller takes it for that of the first.
    expect(seen).toEqual([[null, 1]]);
  });
});

describe('a corrupted integer', () => {
  test('should be the first one within an array', async () => {
    const seen = await outcome(environment, {
      worker: ({ redis }) => redis.smismember('set', 'a', 'b'),
      setup: ({ redis }) => redis.sadd('set', 'b'),
      deviations: [fault({ kind: 'corrupt-integer', digits: '7' })],
    });
    expect(seen).toEqual([7, 1]);
  });

  test('should leave other replies as they are, and say so', async () => {
    const result = await play(environment, {
      workers: [({ redis }) => redis.set('x', ':1\r\n')],
      deviations: [fault('corrupt-integer')],
    });
    expect(result.steps[0]!.notes).toEqual(['the reply has no integer: it passed as it is']);
  });
});

describe('a reply in pieces', () => {
  test.each(CLIENTS)('should be whole again for %s', async (client) => {
    const sight = await probe(environment, client, {
      body: async (redis, context) => {
        await redis.incr('x');
        return context.redis.get('long');
      },
      deviations: [fault({ kind: 'sliced-reply', size: 3 }, 'INCR')],
    });
    expect(sight.errors).toEqual([]);
  });

  test('should have an end, however long the reply is', async () => {
    const long = 'ä'.repeat(20_000);
    const seen = await outcome(environment, {
      setup: ({ redis }) => redis.set('long', long),
      worker: ({ redis }) => redis.get('long'),
      deviations: [fault('sliced-reply')],
    });
    expect(seen).toBe(long);
  });
});

describe('a client that breaks over what it gets', () => {
  test('should be a finding of its worker, as it would be the end of a process', async () => {
    const { finding } = await play(environment, {
      workers: [async ({ redis, sleep }) => (await redis.incr('x'), await sleep(10))],
      deviations: [fault('duplicated-reply')],
    });
    expect(finding).toMatchObject({
      kind: 'breaks',
      id: UNCAUGHT,
      observed: expect.stringMatching(
        /^w1 threw outside of any handler: Error: Command queue state error/,
      ) as string,
    });
  });

  test('should be none where somebody listens for errors', async () => {
    const body: WorkerBody = async ({ redis, sleep }) => {
      redis.on('error', () => {});
      await redis.incr('x');
      await sleep(10);
    };
    const { finding } = await play(environment, { workers: [body], deviations: [fault('duplicated-reply')] });
    expect(finding).toBeUndefined();
  });
});

describe('an outage', () => {
  test('should stop everything that a worker does after its first commands, on all of its connections', async () => {
    const seen: unknown[] = [];
    const worker: WorkerBody = async ({ redis, connect }) => {
      const say = (answer: Promise<unknown>): Promise<unknown> =>
        answer.catch(({ message }: Error) => message);
      const second = connect();
      seen.push(await say(redis.incr('x')), await say(second.incr('y')));
      seen.push(await say(redis.incr('x')), await say(second.incr('y')), await say(connect().incr('z')));
    };
    await play(environment, {
      workers: [worker],
      client: 'single-shot',
      deviations: [fault({ kind: 'outage', at: { nth: 3 } })],
    });
    const closed = 'Connection is closed.';
    expect(seen).toEqual([1, 1, closed, closed, closed]);
    expect([await stored('x'), await stored('y'), await stored('z')]).toEqual(['1', '1', null]);
  });

  test('should end after as many connects as wanted, and leave others alone', async () => {
    const incr: WorkerBody = ({ redis }) => redis.incr('x');
    const result = await play(environment, {
      workers: [incr, incr],
      deviations: [fault({ kind: 'outage', connects: 2, at: { worker: 1 } })],
    });
    expect(result.steps.filter(({ kind }) => kind === 'connect')).toHaveLength(3);
    expect(await stored('x')).toBe('2');
  });
});

test('a plan that names no faults offers the usual ones, within its budget', () => {
  const { faults } = scenario({
    name: 'usual',
    workers: async () => {},
    invariants: [],
    faults: { budget: 2 },
  });
  expect(faults.specs.map(({ kind }) => kind)).toEqual(USUAL_FAULTS);
  expect(faults.budget).toBe(2);
});
