/** What the history says of commands on the wire, of operations, and of how workers end. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WireCommand } from '../../check/happened.js';
import type { WorkerBody } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { Environment } from '../host/environment.js';
import { fault, type Deviation } from '../testing/deviations.js';
import { play, type Play } from '../testing/play.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

type Told = Pick<WireCommand, 'call' | 'applied' | 'answered' | 'reply' | 'effect' | 'step'>;

/** What the history says of the commands of one worker. */
async function told(
  worker: WorkerBody,
  deviations: readonly Deviation[] = [],
  options: Partial<Play> = {},
): Promise<Told[]> {
  const { history } = await play(environment, { workers: [worker], deviations, ...options });
  return history.commands.map(({ call, applied, answered, reply, effect, step }) => ({
    call,
    applied,
    answered,
    reply,
    effect,
    step,
  }));
}

const increment: WorkerBody = ({ redis }) => redis.incr('c');
/** One attempt only, whose error is nobody's concern here. */
const ONCE = { client: 'single-shot', workersMayFail: true } as const;

describe('a command in the history', () => {
  test('has its reply, connection, step and time', async () => {
    const worker: WorkerBody = async ({ redis, connect, sleep }) => {
      const other = connect();
      await redis.set('c', 'x');
      await sleep(30);
      await other.get('c');
      await other.incr('c').catch(() => undefined);
    };
    const { history } = await play(environment, { workers: [worker], deviations: [] });
    expect(
      history.commandsOf(1).map(({ connection, command, reply, atMs }) => [connection, command, reply, atMs]),
    ).toEqual([
      ['w1', ['SET', 'c', 'x'], 'OK', 0],
      ['w1.2', ['GET', 'c'], 'x', 30],
      ['w1.2', ['INCR', 'c'], { error: 'ERR value is not an integer or out of range' }, 30],
    ]);
    // The timer is a step, too.
    expect(history.commands.map(({ step }) => step)).toEqual([1, 3, 4]);
    expect(history.commandsOf(2)).toEqual([]);
  });

  test.each<[string, Deviation[], Partial<Play>, Partial<Told>[]]>([
    ['ran', [], {}, [{ applied: true, answered: true, reply: 1, effect: 'ran' }]],
    [
      'ran although its client saw an error',
      [fault('reset-after-apply')],
      ONCE,
      [{ applied: true, answered: false, reply: 1, effect: 'unheard' }],
    ],
    [
      'ran although its client hears nothing',
      [fault('black-hole-reply')],
      {},
      [{ applied: true, answered: false, reply: 1, effect: 'unheard' }],
    ],
    [
      'never ran',
      [fault('reset-before-send')],
      ONCE,
      [{ applied: false, answered: false, reply: undefined, effect: 'never' }],
    ],
    [
      'was answered by a fault',
      [fault({ kind: 'error-reply', text: 'OOM no' })],
      ONCE,
      [{ applied: false, answered: true, reply: { error: 'OOM no' }, effect: 'never' }],
    ],
    [
      'ran when it was sent again',
      [fault('reset-before-send')],
      {},
      [
        { call: 'w1.1', applied: false, answered: false, effect: 'ran' },
        { call: 'w1.1', applied: true, answered: true, reply: 1, effect: 'ran' },
      ],
    ],
    [
      'ran twice, since it was sent again',
      [fault('reset-after-apply')],
      {},
      [
        { call: 'w1.1', applied: true, answered: false, reply: 1, effect: 'repeated' },
        { call: 'w1.1', applied: true, answered: true, reply: 2, effect: 'repeated' },
      ],
    ],
  ])('says that it %s', async (_what, deviations, options, expected) => {
    expect(await told(increment, deviations, options)).toMatchObject(expected);
  });

  test('lands later, and is of the same call', async () => {
    const lands: Deviation = ({ moves }) => {
      const at = moves.findIndex(({ id }) => id.endsWith('.lands'));
      return at < 0 ? undefined : at;
    };
    expect(await told(increment, [fault('zombie-request'), lands])).toMatchObject([
      { call: 'w1.1', applied: true, answered: false, reply: 1, effect: 'repeated' },
      { call: 'w1.1', applied: true, answered: true, reply: 2, effect: 'repeated' },
    ]);
  });

  test('in a transaction has its part of the answer to EXEC, and is heard of with that', async () => {
    const transaction: WorkerBody = ({ redis }) => redis.multi().incr('c').get('c').exec();
    const [multi, incr, get, exec] = await told(transaction);
    expect([multi?.reply, incr?.reply, get?.reply, exec?.reply]).toEqual(['OK', 1, '1', [1, '1']]);
    expect([incr?.step, get?.step, exec?.step]).toEqual([4, 4, 4]);
    const lost = await told(transaction, [fault('reset-after-apply', 'EXEC')], ONCE);
    expect(lost.map(({ effect, answered }) => [effect, answered])).toEqual([
      ['ran', true],
      ['unheard', false],
      ['unheard', false],
      ['unheard', false],
    ]);
  });

  test('is no second one where the server asks for the whole script', async () => {
    const script: WorkerBody = async ({ redis }) => {
      redis.defineCommand('add', { numberOfKeys: 1, lua: 'return redis.call("INCR", KEYS[1])' });
      await (redis as unknown as { add: (key: string) => Promise<unknown> }).add('c');
    };
    const commands = await told(script);
    expect(commands.at(-1)).toMatchObject({ reply: 1, effect: 'ran' });
    expect(commands.every(({ effect }) => effect !== 'repeated')).toBe(true);
  });
});

test('an operation says when it began and ended, in steps and in virtual time', async () => {
  const worker: WorkerBody = async ({ redis, sleep, operation }) => {
    await redis.incr('c');
    await sleep(5);
    await operation('add', async () => {
      await redis.incr('c');
      await sleep(20);
    });
    await operation('never', () => new Promise(() => {}));
  };
  const { history } = await play(environment, { workers: [worker], deviations: [] });
  expect(
    history.operations.map(({ name, startStep, startMs, endStep, endMs }) => [
      name,
      startStep,
      startMs,
      endStep,
      endMs,
    ]),
  ).toEqual([
    ['add', 2, 5, 4, 25],
    ['never', 4, 25, Infinity, Infinity],
  ]);
});

test('how each worker ended stands in the order of the workers', async () => {
  const workers: WorkerBody[] = [
    async ({ redis }) => {
      await redis.incr('c');
      throw new TypeError('no such thing');
    },
    async ({ redis }) => void (await redis.incr('c')),
    async ({ operation, redis }) => operation('add', () => redis.incr('c')),
    async () => await new Promise(() => {}),
  ];
  const crash = fault({ kind: 'worker-crash', at: { worker: 3 } });
  const { history } = await play(environment, { workers, deviations: [crash], workersMayFail: true });
  expect(history.ends).toEqual([
    { worker: 1, how: 'failed', error: new TypeError('no such thing') },
    { worker: 2, how: 'ended' },
    { worker: 3, how: 'crashed' },
    { worker: 4, how: 'running' },
  ]);
  expect(history.operationsOf(3, 'add')).toMatchObject([{ outcome: 'pending', endMs: 0 }]);
});
