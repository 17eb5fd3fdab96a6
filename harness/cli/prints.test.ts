import { rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../execution/host/environment.js';
import { exploreWith } from '../explore/explore.js';
import type { Verdict } from '../record/verdict.js';
import type { Expectation } from '../scenario/lab.js';
import { diagnose } from '../report/diagnosis/diagnosis.js';
import { PATTERNS } from '../report/diagnosis/pattern.js';
import type { RaceRecord } from '../record/format.js';
import { widthOf } from '../base/text.js';
import { scenario } from '../scenario/scenario.js';
import type { WorkerBody } from '../scenario/types.js';
import { sharedServer, startServer } from '../server/index.js';
import { EXAMPLES } from './testing/every-example.js';
import type { Example } from './testing/examples.js';
import { printed } from './testing/printed.js';

let environment: Environment;
let folder: string;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
  folder = await mkdtemp(join(tmpdir(), 'race-lab-prints-'));
});
afterAll(async () => {
  environment.close();
  await rm(folder, { recursive: true });
});

const verdicts = new Map<string, Promise<Verdict>>();

/** What this machine, this version and this strategy have to do with it is none of a golden file's business. */
function settled(verdict: Verdict): Verdict {
  const { record } = verdict;
  const redis = { version: '8.0.0', product: 'redis', source: 'process', clock: 'shim' } as const;
  const found = { complete: false, executions: 7, strategy: 'rotation', tookMs: 12, redis };
  if (record === undefined) return { ...verdict, redis, tookMs: 12 };
  const { minimal } = record;
  const same: RaceRecord = {
    ...record,
    redis,
    client: { ...record.client, ioredis: '6.0.0' },
    tool: { ...record.tool, version: '1.0.0' },
    found: {
      strategy: 'rotation',
      execution: 7,
      shrinkRuns: 20,
      from: {
        ...minimal,
        workers: record.workers,
        steps: minimal.steps + 3,
        preemptions: minimal.preemptions + 1,
      },
    },
  };
  return { ...verdict, ...found, record: same };
}

/** Explores an example once, on the real server, whatever the number of columns. */
function explored({ name, scenario, options }: Example): Promise<Verdict> {
  const known = verdicts.get(name);
  if (known !== undefined) return known;
  const verdict = exploreWith(scenario, { strategy: 'systematic', ...options, session: environment }).then(
    settled,
  );
  verdicts.set(name, verdict);
  return verdict;
}

/** The command line's whole output about one example, with what this run and this machine have to do with it taken out. */
async function print(example: Example, columns: number): Promise<string> {
  const { name, scenario } = example;
  const { kind, invariant = '' } = await explored(example);
  const expectation: Expectation =
    kind === 'breaks' ? { kind, invariant } : { kind: kind === 'hangs' ? kind : 'holds' };
  const { out } = await printed(['run', '-v', '--out', join(folder, 'latest')], {
    environment,
    name,
    scenario,
    expectation,
    columns,
    runner: {
      startServer: async () => ({ ...environment.server, version: '8.0.0', stop: async () => {} }),
      explore: () => explored(example),
    },
  });
  // The last lines say how long it took, and where.
  return out.replaceAll(folder, 'reports').replace(/\n[^\n]*; \d+\.\d s;[\s\S]*$/, '\n');
}

describe.each(EXAMPLES)('$name', (example) => {
  test.each([80, 120])('at %i columns', async (columns) => {
    const text = await print(example, columns);
    await expect(text).toMatchFileSnapshot(`golden/prints/${example.name}.${columns}.txt`);
    for (const line of text.split('\n'))
      if (!line.includes(' replay ')) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  });

  test('the pattern is recognised from the steps', async () => {
    const { record } = await explored(example);
    expect(record && diagnose(record).pattern).toBe(example.pattern);
  });
});

test('every pattern has an example', () => {
  const shown = new Set(EXAMPLES.map(({ pattern }) => pattern));
  // A worker that spins would take the tests with it: its golden file is in record/golden.
  expect(PATTERNS.filter((pattern) => !shown.has(pattern))).toEqual(['starvation']);
});

test.each([80, 120])('a server that went away, at %i columns', async (columns) => {
  const server = await startServer({ redis: 'process' });
  const own = await Environment.open(server);
  try {
    const gone: WorkerBody = async ({ redis }) => {
      await redis.ping();
      process.kill(server.pid!, 'SIGKILL');
      for (;;) await redis.get('counter');
    };
    const example: Example = {
      name: 'server-gone',
      scenario: scenario({ name: 'server-gone', workers: gone, workerCount: 1, invariants: [] }),
    };
    const verdict = await exploreWith(example.scenario, { strategy: 'systematic', session: own });
    // It depends on the kernel how the end of the connection shows first.
    const message = verdict.message.replace(/^lost Redis: .* \((?=GET)/, 'lost Redis: write EPIPE (');
    verdicts.set(example.name, Promise.resolve(settled({ ...verdict, message })));
    await expect(await print(example, columns)).toMatchFileSnapshot(
      `golden/prints/server-gone.${columns}.txt`,
    );
  } finally {
    own.close();
    await server.stop();
  }
});
