import { afterAll, beforeAll, expect, test } from 'vitest';
import { invariant } from '../../check/invariant.js';
import { explore } from '../../explore/explore.js';
import { scenario } from '../../scenario/scenario.js';
import { sharedServer } from '../../server/index.js';
import { Environment } from '../host/environment.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

const lastOfAll = invariant('the last one in the history wrote last', async ({ redis, history }) => {
  const value = await redis.get('lock');
  const last = history.ranOn('lock').at(-1)!;
  if (value !== `w${last.worker}`) return { expected: `w${last.worker}`, observed: String(value) };
});

test('what a transaction does takes its place in the history with EXEC, not where it was queued', async () => {
  const cast = scenario({
    name: 'two transactions',
    workers: ({ redis, name }) => redis.multi().set('lock', name).pexpire('lock', 1000).exec(),
    invariants: [lastOfAll],
  });
  expect(await explore(cast, { session: environment, strategy: 'systematic' })).toMatchObject({
    kind: 'holds',
  });
  expect(await explore(cast, { session: environment })).toMatchObject({ kind: 'holds' });
});

test('what a transaction was to do did not run where it came to nothing', async () => {
  const cast = scenario({
    name: 'watched',
    workers: [
      async ({ redis, name }) => {
        await redis.watch('lock');
        await redis.multi().set('lock', name).exec();
      },
      ({ redis, name }) => redis.set('lock', name),
    ],
    invariants: [lastOfAll],
  });
  expect(await explore(cast, { session: environment })).toMatchObject({ kind: 'holds' });
});
