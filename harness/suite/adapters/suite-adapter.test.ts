import { expect, test } from 'vitest';
import { cacheAdapter, limiterAdapter, lockAdapter } from './suite-adapter.js';

const acquire = async (): Promise<string> => 'handle';
const release = async (): Promise<boolean> => true;

test('should fill in what is left out', () => {
  expect(lockAdapter({ acquire, release })).toMatchObject({
    suite: 'lock',
    ttlMs: 1000,
    waits: false,
    renews: false,
    fair: false,
  });
  expect(limiterAdapter({ hit: async () => true, limit: 5 })).toMatchObject({ limit: 5, window: 'fixed' });
});

test('should take what is undefined as left out', () => {
  const getOrLoad = async (): Promise<null> => null;
  const given = { getOrLoad, ttlMs: undefined, oneLoad: undefined, fallback: undefined };
  expect(cacheAdapter(given as never)).toMatchObject({ ttlMs: 1000, oneLoad: true, fallback: true });
});

test.each<[() => unknown, string]>([
  [() => lockAdapter({ acquire } as never), 'lockAdapter: "release" is a function, and is needed'],
  [() => lockAdapter({ acquire, release, ttl: 5 } as never), 'has no option "ttl"'],
  [() => lockAdapter({ acquire, release, ttlMs: 0 }), '"ttlMs" is a time in ms, more than 0, not 0'],
  [() => lockAdapter(undefined as never), 'lockAdapter takes an object, not undefined'],
  [() => cacheAdapter({ getOrLoad: 'get' } as never), '"getOrLoad" is a function, and is needed'],
  [() => cacheAdapter({ getOrLoad: async () => null, oneLoad: 1 as never }), '"oneLoad" is true or false'],
  [() => limiterAdapter({ hit: async () => true, limit: 1.5 }), '"limit" is a whole number, 1 or more'],
  [
    () => limiterAdapter({ hit: async () => true, window: 'rolling' as never }),
    '"window" is one of fixed, sliding, bucket, aligned',
  ],
])('should refuse what makes no sense: %s', (make, message) => {
  expect(make).toThrow(message);
});
