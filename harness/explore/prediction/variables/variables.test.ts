import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invariant } from '../../../check/invariant.js';
import { Environment } from '../../../execution/host/environment.js';
import { scenario } from '../../../scenario/scenario.js';
import type { WorkerContext } from '../../../scenario/types.js';
import { sharedServer } from '../../../server/index.js';
import { countIn, counted, forget } from '../../../../test/support/stateful.js';
import { drivePredicted, type DrivenPredicted } from '../../testing/predicted.js';
import { VariableWatch } from './variable-watch.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

/** Three of which each sells what it finds in stock, and an invariant that knows only by a variable how often that was. */
function shop(note: () => void, sold: () => number, reset: () => void): Promise<DrivenPredicted> {
  const cast = scenario({
    name: 'shop',
    setup: async ({ redis }) => {
      reset();
      await redis.set('stock', 1);
    },
    workers: async ({ redis, id }: WorkerContext) => {
      if ((await redis.get('stock')) === '0') return;
      await redis.set('stock', 0);
      // So late that the first executions show nothing.
      if (id > 1) note();
    },
    workerCount: 3,
    invariants: [
      invariant('sold once', async ({ redis }) => {
        await redis.get('stock');
        return sold() > 1 ? { expected: 'at most 1', observed: `${sold()}` } : undefined;
      }),
    ],
  });
  return drivePredicted(environment, cast, { fault: 0, delay: 0 }, false);
}

let sold = 0;

describe('Variables that change in an execution', () => {
  test('should end prediction where workers share one', async () => {
    const note = (): void => void (sold += 1);
    const found = await shop(
      note,
      () => sold,
      () => (sold = 0),
    );
    expect(found).toMatchObject({
      found: true,
      predicted: 0,
      ended: 'the variable "sold" changes in an execution',
    });
  });

  test('should end prediction where they are in an object', async () => {
    const seen = { sales: [] as number[] };
    const found = await shop(
      () => seen.sales.push(1),
      () => seen.sales.length,
      () => (seen.sales = []),
    );
    expect(found).toMatchObject({ found: true, predicted: 0 });
    expect(found.ended).toMatch(/^the variable "seen\.sales/);
  });

  test('should end prediction where a module keeps them for itself', async () => {
    const found = await shop(
      () => countIn(),
      () => counted(),
      () => forget(),
    );
    expect(found).toMatchObject({
      found: true,
      predicted: 0,
      ended: 'the variable "count" changes in an execution',
    });
  });
});

describe('A look at variables', () => {
  test('should show nothing where none has changed', () => {
    const options = { tries: 3, names: new Set(['a']), at: new Date(0) };
    const watch = new VariableWatch([() => options.tries, async () => countIn()]);
    watch.look();
    expect(watch.changed()).toBeUndefined();
  });

  test.each<[string, () => () => unknown]>([
    [
      'a static field of a class',
      () => {
        class Shop {
          static sales = 0;
          readonly open = true;
        }
        return () => (Shop.sales += new Shop().open ? 1 : 0);
      },
    ],
    [
      'a property of a function',
      () => {
        const shop = Object.assign(() => {}, { sales: 0 });
        return () => (shop.sales += 1);
      },
    ],
    [
      'a date',
      () => {
        const at = new Date(0);
        return () => at.setSeconds(1);
      },
    ],
    [
      'a typed array',
      () => {
        const sales = new Uint8Array(4);
        return () => (sales[2] = 1);
      },
    ],
  ])('should see a change of %s', (_, make) => {
    const change = make();
    const watch = new VariableWatch([change]);
    watch.look();
    change();
    expect(watch.changed()).toMatch(/^(Shop|shop|at|sales)\./);
  });

  test('should see what was added, and what was exchanged', () => {
    const names = new Set(['a']);
    let last: string | undefined;
    const watch = new VariableWatch([() => [names, last]]);
    watch.look();
    names.add('b');
    expect(watch.changed()).toMatch(/^names/);
    watch.look();
    last = 'b';
    expect(watch.changed()).toBe('last');
  });
});
