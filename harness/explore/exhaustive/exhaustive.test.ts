import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../../execution/environment.js';
import { sharedServer } from '../../server/index.js';
import { bruteForce } from '../testing/drive.js';
import { driveLive, liveScenario } from '../testing/live.js';
import { modelOf } from '../testing/machine.js';
import { ORACLES } from '../testing/programs.js';
import { Exhaustive } from './exhaustive.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

const NONE = { fault: 0, delay: 0 };

describe('Exhaustive on the real server', () => {
  test.each(ORACLES)(
    'should run $classes executions of $program.name, one for each class',
    async ({ program, classes, interleavings }) => {
      const found = await driveLive(environment, liveScenario(program), new Exhaustive(NONE));
      expect(found).toMatchObject({ maximal: classes, redundant: 0, capped: 0 });
      expect(found.classes.size).toBe(classes);
      if (interleavings === undefined) return;
      // The same classes as all interleavings of the model have.
      expect([...found.classes].sort()).toEqual([...bruteForce(modelOf(program))!.classes].sort());
    },
    120_000,
  );
});
