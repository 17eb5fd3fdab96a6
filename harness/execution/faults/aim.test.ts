/** Where faults strike: commands, handshakes, connects, and nowhere else. */
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scenario } from '../../scenario/scenario.js';
import type { ScenarioOptions, WorkerBody } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import type { FaultKind } from '../../faults/catalogue.js';
import type { AimedFault } from '../../faults/spec.js';
import { Environment } from '../host/environment.js';
import { execute, type ExecutionResult } from '../execution.js';
import { fault } from '../testing/deviations.js';
import { outcome, play } from '../testing/play.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

const body: WorkerBody = async ({ redis, id }) => {
  await redis.set('a', id);
  await redis.get('a');
  await redis.incr(`count:${id}`);
};

/** The moves at which this fault was offered along the calm execution, each once. */
async function offered(
  kind: FaultKind | AimedFault,
  options: Partial<ScenarioOptions> = {},
): Promise<string[]> {
  const seen = new Set<string>();
  const cast = scenario({
    name: 'aims',
    workers: [body, body],
    invariants: [],
    faults: { kinds: [kind] },
    ...options,
  });
  await execute(environment, cast, {
    seed: 1,
    chooser: {
      choose: ({ faults }) => {
        for (const { at } of faults) seen.add(`${at.id} ${at.label}`);
        return 0;
      },
    },
  });
  return [...seen];
}

test('a fault of the server strikes wherever what it is aimed at could come next, once', async () => {
  const kind = 'server-readonly';
  expect(await offered({ kind, at: { worker: 2, nth: 1 } })).toEqual(['server before w2.1 the server']);
  expect(await offered({ kind, at: { command: 'GET', key: 'a' } })).toEqual([
    'server before w1.2 the server',
    'server before w2.2 the server',
  ]);
  // The second worker is at the gate from the beginning: it may be struck while the first one still goes on.
  const { steps } = await play(environment, {
    workers: [body, body],
    deviations: [fault({ kind, at: { worker: 2, nth: 1 } })],
  });
  expect(steps.slice(0, 2).map(({ id }) => id)).toEqual(['server before w2.1', 'w1.1']);
});

describe('an aim', () => {
  const kind = 'reset-before-send';
  const cases: readonly [AimedFault['at'], string[]][] = [
    [
      undefined,
      ['w1.1 SET a 1', 'w2.1 SET a 2', 'w1.2 GET a', 'w1.3 INCR count:1', 'w2.2 GET a', 'w2.3 INCR count:2'],
    ],
    [{ worker: 2 }, ['w2.1 SET a 2', 'w2.2 GET a', 'w2.3 INCR count:2']],
    [{ nth: 2 }, ['w1.2 GET a', 'w2.2 GET a']],
    // With a name, it is the number among those of that name.
    [{ command: 'get', nth: 1 }, ['w1.2 GET a', 'w2.2 GET a']],
    [{ command: 'GET', nth: 2 }, []],
    [{ worker: 1, nth: 3 }, ['w1.3 INCR count:1']],
    [{ command: 'incr' }, ['w1.3 INCR count:1', 'w2.3 INCR count:2']],
    [{ key: 'count:2' }, ['w2.3 INCR count:2']],
    [{ command: 'GET', key: 'count:2' }, []],
    [{ reconnect: 1 }, []],
  ];
  test.each(cases)('at %j should leave only these', async (at, moves) => {
    expect(await offered(at === undefined ? kind : { kind, at })).toEqual(moves);
  });

  test('should hold for calls on a shared client, too', async () => {
    expect(await offered({ kind, at: { worker: 2, command: 'GET' } }, { sharedClient: true })).toEqual([
      'w2.2 GET a',
    ]);
  });

  test('should hold for reconnects, by number', async () => {
    const seen: unknown[] = [];
    const worker: WorkerBody = async ({ redis }) => {
      redis.on('error', ({ code }: NodeJS.ErrnoException) => seen.push(code));
      await redis.incr('x');
      await redis.incr('x');
    };
    await play(environment, {
      workers: [worker],
      deviations: [
        fault(kind),
        fault({ kind, at: { reconnect: 1 } }),
        fault({ kind: 'refuse-connect', count: 1, at: { reconnect: 2 } }),
      ],
    });
    expect(seen).toEqual(['ECONNRESET', 'ECONNRESET', 'ECONNREFUSED']);
  });
});

describe('the first connect', () => {
  const at = { reconnect: 0 };

  test('should be a step only where a fault is aimed at it', async () => {
    expect(await offered('refuse-connect')).toEqual([]);
    expect(await offered({ kind: 'refuse-connect', at })).toEqual([
      'w1.connect1 connect',
      'w2.connect1 connect',
    ]);
    expect(await offered({ kind: 'refuse-connect', at: { ...at, worker: 2 } })).toEqual([
      'w2.connect1 connect',
    ]);
    expect(await offered({ kind: 'refuse-connect', at }, { sharedClient: true })).toEqual([
      'shared.connect1 connect the shared client',
    ]);
  });

  test('should be refused as often as wanted, and no connection of an earlier execution serve instead', async () => {
    for (let run = 0; run < 2; run++) {
      const errors: unknown[] = [];
      const seen = await outcome(environment, {
        worker: ({ redis }) => {
          redis.on('error', ({ code, syscall }: NodeJS.ErrnoException) => errors.push(`${syscall} ${code}`));
          return redis.incr('x');
        },
        deviations: [fault({ kind: 'refuse-connect', count: 2, at })],
      });
      expect([seen, errors]).toEqual([1, ['connect ECONNREFUSED', 'connect ECONNREFUSED']]);
    }
  });

  test('should end a client that tries only once', async () => {
    const seen = await outcome(environment, {
      client: 'single-shot',
      worker: ({ redis }) => redis.incr('x'),
      deviations: [fault({ kind: 'refuse-connect', at })],
    });
    expect(seen).toBe('rejected: Connection is closed.');
  });
});

describe('a client of the lab that no worker takes', () => {
  /** Works with a client of its own. */
  const elsewhere: WorkerBody = async ({ clientOptions }) => {
    const redis = new Redis(clientOptions);
    redis.on('error', () => {});
    await redis.incr('x');
    redis.disconnect();
  };
  const byItself = { workers: [elsewhere] };

  test.each<[AimedFault, string[]]>([
    [{ kind: 'refuse-connect', at: { reconnect: 0 } }, ['w1.2.connect1 connect']],
    [{ kind: 'reset-after-apply', at: { handshake: true, command: 'HELLO' } }, ['w1.2.connect1_1 HELLO 3']],
    [{ kind: 'connection-drop' }, []],
    [{ kind: 'half-open' }, ['w1.1 INCR x']],
  ])('%j should not be offered it', async (kind, wanted) => {
    expect(await offered(kind, byItself)).toEqual(wanted);
  });

  test.each<[FaultKind, string | undefined]>([
    ['outage', 'INCR'],
    ['server-restart', undefined],
  ])('%j should take no step to come back', async (kind, command) => {
    const { steps } = await play(environment, {
      workers: [elsewhere],
      deviations: [fault(kind, command)],
    });
    expect(steps.map(({ id }) => id).filter((id) => id.startsWith('w1.connect'))).toEqual([]);
  });

  test('should be there for who takes it later, struck or not', async () => {
    const later: WorkerBody = async (context) => {
      await context.step('waits');
      const copy = { ...context };
      expect(copy.redis).toBe(context.redis);
      await copy.redis.incr('x');
    };
    expect(await offered({ kind: 'refuse-connect', at: { reconnect: 0 } }, { workers: [later] })).toEqual([
      'w1.connect1 connect',
    ]);
    const { steps, finding } = await play(environment, {
      workers: [later, elsewhere],
      deviations: [fault('server-restart', undefined)],
    });
    expect([finding, steps.some(({ id }) => id === 'w1.1')]).toEqual([undefined, true]);
  });
});

describe('the handshake', () => {
  const at = { handshake: true } as const;

  test('should be steps only where a fault is aimed at it, and only the commands that it may hit', async () => {
    expect(await offered({ kind: 'reset-after-apply', at: { ...at, worker: 1 } })).toEqual([
      'w1.connect1_1 HELLO 3',
      expect.stringMatching(/^w1.connect1_2 CLIENT SETINFO/) as string,
      expect.stringMatching(/^w1.connect1_3 CLIENT SETINFO/) as string,
      'w1.connect1_4 INFO',
    ]);
    expect(await offered({ kind: 'reset-after-apply', at: { ...at, command: 'info' } })).toEqual([
      'w1.connect1_4 INFO',
      'w2.connect1_4 INFO',
    ]);
    expect(await offered({ kind: 'reset-after-apply', at: { ...at, reconnect: 1 } })).toEqual([]);
  });

  const ends: readonly [AimedFault, unknown, string[]][] = [
    [{ kind: 'reset-before-send', at }, 1, ['read ECONNRESET']],
    [{ kind: 'close-after-apply', at }, 1, []],
    [{ kind: 'reset-after-apply', at: { ...at, command: 'INFO' } }, 1, ['read ECONNRESET']],
    [{ kind: 'black-hole-reply', at }, 'pending', []],
    [
      { kind: 'error-reply', text: 'ERR max number of clients reached', at },
      'rejected: ERR max number of clients reached',
      ['ERR max number of clients reached'],
    ],
  ];
  test.each(ends)('%j should show ioredis a server that it cannot use yet', async (given, answer, errors) => {
    const seen: string[] = [];
    const found = await outcome(environment, {
      worker: ({ redis }) => {
        redis.on('error', (error) => seen.push(error.message));
        return redis.incr('x');
      },
      deviations: [fault(given)],
    });
    expect([found, seen]).toEqual([answer, errors]);
  });

  test('should break at a reconnect, too', async () => {
    const statuses: string[] = [];
    const found = await outcome(environment, {
      worker: ({ redis }) => {
        for (const event of ['connect', 'ready', 'reconnecting']) redis.on(event, () => statuses.push(event));
        return redis.incr('x');
      },
      deviations: [
        fault('reset-after-apply', 'INCR'),
        fault({ kind: 'close-before-send', at: { ...at, reconnect: 1 } }),
      ],
    });
    expect(found).toBe(2);
    expect(statuses).toEqual(['reconnecting', 'connect', 'reconnecting', 'connect', 'ready']);
  });

  test('should be the same in every run', async () => {
    const run = (): Promise<ExecutionResult> =>
      play(environment, { workers: [body, body], deviations: [fault({ kind: 'reset-after-apply', at })] });
    const ids = ({ steps }: ExecutionResult): string[] => steps.map(({ id, atMs }) => `${id} ${atMs}`);
    expect(ids(await run())).toEqual(ids(await run()));
  });
});
