/** The programs whose classes are too many for every test run. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Environment } from '../../execution/host/environment.js';
import { sharedServer } from '../../server/index.js';
import { CLASSES_LONG, runsEachClassOnce } from '../../../test/support/live-oracle.js';
import { ORACLES } from '../testing/programs.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

const large = ORACLES.filter(({ classes }) => classes >= CLASSES_LONG);

test('there are such programs', () => expect(large).not.toEqual([]));

test.each(large)('should run $classes executions of $program.name, one for each class', (oracle) =>
  runsEachClassOnce(environment, oracle),
);
