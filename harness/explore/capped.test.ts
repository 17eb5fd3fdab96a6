/** An execution that reached the step limit is kept, to be looked at. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ENDS } from '../execution/judge/built-in.js';
import { Environment } from '../execution/host/environment.js';
import { recordSchema } from '../record/format.js';
import { renderFailure } from '../report/print/failure.js';
import { scenario } from '../scenario/scenario.js';
import { sharedServer } from '../server/index.js';
import { explore } from './explore.js';
import { replay } from './replay.js';

let session: Environment;
beforeAll(async () => {
  session = await Environment.open(await sharedServer());
});
afterAll(() => session.close());

const counting = scenario({
  name: 'counting',
  workers: [
    async ({ redis }) => {
      for (;;) await redis.incr('c');
    },
    ({ redis }) => redis.get('c'),
  ],
  invariants: [],
  maxSteps: 40,
});

test.each(['exhaustive', 'systematic', 'random'] as const)('%s', async (strategy) => {
  const verdict = await explore(counting, { session, strategy, runs: 3 });
  expect(verdict).toMatchObject({ kind: 'incomplete', invariant: undefined, minimal: undefined });
  const { record } = verdict;
  expect(recordSchema.safeParse(record).success).toBe(true);
  expect(record).toMatchObject({
    verdict: { kind: 'incomplete', invariant: ENDS, expected: 'an end within 40 steps' },
    reproduced: { times: 2, of: 2 },
  });
  expect(record!.verdict.observed).toMatch(/^40 steps without an end; w1 repeats INCR c/);
  expect(record!.verdict.where!.join()).toMatch(/capped\.test\.ts:\d+/);
  expect(record!.steps).toHaveLength(40);
  expect(await replay(counting, record!, { session, times: 2 })).toMatchObject({ same: 2, of: 2 });

  const text = renderFailure(record!, { columns: 100, verdict });
  expect(text).toContain('No end: 40 steps without an end');
  expect(text).toContain('(after the first 16 steps: --all shows them)');
  expect(text.match(/INCR c/g)!.length).toBeLessThan(30);
  expect(renderFailure(record!, { columns: 100, all: true })).not.toContain('--all shows them');
});

test('Nothing is kept where every execution comes to its end', async () => {
  const ending = scenario({ name: 'ending', workers: ({ redis }) => redis.incr('c'), invariants: [] });
  expect((await explore(ending, { session })).record).toBeUndefined();
});
