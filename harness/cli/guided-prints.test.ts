/** A race file that is really changed, and what `replay --guided` says of each change. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { widthOf } from '../base/text.js';
import { Environment } from '../execution/host/environment.js';
import { exploreWith } from '../explore/explore.js';
import { replayGuided } from '../explore/guided/guided.js';
import type { Scenario } from '../index.js';
import type { RaceRecord } from '../record/format.js';
import { writeRecord } from '../record/write.js';
import { sharedServer } from '../server/index.js';
import { printed } from './testing/printed.js';

const AS_RECORDED = `
import { noLostUpdate, scenario } from '../../harness/index.js';

async function buyer({ redis, operation }) {
  await operation('increment', async () => {
    const seen = Number(await redis.get('counter'));
    await redis.set('counter', String(seen + 1));
  });
}

export default scenario({
  name: 'counter',
  workers: buyer,
  workerCount: 2,
  invariants: [noLostUpdate({ key: 'counter' })],
});
`;

let environment: Environment;
let folder: string;
let record: RaceRecord;
let edits = 0;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
  // Inside of the project, so that its dependencies are found.
  folder = await mkdtemp(fileURLToPath(new URL('../../test/.guided-', import.meta.url)));
  const found = await exploreWith(await edited((text) => text), {
    session: environment,
    identity: { lab: '99-prints', variant: 'counter' },
  });
  record = found.record!;
  await writeRecord(join(folder, 'counter.json'), record);
});
afterAll(async () => {
  environment.close();
  await rm(folder, { recursive: true });
});

/** The file as it is after somebody edited it. */
async function edited(edit: (text: string) => string): Promise<Scenario> {
  const file = join(folder, `counter-${(edits += 1)}.race.ts`);
  await writeFile(file, edit(AS_RECORDED));
  return ((await import(pathToFileURL(file).href)) as { default: Scenario }).default;
}

async function followed(today: Scenario, columns: number, ...options: string[]): Promise<[number, string]> {
  const { code, out } = await printed(['replay', join(folder, 'counter.json'), '--guided', ...options], {
    environment,
    name: 'counter',
    scenario: today,
    expectation: { kind: 'breaks', invariant: 'no lost update' },
    columns,
    runner: { replayGuided: (cast, run, more) => replayGuided(cast, run, { ...more, session: environment }) },
  });
  // The lines of the code are those of the test.
  return [code, out.replaceAll(/\S*counter-\d+\.race\.ts/g, 'counter.race.ts')];
}

const GET = "const seen = Number(await redis.get('counter'));";
const SET = "await redis.set('counter', String(seen + 1));";

describe.each<[string, number, (text: string) => string]>([
  ['unchanged', 0, (text) => text],
  ['worker-renamed', 0, (text) => text.replaceAll('buyer', 'customer')],
  ['command-inserted', 0, (text) => text.replace(GET, `await redis.ping();\n    ${GET}`)],
  ['inserted-between', 0, (text) => text.replace(SET, `await redis.sadd('audit', 'w');\n    ${SET}`)],
  ['command-removed', 2, (text) => text.replace(GET, 'const seen = 1;')],
  ['other-arguments', 0, (text) => text.replace('String(seen + 1)', "String(seen + 1), 'PX', 1000")],
  ['made-atomic', 2, (text) => text.replace(GET, '').replace(SET, "await redis.incr('counter');")],
  [
    'other-verdict',
    1,
    (text) =>
      text
        .replace('noLostUpdate', 'invariant')
        .replace(
          "noLostUpdate({ key: 'counter' })",
          "invariant('twenty', () => ({ expected: '20', observed: 'less' }))",
        ),
  ],
])('%s', (name, expected, edit) => {
  test.each([80, 120])('at %i columns', async (columns) => {
    const [code, text] = await followed(await edited(edit), columns);
    await expect(text).toMatchFileSnapshot(`golden/guided/${name}.${columns}.txt`);
    expect(code).toBe(expected);
    expect(text.replaceAll(/\s+/g, ' ')).toContain(
      "New evidence about today's code, not the recorded finding.",
    );
    for (const line of text.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  });
});

test('a fault still strikes what it was aimed at when something is inserted before', async () => {
  const cast = await edited((text) =>
    text
      .replace(GET, '')
      .replace(SET, "await redis.incr('counter');")
      .replace('noLostUpdate', 'atMostOnce')
      .replace('noLostUpdate', 'atMostOnce')
      .replace('workerCount: 2,', "workerCount: 1,\n  faults: { kinds: ['reset-after-apply'] },"),
  );
  const { record: found } = await exploreWith(cast, { session: environment });
  expect(found?.verdict.invariant).toBe('at most once');
  const today = {
    ...cast,
    workers: [
      async (context) => {
        await context.redis.ping();
        await cast.workers[0]!(context);
      },
    ] satisfies Scenario['workers'],
  };
  const result = await replayGuided(today, found!, { session: environment });
  expect(result.verdict?.invariant).toBe('at most once');
  expect(result.departures[0]).toMatchObject({ step: 1, how: 'new' });
  expect(result.reproduced).toEqual({ times: 1, of: 1 });
});

test('what does not go with it is said', async () => {
  const cast = await edited((text) => text);
  expect((await followed(cast, 80, '--step'))[0]).toBe(2);
});
