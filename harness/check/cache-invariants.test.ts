import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSession, type Session } from '../explore/session.js';
import { explore } from '../explore/explore.js';
import { scenario } from '../scenario/scenario.js';
import { shared } from '../scenario/shared.js';
import type { Scenario } from '../scenario/types.js';
import { noStaleEntry, type StaleOptions } from './cache-invariants.js';

let session: Session;
beforeAll(async () => {
  session = await openSession();
});
afterAll(() => session.close());

const price = shared('price', { tea: 3 });

/** One reads through the cache, the other one changes the price; the entry is deleted after that, or never filled. */
function shop(fills: boolean, options: Partial<StaleOptions> = {}): Scenario {
  return scenario({
    name: 'shop',
    workers: [
      async ({ redis }) => {
        if ((await redis.get('tea')) !== null) return;
        const { tea } = await price.read();
        if (fills) await redis.set('tea', tea, 'EX', 60);
      },
      async ({ redis }) => {
        await price.update(({ tea }) => ({ tea: tea + 1 }));
        await redis.del('tea');
      },
    ],
    invariants: [
      noStaleEntry({
        key: 'tea',
        truth: price.read,
        read: (stored) => ({ tea: Number(stored) }),
        ...options,
      }),
    ],
  });
}

describe('noStaleEntry', () => {
  test('should break where an old value is cached after the change', async () => {
    const verdict = await explore(shop(true), { session });
    expect(verdict).toMatchObject({
      kind: 'breaks',
      invariant: 'no stale entry',
      message: 'no stale entry: expected tea = { tea: 4 }, or no entry, observed tea = { tea: 3 }',
      minimal: { workers: 2, steps: 5, preemptions: 1, faults: 0 },
    });
  });

  test('should compare the stored string itself where nobody says how to read it', async () => {
    const { message } = await explore(shop(true, { read: String, truth: () => '4' }), { session });
    expect(message).toBe('no stale entry: expected tea = 4, or no entry, observed tea = 3');
  });

  test('should hold where there is no entry', async () => {
    expect((await explore(shop(false), { session })).kind).toBe('holds');
  });

  test('should have nothing to look at where nobody names the key', async () => {
    const verdict = await explore(shop(false, { key: 'coffee' }), { session });
    expect(verdict.kind).toBe('incomplete');
    expect(verdict.message).toContain('no command named coffee');
  });
});
