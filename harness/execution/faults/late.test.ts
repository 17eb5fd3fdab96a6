/** What comes late: replies behind a timeout, and commands behind their own retry. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WorkerBody } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { Environment } from '../host/environment.js';
import type { ExecutionResult } from '../execution.js';
import { commandText } from '../steps/step.js';
import { command, fault, timer } from '../testing/deviations.js';
import { outcome, play } from '../testing/play.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

const stored = (key: string): Promise<string | null> => environment.inspector.get(key);

/** `w1.1 INCR x [late-reply]`, a line a step. */
function lines({ steps }: ExecutionResult): string[] {
  return steps.map(({ id, args, text, fault: kind }) => {
    const what = args === undefined ? text : commandText(args).join(' ');
    return `${id} ${what}${kind === undefined ? '' : ` [${kind}]`}`;
  });
}

describe('a late reply', () => {
  test('should let a timeout fire before it, and then be nobody’s', async () => {
    const values: unknown[] = [];
    const worker: WorkerBody = async ({ redis, sleep }) => {
      values.push(await redis.incr('x').catch(({ message }: Error) => message));
      values.push(await redis.incr('x'));
      await sleep(100);
    };
    const result = await play(environment, {
      client: { commandTimeout: 30 },
      workers: [worker],
      deviations: [fault('late-reply', 'INCR'), timer],
    });
    // The queue of the client stays in step: the second command gets its own reply.
    expect(values).toEqual(['Command timed out', 2]);
    expect(lines(result)).toEqual([
      'w1.1 INCR x [late-reply]',
      'w1.timer1 timer 30 ms',
      'w1.2 INCR x',
      'w1.1.reply reply to INCR arrives',
      'w1.timer2 timer 100 ms',
    ]);
  });

  test('should let others go on meanwhile, and arrive when nothing else can', async () => {
    const body: WorkerBody = ({ redis, id }) => redis.append('order', String(id));
    const result = await play(environment, {
      workers: [body, body],
      deviations: [fault('late-reply', 'APPEND')],
    });
    expect(lines(result)).toEqual([
      'w1.1 APPEND order 1 [late-reply]',
      'w2.1 APPEND order 2',
      'w1.1.reply reply to APPEND arrives',
    ]);
    expect(result.preemptions).toBe(0);
  });

  test('should keep the replies behind it in their order', async () => {
    const worker: WorkerBody = ({ redis }) =>
      Promise.all([redis.incr('x'), redis.incr('x'), redis.incr('x')]);
    const result = { value: undefined as unknown };
    const played = await play(environment, {
      workers: [async (context) => (result.value = await worker(context))],
      deviations: [fault('late-reply', 'INCR')],
    });
    expect(result.value).toEqual([1, 2, 3]);
    expect(lines(played).at(-1)).toBe('w1.1.reply reply to INCR arrives');
    expect(played.history.commands.map(({ answered }) => answered)).toEqual([true, true, true]);
  });

  test('should be gone with its connection', async () => {
    const result = await play(environment, {
      workers: [({ redis }) => redis.incr('x')],
      client: { socketTimeout: 60 },
      deviations: [fault('late-reply', 'INCR'), timer],
    });
    expect(lines(result)).toEqual([
      'w1.1 INCR x [late-reply]',
      'w1.timer1 timer 60 ms',
      'w1.timer2 timer 50 ms',
      'w1.connect2 reconnect',
      'w1.1r2 INCR x',
    ]);
    expect(result.history.commands.map(({ applied, answered }) => [applied, answered])).toEqual([
      [true, false],
      [true, true],
    ]);
    expect(await stored('x')).toBe('2');
  });

  test('should be gone with its worker', async () => {
    const result = await play(environment, {
      workers: [({ redis }) => Promise.all([redis.incr('x'), redis.incr('y')])],
      deviations: [fault('late-reply', 'INCR'), fault('worker-crash')],
    });
    expect(lines(result)).toEqual(['w1.1 INCR x [late-reply]', 'w1.2 INCR y [worker-crash]']);
  });
});

describe('a command that is still on its way', () => {
  test('should land after its own retry, unless it is let in before', async () => {
    const body: WorkerBody = async ({ redis }) => redis.append('x', 'a');
    const late = await play(environment, {
      workers: [body],
      deviations: [fault('zombie-request', 'APPEND')],
    });
    expect(lines(late)).toEqual([
      'w1.1 APPEND x a [zombie-request]',
      'w1.1.lands APPEND x a',
      'w1.timer1 timer 50 ms',
      'w1.connect2 reconnect',
      'w1.1r2 APPEND x a',
    ]);
    const overtaken = await play(environment, {
      workers: [body],
      deviations: [fault('zombie-request', 'APPEND'), timer],
    });
    expect(lines(overtaken).slice(1)).toEqual([
      'w1.timer1 timer 50 ms',
      'w1.connect2 reconnect',
      'w1.1r2 APPEND x a',
      'w1.1.lands APPEND x a',
    ]);
    expect(overtaken.history.commands.map(({ applied, answered }) => [applied, answered])).toEqual([
      [true, true],
      [true, false],
    ]);
    expect(await stored('x')).toBe('aa');
  });

  test('should overwrite what came after it: the write that was given up wins', async () => {
    const first: WorkerBody = async ({ redis }) => {
      await redis.set('x', 'old').catch(() => redis.quit().catch(() => {}));
    };
    const second: WorkerBody = ({ redis }) => redis.set('x', 'new');
    const result = await play(environment, {
      workers: [first, second],
      client: 'single-shot',
      deviations: [fault('zombie-request', 'SET'), command(2, 'SET')],
    });
    expect(lines(result)).toEqual([
      'w1.1 SET x old [zombie-request]',
      'w2.1 SET x new',
      'w1.1.lands SET x old',
    ]);
    expect(await stored('x')).toBe('old');
  });

  test('should land with all that was written behind it, one after the other', async () => {
    const worker: WorkerBody = ({ redis }) => redis.multi().incr('x').incr('x').exec();
    const result = await play(environment, {
      workers: [worker],
      client: 'single-shot',
      deviations: [fault('zombie-request', 'MULTI')],
    });
    expect(lines(result)).toEqual([
      'w1.1 MULTI [zombie-request]',
      'w1.1.lands MULTI',
      'w1.2.lands INCR x',
      'w1.3.lands INCR x',
      'w1.4.lands EXEC',
    ]);
    expect(await stored('x')).toBe('2');
  });

  test('should land although its worker crashed', async () => {
    const worker: WorkerBody = async ({ redis }) => {
      await redis.set('x', 1).catch(() => {});
      await redis.set('y', 1).catch(() => {});
    };
    await play(environment, {
      workers: [worker],
      deviations: [fault('zombie-request', 'SET'), timer, fault('worker-crash')],
    });
    expect([await stored('x'), await stored('y')]).toEqual(['1', null]);
  });

  test('should leave no connection behind when the execution ends first', async () => {
    const before = environment.upstreams.size;
    for (let run = 0; run < 3; run++) {
      const result = await play(environment, {
        workers: [({ redis }) => redis.incr('x')],
        maxSteps: 1,
        deviations: [fault('zombie-request')],
      });
      expect(result.capped).toBeDefined();
    }
    expect(environment.upstreams.size).toBeLessThanOrEqual(before + 1);
    expect(await stored('x')).toBeNull();
  });
});

/** The profile `single-shot`, to add a timeout to. */
const SINGLE_SHOT = {
  retryStrategy: () => null,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
};

describe('timeouts of ioredis', () => {
  const incr: WorkerBody = ({ redis }) => redis.incr('x');

  test.each([
    ['black-hole-request', 'defaults', 1, '1'],
    ['black-hole-reply', 'defaults', 2, '2'],
    ['half-open', 'defaults', 1, '1'],
    ['black-hole-reply', 'single-shot', 'rejected: Connection is closed.', '1'],
    ['half-open', 'single-shot', 'rejected: Connection is closed.', null],
  ] as const)('socketTimeout at %s, %s', async (kind, profile, answer, value) => {
    const seen = await outcome(environment, {
      worker: incr,
      client: { socketTimeout: 60, ...(profile === 'single-shot' ? SINGLE_SHOT : {}) },
      deviations: [fault(kind, 'INCR')],
    });
    expect([seen, await stored('x')]).toEqual([answer, value]);
  });

  test('socketTimeout: says what it was', async () => {
    const errors: string[] = [];
    await outcome(environment, {
      worker: ({ redis }) => {
        redis.on('error', ({ message }) => errors.push(message));
        return redis.incr('x');
      },
      client: { socketTimeout: 60 },
      deviations: [fault('black-hole-reply', 'INCR')],
    });
    expect(errors).toEqual(["Socket timeout. Expecting data, but didn't receive any in 60ms."]);
  });

  describe.each([
    ['defaults', {}],
    ['single-shot', SINGLE_SHOT],
  ] as const)('commandTimeout, %s', (_name, profile) => {
    test.each([
      ['black-hole-request', null],
      ['black-hole-reply', '1'],
      ['half-open', null],
      ['late-reply', '1'],
    ] as const)('at %s: rejected', async (kind, value) => {
      const seen = await outcome(environment, {
        worker: incr,
        client: { ...profile, commandTimeout: 60 },
        deviations: kind === 'late-reply' ? [fault(kind, 'INCR'), timer] : [fault(kind, 'INCR')],
      });
      expect([seen, await stored('x')]).toEqual(['rejected: Command timed out', value]);
    });
  });
});
