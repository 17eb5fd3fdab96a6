import { mutualExclusion } from '../../check/locks/mutual-exclusion.js';
import { scenario } from '../../scenario/scenario.js';

/** Three workers and a lock with a lease; one of them may crash. That their operations overlap shows late in a search. */
export const exclusive = scenario({
  name: 'exclusive',
  workers: async ({ name, redis, step, critical }) => {
    if ((await redis.set('lock', name, 'PX', 60_000, 'NX')) === null) return;
    await critical(() => step('work'));
    await redis.del('lock');
  },
  workerCount: 3,
  client: 'single-shot',
  workersMayFail: true,
  invariants: [mutualExclusion()],
  faults: { kinds: ['worker-crash'] },
});
