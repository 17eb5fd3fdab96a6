import { expect } from 'vitest';
import type { Environment } from '../../harness/execution/host/environment.js';
import { Exhaustive } from '../../harness/explore/exhaustive/exhaustive.js';
import { bruteForce } from '../../harness/explore/testing/drive.js';
import { driveLive, liveScenario } from '../../harness/explore/testing/live.js';
import { modelOf } from '../../harness/explore/testing/machine.js';
import type { Oracle } from '../../harness/explore/testing/programs.js';

/** A program with so many classes is run on a server by `npm run test:long` only. */
export const CLASSES_LONG = 5000;

/** Expects that the exhaustive search runs each class of the program once, on the real server. */
export async function runsEachClassOnce(
  environment: Environment,
  { program, classes, interleavings }: Oracle,
): Promise<void> {
  const found = await driveLive(environment, liveScenario(program), new Exhaustive({ fault: 0, delay: 0 }));
  expect(found).toMatchObject({ maximal: classes, redundant: 0, capped: 0 });
  expect(found.classes.size).toBe(classes);
  if (interleavings === undefined) return;
  // The same classes as all interleavings of the model have.
  expect([...found.classes].sort()).toEqual([...bruteForce(modelOf(program))!.classes].sort());
}
