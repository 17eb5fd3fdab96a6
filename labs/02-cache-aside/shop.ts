/** The workers of this lab: they process items, one after the other, and one of them changes a price. */
import {
  invariant,
  shared,
  type Invariant,
  type Shared,
  type WorkerBody,
  type WorkerContext,
} from '../../harness/index.js';
import type { Cache, Load, Stale } from './cache.js';

export const ITEMS = ['tea', 'milk', 'sugar'] as const;
export type Item = (typeof ITEMS)[number];

export const OLD = '3.00';
export const NEW = '4.00';
/** How long the source of truth takes to answer. */
const LOAD_MS = 100;

/** The source of truth: a price for each item. There is none yet for coffee. */
export const prices: Readonly<Record<Item | 'coffee', Shared<string | null>>> = {
  tea: shared<string | null>('db:tea', OLD),
  milk: shared<string | null>('db:milk', OLD),
  sugar: shared<string | null>('db:sugar', OLD),
  coffee: shared<string | null>('db:coffee', null),
};

/** The key of an item in the cache. */
export function keyOf(item: string): string {
  return `price:${item}`;
}

/** Asks the source of truth: the answer is as old as the question took. */
function loading(item: keyof typeof prices, { operation, sleep }: WorkerContext): Load {
  return () =>
    operation(`load ${item}`, async () => {
      const price = await prices[item].read();
      await sleep(LOAD_MS);
      return price;
    });
}

/** Processes items, one after the other. @param cacheOf - a process may keep something of its own beside the cache */
export function customer(
  cacheOf: () => Pick<Cache, 'read'>,
  items: readonly (keyof typeof prices)[],
): WorkerBody {
  return async (context) => {
    const cache = cacheOf();
    for (const item of items)
      await context.operation(`process ${item}`, () =>
        cache.read(context.redis, keyOf(item), loading(item, context)),
      );
  };
}

/** Changes the price of an item, or gives it its first. */
export function editor(cache: Pick<Cache, 'update'>, item: keyof typeof prices): WorkerBody {
  return ({ redis, operation }) =>
    operation(`change ${item}`, () =>
      cache.update(redis, keyOf(item), () => operation(`save ${item}`, () => prices[item].write(NEW))),
    );
}

/** Somebody else loads what is being loaded already. */
export function oneLoad(item: Item): Invariant {
  return invariant('one load for all', ({ history }) => {
    // Whoever crashed while it was loading has nobody left to give the price to.
    const loads = history.count(`load ${item}`, 'ok', 'failed', 'unknown');
    const crashed = history.ends.filter(({ how }) => how === 'crashed').length;
    if (loads <= 1 + crashed) return undefined;
    return { expected: `${item} is loaded once`, observed: `it is loaded ${loads} times` };
  });
}

/** The source of truth is there all the time: without its cache the shop is slow, and not closed. */
export const everyItem: Invariant = invariant('every item is processed', ({ history }) => {
  for (const item of ITEMS) {
    const failed = history.count(`process ${item}`, 'failed', 'unknown');
    if (failed > 0)
      return { expected: `${item} has a price for whoever asks`, observed: `${failed} got an error` };
  }
  return undefined;
});

/** Who gets an old price is told so. */
export function noSecretlyOld(item: Item): Invariant {
  return invariant('no old price passes for a new one', ({ history }) => {
    const [changed] = history.named(`change ${item}`);
    for (const { value, start } of history.named(`process ${item}`)) {
      if (changed?.outcome !== 'ok' || start < changed.end || (value as string | Stale) !== OLD) continue;
      return { expected: `${NEW}, or ${OLD} that is said to be old`, observed: `${OLD}, as if it were new` };
    }
    return undefined;
  });
}
