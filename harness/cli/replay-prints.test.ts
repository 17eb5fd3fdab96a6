import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invariant, type Invariant } from '../check/invariant.js';
import { noLostUpdate } from '../check/invariants.js';
import { Environment } from '../execution/host/environment.js';
import { exploreWith } from '../explore/explore.js';
import { replay } from '../explore/replay.js';
import { widthOf } from '../base/text.js';
import { scenario, type Scenario, type WorkerBody } from '../index.js';
import { writeRecord } from '../record/write.js';
import { sharedServer } from '../server/index.js';
import { printed } from './testing/printed.js';

let environment: Environment;
let folder: string;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
  folder = await mkdtemp(join(tmpdir(), 'race-lab-replays-'));
  const { record } = await exploreWith(counter(readThenWrite), {
    session: environment,
    identity: { lab: '99-prints', variant: 'counter' },
  });
  await writeRecord(join(folder, 'counter.json'), record!);
});
afterAll(async () => {
  environment.close();
  await rm(folder, { recursive: true });
});

const readThenWrite: WorkerBody = ({ redis, operation }) =>
  operation('increment', async () => {
    const seen = Number(await redis.get('counter'));
    await redis.set('counter', String(seen + 1));
  });
const atOnce: WorkerBody = ({ redis, operation }) => operation('increment', () => redis.incr('counter'));
const withExpiry: WorkerBody = ({ redis, operation }) =>
  operation('increment', async () => {
    const seen = Number(await redis.get('counter'));
    await redis.set('counter', String(seen + 1), 'PX', 1000);
  });

function counter(
  workers: WorkerBody,
  invariants: Invariant[] = [noLostUpdate({ key: 'counter' })],
): Scenario {
  return scenario({ name: 'counter', workers, workerCount: 2, invariants });
}

/** What `race-lab replay` prints of the kept record, once the code is this. */
async function replayed(today: Scenario, columns: number, ...options: string[]): Promise<[number, string]> {
  const args = ['replay', join(folder, 'counter.json'), ...options];
  const { code, out } = await printed(args, {
    environment,
    name: 'counter',
    scenario: today,
    expectation: { kind: 'breaks', invariant: 'no lost update' },
    columns,
    runner: { replay: (cast, record, more) => replay(cast, record, { ...more, session: environment }) },
  });
  return [code, out];
}

const forgiving = invariant('something was counted', async ({ redis }) =>
  (await redis.get('counter')) === null ? { expected: 'a number', observed: 'none' } : undefined,
);
const strict = invariant('counted twenty times', async ({ redis }) => ({
  expected: 'counter = 20',
  observed: `counter = ${await redis.get('counter')}`,
}));

describe.each<[string, number, () => Scenario, ...string[]]>([
  ['as-recorded', 0, () => counter(readThenWrite), '--times', '3'],
  ['step-by-step', 0, () => counter(readThenWrite), '--step'],
  ['other-steps-step-by-step', 1, () => counter(atOnce), '--step'],
  ['other-steps', 1, () => counter(atOnce), '--times', '3'],
  ['other-arguments', 1, () => counter(withExpiry)],
  ['nothing-wrong', 1, () => counter(readThenWrite, [forgiving])],
  ['other-verdict', 1, () => counter(readThenWrite, [strict])],
])('replay: %s', (name, expected, today, ...options) => {
  test.each([80, 120])('at %i columns', async (columns) => {
    const [code, text] = await replayed(today(), columns, ...options);
    await expect(text).toMatchFileSnapshot(`golden/replays/${name}.${columns}.txt`);
    for (const line of text.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns);
    expect(code).toBe(expected);
  });
});
