import { describe, expect, test, vi } from 'vitest';
import { explore } from '../explore/explore.js';
import { scenario } from '../scenario/scenario.js';
import type { ScenarioOptions } from '../scenario/types.js';

/** Each of these is found, transformed and run by the process that started this one. */
const anew = async (): Promise<typeof import('./testing/remembers.js')> => {
  vi.resetModules();
  return import('./testing/remembers.js');
};

const racing = (options: Pick<ScenarioOptions, 'app' | 'setup' | 'workers'>) =>
  explore(scenario({ name: 'lazy', invariants: [], ...options }), { strategy: 'exhaustive' });

describe('a module that is imported while the lab runs', () => {
  test('is waited for, in a worker', async () => {
    const verdict = await racing({
      workers: async ({ redis, id }) => {
        // One after the other, so each of them loads it anew.
        const { countCall } = await anew();
        await redis.set(`calls:${id}`, countCall());
        await redis.incr('calls');
      },
    });
    expect(verdict).toMatchObject({ kind: 'holds', complete: true, executions: 2 });
  });

  test('is waited for, in the start of an application and in a setup', async () => {
    const verdict = await racing({
      app: { addresses: ['redis://localhost:6379'], start: anew },
      setup: async ({ redis }) => void (await redis.set('calls', (await anew()).countCall())),
      // Whoever is called first reads, too: one that remembered earlier executions would never.
      workers: async ({ redis, app: { countCall } }) => {
        if (countCall() === 1) await redis.get('calls');
        await redis.incr('calls');
      },
    });
    expect(verdict).toMatchObject({
      kind: 'holds',
      complete: true,
      raced: { commands: { least: 3, most: 3 } },
    });
  });
});
