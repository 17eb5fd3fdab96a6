import { expect, test } from 'vitest';
import { invariant } from '../../check/invariant.js';
import { scenario } from '../../scenario/scenario.js';
import { explore } from '../explore.js';

const lost = scenario({
  name: 'lost',
  workers: async ({ redis }) => {
    const seen = Number(await redis.get('n'));
    await redis.set('n', seen + 1);
  },
  workerCount: 3,
  invariants: [
    invariant('all count', async ({ redis }) => {
      const n = await redis.get('n');
      if (n !== '3') return { expected: '3', observed: String(n) };
    }),
  ],
});

test('shrinking that was stopped keeps what it has, and says so', async () => {
  const stop = new AbortController();
  const { kind, record } = await explore(lost, {
    signal: stop.signal,
    onProgress: ({ phase }) => phase === 'shrinking' && stop.abort(),
  });
  expect(kind).toBe('breaks');
  expect(record!.found.shrinkStoppedAfterMs).toBeGreaterThanOrEqual(0);
  expect(record!.minimal).toEqual(record!.found.from);
});

test('shrinking that came to its end says nothing of it', async () => {
  const { kind, message, record } = await explore(lost, { seconds: 300 });
  expect({ kind, message }).toMatchObject({ kind: 'breaks' });
  expect(record!.found).not.toHaveProperty('shrinkStoppedAfterMs');
  expect(record!.found.shrinkRuns).toBeGreaterThan(1);
});
