import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invariant } from '../../../check/invariant.js';
import { Environment } from '../../../execution/host/environment.js';
import { scenario } from '../../../scenario/scenario.js';
import type { WorkerContext } from '../../../scenario/types.js';
import { sharedServer } from '../../../server/index.js';
import { countIn, counted, forget, till } from '../../../../test/support/stateful.js';
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

  test('should end prediction where they have their old values again by the end', async () => {
    let inside = 0;
    let most = 0;
    const cast = scenario({
      name: 'guarded',
      setup: async () => void (inside = most = 0),
      workers: async ({ redis }) => {
        await redis.incr('a');
        inside += 1;
        // Three at once, which is late in the search.
        if (inside === 3) most = 3;
        await redis.incr('c');
        inside -= 1;
      },
      workerCount: 3,
      invariants: [
        invariant('not three', async ({ redis }) => {
          await redis.get('c');
          return most === 3 ? { expected: 'at most 2 at once', observed: '3' } : undefined;
        }),
      ],
    });
    const found = await drivePredicted(environment, cast, { fault: 0, delay: 0 }, false);
    expect(found).toMatchObject({
      found: true,
      predicted: 0,
      ended: 'the variable "inside" changes in an execution',
    });
  });

  test('should end prediction where an instance of a class in another module hides them', async () => {
    const found = await shop(
      () => till.sell(),
      () => till.sold,
      () => till.reset(),
    );
    expect(found).toMatchObject({ found: true, predicted: 0 });
    expect(found.ended).toContain('the variable "sales');
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
    watch.look(false);
    expect(watch.look(true)).toBeUndefined();
    expect(watch.failed).toBeUndefined();
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
    [
      'a private field',
      () => {
        class Shop {
          #sales = 0;
          sell(): number {
            return (this.#sales += 1);
          }
        }
        const shop = new Shop();
        return () => shop.sell();
      },
    ],
    [
      'what is in a private field',
      () => {
        class Shop {
          readonly #sales: number[] = [];
          sell(): number {
            return this.#sales.push(1);
          }
        }
        const shop = new Shop();
        return () => shop.sell();
      },
    ],
    [
      'a private static field',
      () => {
        class Shop {
          static #sales = 0;
          readonly open = true;
          static sell(): number {
            return (Shop.#sales += 1);
          }
        }
        const shop = Shop;
        return () => shop.sell();
      },
    ],
    [
      'what a symbol names',
      () => {
        const sales = Symbol('all sales');
        const shop = { [sales]: [] as number[] };
        return () => shop[sales].push(1);
      },
    ],
    [
      'what is kept for an object in a weak map',
      () => {
        const at = {};
        const shop = new WeakMap<object, { sales: number }>([[at, { sales: 0 }]]);
        return () => (shop.get(at)!.sales += 1);
      },
    ],
    [
      'who is in a weak set',
      () => {
        const at = {};
        const shop = new WeakSet();
        return () => shop.add(at);
      },
    ],
    [
      'what a bound function is bound to',
      () => {
        const sell = function (this: { sales: number }) {
          this.sales += 1;
        };
        const shop = sell.bind({ sales: 0 });
        return () => shop();
      },
    ],
    [
      'what is behind a proxy',
      () => {
        const shop = new Proxy({ sales: 0 }, {});
        return () => (shop.sales += 1);
      },
    ],
    [
      'what a map keeps besides its entries',
      () => {
        class Shop extends Map<string, number> {
          sales = 0;
        }
        const shop = new Shop();
        return () => (shop.sales += 1);
      },
    ],
    [
      'a function in the place of another',
      () => {
        const shop = { sell: () => 1 };
        return () => (shop.sell = () => 2);
      },
    ],
  ])('should see a change of %s', (_, make) => {
    const change = make();
    const watch = new VariableWatch([change]);
    watch.look(false);
    expect(watch.look(true)).toBeUndefined();
    expect(watch.failed).toBeUndefined();
    change();
    expect(watch.look(true)).toMatch(/^(Shop|shop|at|sales)\b/);
  });

  test('should see what was added, and what was exchanged', () => {
    const names = new Set(['a']);
    let last: string | undefined;
    const watch = new VariableWatch([() => [names, last]]);
    watch.look(false);
    names.add('b');
    expect(watch.look(true)).toMatch(/^names/);
    names.delete('b');
    expect(watch.look(true)).toBeUndefined();
    last = 'b';
    expect(watch.look(true)).toBe('last');
  });
});
