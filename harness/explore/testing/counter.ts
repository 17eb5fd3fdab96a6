/** For tests: workers that count, one of them wrongly. */
import { atMostOnce, noLostUpdate } from '../../check/invariants.js';
import { scenario } from '../../scenario/scenario.js';
import type { Scenario, WorkerBody } from '../../scenario/types.js';

/** Reads the counter `c` and writes one more: updates get lost. */
export const readThenWrite: WorkerBody = ({ redis, operation }) =>
  operation('increment', async () => {
    const count = Number(await redis.get('c'));
    await redis.set('c', String(count + 1));
  });

/** Lets the server add one to `c`. */
export const increment: WorkerBody = ({ redis, operation }) => operation('increment', () => redis.incr('c'));

/** A scenario of workers that count. @param extra - more options of it */
export function counter(workers: WorkerBody, workerCount: number, extra: object = {}): Scenario {
  return scenario({
    name: 'counter',
    workers,
    workerCount,
    invariants: [noLostUpdate({ key: 'c' }), atMostOnce({ key: 'c' })],
    ...extra,
  });
}
