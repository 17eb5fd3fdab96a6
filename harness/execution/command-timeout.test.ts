import { afterAll, beforeAll, expect, test } from 'vitest';
import { explore } from '../explore/explore.js';
import { scenario } from '../scenario/scenario.js';
import { sharedServer } from '../server/index.js';
import { Environment } from './host/environment.js';
import { fault } from './testing/deviations.js';
import { play } from './testing/play.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

test('a timer that is the commandTimeout of the client says so, and what was under way', async () => {
  const cast = scenario({
    name: 'times out',
    client: { commandTimeout: 500 },
    faults: { kinds: ['black-hole-reply'], required: true },
    workers: ({ redis }) => redis.incr('c'),
    workerCount: 1,
    invariants: [],
  });
  const { record } = await explore(cast, { session: environment });
  const timer = record!.steps.find(({ text }) => text === 'timer 500 ms');
  expect(timer!.notes).toContain(
    'commandTimeout of the client: INCR (step 1) was under way; the caller gets an error',
  );
});

test('of a command that the client has sent again, it names the step that did', async () => {
  const { steps } = await play(environment, {
    client: { commandTimeout: 500 },
    workers: [({ redis }) => redis.incr('c')],
    deviations: [fault('reset-after-apply', 'INCR'), fault('black-hole-reply', 'INCR')],
  });
  const again = steps.findIndex(({ id }) => id === 'w1.1r2') + 1;
  const timer = steps.find(({ text }) => text === 'timer 500 ms');
  expect(again).toBeGreaterThan(1);
  expect(timer!.notes).toContain(
    `commandTimeout of the client: INCR (step ${again}) was under way; the caller gets an error`,
  );
});
