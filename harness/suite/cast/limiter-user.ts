import { shown } from '../../base/shown.js';
import { ScenarioError } from '../../scenario/errors.js';
import type { WorkerBody, WorkerContext } from '../../scenario/types.js';
import type { SuiteLimiter } from '../adapters/suite-adapter.js';
import { HIT } from '../checks/limiter-checks.js';
import { clientOf, KEY } from './client-of.js';

/** Somebody who asks to be admitted: what it is told is recorded, and no error ends it. @internal */
export interface LimiterUser {
  /** Asks, so many times one after the other. Default: once. */
  readonly hit: (times?: number) => Promise<void>;
  readonly sleep: WorkerContext['sleep'];
}

/** A worker that asks to be admitted. @internal */
export function limiterUser(
  limiter: SuiteLimiter,
  script: (user: LimiterUser) => Promise<unknown>,
): WorkerBody {
  return async (worker) => {
    const { operation, sleep } = worker;
    const { limit, windowMs } = limiter;
    const call = { client: await clientOf(limiter, worker), key: KEY, limit, windowMs };
    await script({
      hit: async (times = 1) => {
        for (let nth = 0; nth < times; nth++)
          await operation(HIT, async () => admitted(await limiter.hit(call))).catch((error: unknown) => {
            if (error instanceof ScenarioError) throw error;
          });
      },
      sleep,
    });
  };
}

/** @throws ScenarioError for an answer that is neither yes nor no */
function admitted(answer: unknown): boolean {
  if (typeof answer === 'boolean') return answer;
  throw new ScenarioError(`limiterAdapter: "hit" gives true or false, not ${shown(answer)}`);
}
