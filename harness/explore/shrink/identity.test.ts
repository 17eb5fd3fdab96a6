import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invariant } from '../../check/invariant.js';
import { noLostUpdate } from '../../check/invariants.js';
import { Environment } from '../../execution/host/environment.js';
import { scenario } from '../../scenario/scenario.js';
import type { ScenarioOptions, WorkerBody } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { explore } from '../explore.js';
import type { ExploreOptions } from '../options.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

function found(options: Partial<ScenarioOptions>, how: ExploreOptions = {}): ReturnType<typeof explore> {
  const cast = scenario({ name: 'small', workers: [], invariants: [], ...options });
  return explore(cast, { session: environment, ...how });
}

const waitFor =
  (key: string): WorkerBody =>
  ({ redis }) =>
    redis.blpop(key, 0);
const push =
  (key: string): WorkerBody =>
  ({ redis }) =>
    redis.lpush(key, 'one');

describe('a hang of different workers', () => {
  test('should be of the one that waits on the misspelt key, with the one that pushes', async () => {
    const answers: WorkerBody = async ({ redis }) => {
      await redis.blpop('orders', 0);
      await redis.lpush('done', 'one');
    };
    const asks: WorkerBody = async ({ redis }) => {
      await redis.lpush('orders', 'one');
      await redis.blpop('doen', 0);
    };
    const { minimal, record } = await found({ workers: [answers, asks] });
    expect(record!.verdict.observed).toMatch(/^w2 waits for the reply of BLPOP doen 0 \(step \d\), blocked/);
    expect(minimal).toMatchObject({ workers: 2 });
  });

  test('should show what the others do, who might have ended the wait', async () => {
    const { minimal, record } = await found({ workers: [waitFor('orders'), push('ordres')] });
    expect(record!.verdict.observed).toMatch(/^w1 waits for the reply of BLPOP orders 0/);
    expect(minimal).toMatchObject({ workers: 2, steps: 2 });
  });

  test('should keep everybody who waits', async () => {
    const { record } = await found({ workers: [waitFor('a'), waitFor('b'), push('c')] });
    expect(record!.verdict.observed).toMatch(/^w1 waits .* BLPOP a 0 .*; w2 waits .* BLPOP b 0 /);
  });

  test('should lose those who have nothing to do with a reply that was lost', async () => {
    const faults = { kinds: ['black-hole-reply' as const] };
    const reads: WorkerBody = ({ redis }) => redis.get('a');
    const { minimal, record } = await found({ workers: [reads, push('b')], faults });
    expect(record!.verdict.observed).toMatch(/^w1 waits for the reply of GET \(step 1\)$/);
    expect(minimal).toMatchObject({ workers: 1, faults: 1 });
  });
});

describe('workers that all do the same', () => {
  test('should be one, where one alone waits for ever', async () => {
    expect((await found({ workers: waitFor('orders'), workerCount: 3 })).minimal).toMatchObject({
      workers: 1,
    });
  });
});

describe('an error that nothing handled', () => {
  test('should stay the same error', async () => {
    const fails =
      (text: string, key: string): WorkerBody =>
      async ({ redis }) => {
        if ((await redis.get(key)) === null) throw new Error(text);
      };
    const { record } = await found({
      workers: [
        async ({ redis }) => {
          await redis.set('b', '1');
          await redis.set('a', '1');
        },
        async (context) => {
          await fails('first', 'a')(context);
          await fails('second', 'b')(context);
        },
      ],
    });
    expect(record!.verdict.observed).toContain('Error: first');
  });
});

describe('an invariant that different workers break together', () => {
  test('should be observed to be broken as it was', async () => {
    const add =
      (by: number): WorkerBody =>
      async ({ redis }) =>
        void (await redis.set('sum', Number(await redis.get('sum')) + by));
    const { minimal, record } = await found({
      workers: [add(1), add(2), ({ redis }) => redis.set('other', '1')],
      invariants: [
        invariant('sum', async ({ redis }) => {
          const sum = await redis.get('sum');
          if (sum !== '3') return { expected: '3', observed: String(sum) };
        }),
      ],
    });
    // Each of them alone would break it, too.
    expect(['1', '2']).toContain(record!.verdict.observed);
    expect(minimal).toMatchObject({ workers: 2, preemptions: 1 });
  });
});

const lossy: WorkerBody = async ({ redis, operation }) => {
  await operation('increment', async () => {
    await redis.set('c', Number(await redis.get('c')) + 1);
  });
};
const resent: ScenarioOptions['faults'] = { kinds: ['reset-after-apply'] };
const counted = [noLostUpdate({ key: 'c' })];

describe('bounds that somebody asked for', () => {
  test('should hold for what is reported', async () => {
    const twice: WorkerBody = async (context) => {
      await lossy(context);
      await context.operation('increment', () => context.redis.incr('c'));
    };
    const { minimal } = await found(
      { workers: twice, workerCount: 2, invariants: counted, faults: resent },
      { preemptions: 0, strategy: 'systematic' },
    );
    expect(minimal).toMatchObject({ preemptions: 0, faults: 1 });
  });
});

describe('a fault that the test is about', () => {
  const cast = { workers: lossy, workerCount: 2, invariants: counted };

  test('should go where nobody asks for it', async () => {
    expect((await found({ ...cast, faults: resent })).minimal).toMatchObject({ faults: 0 });
  });

  test('should stay, and be needed', async () => {
    const twice: WorkerBody = ({ redis, operation }) => operation('increment', () => redis.incr('c'));
    const workers = [lossy, lossy, twice];
    const { minimal, record } = await found({
      workers,
      invariants: counted,
      faults: { ...resent, required: true },
    });
    expect(minimal).toMatchObject({ faults: 1 });
    expect(record!.explanation!.reverted).toContainEqual(
      expect.objectContaining({ change: 'fault', necessary: true }),
    );
  });

  test('should not make a failure without it pass', async () => {
    const faults = { kinds: ['black-hole-request' as const], required: true };
    const strikesNowhere = { ...faults, kinds: [{ kind: 'black-hole-request' as const, at: { nth: 9 } }] };
    const { kind, minimal } = await found({ ...cast, faults: strikesNowhere });
    expect(kind).toBe('breaks');
    expect(minimal).toMatchObject({ faults: 0, preemptions: 1 });
  });

  test('should be planned', () => {
    expect(() => scenario({ name: 'none', ...cast, faults: { kinds: [], required: true } })).toThrow(
      '"faults.required" asks for a fault, but none is planned',
    );
  });
});
