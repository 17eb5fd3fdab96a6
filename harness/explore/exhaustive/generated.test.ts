import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../../execution/host/environment.js';
import { scenario } from '../../scenario/scenario.js';
import type { WorkerBody } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { DepthFirstSearch } from '../dpor/depth-first.js';
import { bruteForce } from '../testing/drive.js';
import { generatedModel, sequentialWorkers, type GeneratedWorker } from '../testing/generated.js';
import { driveLive } from '../testing/live.js';
import { Exhaustive } from './exhaustive.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

const NONE = { fault: 0, delay: 0 };
const OPTIONS = { numRuns: 200, seed: 1, endOnFailure: true };
/** Programs with more are passed over, for the time that they would take. */
const INTERLEAVINGS_MAX = 1000;
const CLASSES_MAX = 60;
/** Few enough to run every interleaving on the server as well. */
const INTERLEAVINGS_LIVE = 40;

/** A generated worker as a real one. */
function liveWorker({ actions }: GeneratedWorker): WorkerBody {
  return async ({ redis }) => {
    let last = 0;
    for (const action of actions) {
      if (action.kind !== 'one') throw new Error('only one command at a time');
      const { name, key, stops } = action.first;
      const args = name === 'SET' ? [key, last + 1] : name === 'SETNX' ? [key, 1, 'NX'] : [key];
      const reply = await redis.call(name === 'SETNX' ? 'SET' : name, ...args);
      if (name === 'GET' || name === 'INCR') last = Number(reply ?? 0);
      if (stops && (reply === null || String(reply) === '0')) return;
    }
  };
}

/** A class of the model, with its commands named as on the server: `w1.3` for the fourth one, `w1.3.0`. */
function renamed(classes: ReadonlySet<string>): string[] {
  return [...classes]
    .map((text) => text.replaceAll(/\.(\d+)\.0/g, (_all, nth) => `.${Number(nth) + 1}`))
    .sort();
}

describe('Exhaustive on generated programs', () => {
  test('should run each class that the model has once, on the real server', async () => {
    let live = 0;
    const property = fc.asyncProperty(sequentialWorkers, async (workers) => {
      const all = bruteForce(generatedModel(workers, [], 0), INTERLEAVINGS_MAX);
      fc.pre(all !== undefined && all.classes.size <= CLASSES_MAX);
      const cast = scenario({ name: 'generated', workers: workers.map(liveWorker), invariants: [] });
      const found = await driveLive(environment, cast, new Exhaustive(NONE));
      expect(found).toMatchObject({ maximal: all.classes.size, redundant: 0 });
      expect([...found.classes].sort()).toEqual(renamed(all.classes));
      if (all.interleavings > INTERLEAVINGS_LIVE) return;
      const every = await driveLive(
        environment,
        cast,
        new Exhaustive(NONE, () => new DepthFirstSearch(false)),
      );
      expect(every.maximal).toBe(all.interleavings);
      expect(every.classes).toEqual(found.classes);
      live += 1;
    });
    await fc.assert(property, OPTIONS);
    expect(live).toBeGreaterThan(20);
  });
});
