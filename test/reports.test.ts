import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../harness/execution/environment.js';
import { replay } from '../harness/explore/replay.js';
import { readRecord } from '../harness/record/read.js';
import { startServer, type RedisServer } from '../harness/server/index.js';
import { labs } from '../labs/index.js';

/** `npm run test:long` asks for more, on a machine whose every processor is busy with something else. */
const LONG = process.env['RACE_LAB_LONG'] === '1';
/** Every kept record comes out the same so often; `npm run race-lab -- replay FILE --times 200` does it by hand. */
const TIMES = LONG ? 200 : 10;
const LIMIT = LONG ? { timeout: 1_200_000 } : {};
const FOLDER = fileURLToPath(new URL('../reports', import.meta.url));
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

/** Spins for as long as this process is there. */
const SPIN = 'const parent = process.ppid; while (process.ppid === parent);';
const busy: ChildProcess[] = [];
beforeAll(() => {
  if (!LONG) return;
  for (let n = 0; n < availableParallelism(); n++)
    busy.push(spawn(process.execPath, ['-e', SPIN], { stdio: 'ignore' }));
});
afterAll(() => busy.forEach((child) => child.kill('SIGKILL')));

describe.each(['process', 'container'] as const)('kept records, on a %s', LIMIT, (redis) => {
  let server: RedisServer | undefined;
  let environment: Environment;
  let missing = '';
  beforeAll(async () => {
    server = await startServer({ redis }).catch((error: Error & { code?: string }) => {
      if (error.code !== 'no-docker' || process.env['RACE_LAB_REQUIRE_CONTAINERS'] === '1') throw error;
      missing = error.message;
      return undefined;
    });
    if (server !== undefined) environment = await Environment.open(server);
  });
  afterAll(async () => {
    environment?.close();
    await server?.stop();
  });

  test.for(files)(`%s should come out the same ${TIMES} of ${TIMES} times`, async (name, { skip }) => {
    skip(server === undefined, missing);
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
});

test('there is a kept record for every variant that is expected to break or hang', () => {
  const wanted = labs.flatMap(({ id, variants }) =>
    variants.filter(({ expect: { kind } }) => kind !== 'holds').map(({ name }) => `${id}--${name}.json`),
  );
  expect(files.sort()).toEqual(wanted.sort());
});
