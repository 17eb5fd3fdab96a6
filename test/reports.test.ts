import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../harness/execution/environment.js';
import { replay } from '../harness/explore/replay.js';
import { readRecord } from '../harness/record/read.js';
import { sharedServer } from '../harness/server/index.js';
import { labs } from '../labs/index.js';

/** Every kept record comes out the same so often; `npm run race-lab -- replay FILE --times 200` does it by hand. */
const TIMES = 10;
const FOLDER = fileURLToPath(new URL('../reports', import.meta.url));
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

describe('kept records', () => {
  test.each(files)(`%s should come out the same ${TIMES} of ${TIMES} times`, async (name) => {
    const record = await readRecord(join(FOLDER, name));
    const variant = labs
      .find(({ id }) => id === record.lab)
      ?.variants.find((candidate) => candidate.name === record.variant);
    expect(variant, `${record.lab}/${record.variant} exists`).toBeDefined();
    expect(variant!.expect.kind).toBe(record.verdict.kind);
    const result = await replay(variant!.scenario, record, { environment, times: TIMES });
    expect(result.firstDifference).toBeUndefined();
    expect(result.same).toBe(TIMES);
  });

  test('should be there for every variant that is expected to break or hang', () => {
    const wanted = labs.flatMap(({ id, variants }) =>
      variants.filter(({ expect: { kind } }) => kind !== 'holds').map(({ name }) => `${id}--${name}.json`),
    );
    expect(files.sort()).toEqual(wanted.sort());
  });
});
