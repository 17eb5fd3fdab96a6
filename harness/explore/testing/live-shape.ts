import type { Invariant } from '../../check/invariant.js';
import { invariant } from '../../check/invariant.js';
import { scenario } from '../../scenario/scenario.js';
import type { Scenario, WorkerBody } from '../../scenario/types.js';
import type { Reply } from './programs.js';
import type { Shape } from './shapes.js';

/** A shape as a scenario on a real server. */
export interface LiveShape {
  readonly scenario: Scenario;
  /** Did the last execution hit the bug? */
  readonly hit: () => boolean;
}

/** @param judged - hitting the bug breaks an invariant */
export function liveShape(shape: Shape, judged: boolean): LiveShape {
  let current = shape.create();
  const body =
    (index: number): WorkerBody =>
    async ({ redis }) => {
      const commands = current.program.workers[index]!();
      for (let next = commands.next(); next.done !== true;) {
        const [name, ...args] = next.value as [string, ...string[]];
        next = commands.next((await redis.call(name, ...args)) as Reply);
      }
    };
  const unharmed: Invariant = invariant('unharmed', () =>
    Promise.resolve(current.hit() ? { expected: 'no harm', observed: 'harm' } : undefined),
  );
  return {
    scenario: scenario({
      name: shape.name,
      setup: async () => {
        current = shape.create();
      },
      workers: current.program.workers.map((_worker, index) => body(index)),
      invariants: judged ? [unharmed] : [],
    }),
    hit: () => current.hit(),
  };
}
