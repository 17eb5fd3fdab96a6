import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { atMostOnce, noLostUpdate } from '../check/invariants.js';
import { Environment } from '../execution/host/environment.js';
import { widthOf } from '../base/text.js';
import { scenario } from '../scenario/scenario.js';
import { sharedServer } from '../server/index.js';
import { holdsOn, RaceError, StepLimitError } from './holds-on.js';
import { races } from './races.js';
import { Tape } from '../explore/tape/tape.js';
import { tapes } from './tapes.js';

const views = scenario({
  name: 'page views',
  workers: ({ redis, operation }) =>
    operation('increment', async () => {
      const seen = Number(await redis.get('views'));
      await redis.set('views', String(seen + 1));
    }),
  workerCount: 3,
  invariants: [noLostUpdate({ key: 'views' })],
});
const incremented = scenario({
  name: 'INCR',
  workers: ({ redis }) => redis.incr('views'),
  workerCount: 2,
  invariants: [],
});
const spinning = scenario({
  name: 'never enough',
  workers: async ({ redis }) => {
    while ((await redis.incr('tries')) !== 1);
  },
  workerCount: 2,
  maxSteps: 20,
  invariants: [],
});

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

async function failure(run: Promise<void>): Promise<unknown> {
  return await run.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('the error of a failing property', () => {
  test('says what happened, and shows the steps', async () => {
    const property = fc.asyncProperty(tapes(views), (tape) => holdsOn(views, tape, environment));
    const { errorInstance } = await fc.check(property, { seed: 5 });
    expect(errorInstance).toBeInstanceOf(RaceError);
    const { message } = errorInstance as RaceError;
    for (const line of message.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(100);
    await expect(message).toMatchFileSnapshot('golden/property-failure.txt');
  });

  test('is the same for a drawn scenario, with a fault in it', async () => {
    const resent = races(fc.integer({ min: 1, max: 4 }), (count) =>
      scenario({
        name: 'resent INCR',
        workers: ({ redis, operation }) => operation('increment', () => redis.incr('views')),
        workerCount: count,
        faults: { kinds: ['reset-after-apply'] },
        invariants: [atMostOnce({ key: 'views' })],
      }),
    );
    const property = fc.asyncProperty(resent, (race) => race.holds(environment));
    const { counterexample, errorInstance } = await fc.check(property, { seed: 2 });
    expect(String(counterexample)).toBe('race(1, tape("f1"))');
    await expect((errorInstance as RaceError).message).toMatchFileSnapshot(
      'golden/property-failure-by-fault.txt',
    );
  });
});

describe('an execution without an end', () => {
  test('does not pass, and its loop is named', async () => {
    expect(await failure(holdsOn(spinning, new Tape([]), environment))).toBeInstanceOf(StepLimitError);
    await expect(holdsOn(spinning, new Tape([]), environment)).rejects.toThrow(
      /^incomplete: 20 steps without an end; w2 repeats INCR tries \(19 times\)\. .* \(on tape calm\)$/,
    );
  });

  test('shrinks to another one without an end, and to nothing else', async () => {
    const property = fc.asyncProperty(tapes(spinning), (tape) => holdsOn(spinning, tape, environment));
    const { counterexample, errorInstance } = await fc.check(property, { seed: 1 });
    expect(String(counterexample)).toBe('calm');
    expect(errorInstance).toBeInstanceOf(StepLimitError);
  });
});

describe('without connections of its own', () => {
  test('a property opens some once, and closes them when it is over', async () => {
    const asked = async (section: string, field: RegExp): Promise<number> =>
      Number(field.exec(String(await environment.control.call('INFO', section)))![1]);
    const opened = (): Promise<number> => asked('stats', /total_connections_received:(\d+)/);
    const open = (): Promise<number> => asked('clients', /connected_clients:(\d+)/);
    const openBefore = await open();
    const before = await opened();
    await holdsOn(incremented, new Tape([]));
    const forOne = (await opened()) - before;
    expect(forOne).toBeGreaterThan(0);
    for (let run = 0; run < 50; run++) await holdsOn(incremented, new Tape([]));
    expect((await opened()) - before).toBe(forOne);
    await expect.poll(open).toBe(openBefore);
  });
});
