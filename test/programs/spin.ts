/**
 * A program of its own for the watchdog's tests: workers that spin, each followed by one that does not. It must never
 * run inside of a test process, since a spin that is not stopped never ends.
 *
 * Arguments: names of spins. Prints one line of JSON for each.
 */
import { nextTick } from 'node:process';
import { invariant } from '../../harness/check/invariant.js';
import { Environment } from '../../harness/execution/host/environment.js';
import { execute } from '../../harness/execution/execution.js';
import { scenario } from '../../harness/scenario/scenario.js';
import type { WorkerBody } from '../../harness/scenario/types.js';
import { startServer } from '../../harness/server/index.js';

const imported = (): void => nextTick(imported);

const taken = process.nextTick.bind(process);
const captured = (): void => taken(captured);

/** Ways never to give the event loop back. */
const SPINS: Readonly<Record<string, () => unknown>> = {
  loop: () => {
    for (;;);
  },
  'loop in finally': () => {
    for (;;) {
      try {
        for (;;);
      } finally {
        // oxlint-disable-next-line no-unsafe-finally -- the point
        for (;;);
      }
    }
  },
  calls: () => {
    for (;;) [3, 1, 2].sort((a, b) => a - b);
  },
  await: async () => {
    for (;;) await Promise.resolve();
  },
  then: () => {
    const again = (): unknown => Promise.resolve().then(again);
    return again();
  },
  microtasks: () => {
    const again = (): void => queueMicrotask(again);
    again();
  },
  ticks: () => {
    const again = (): void => process.nextTick(again);
    again();
  },
  'ticks that work': () => {
    const again = (): void => {
      process.nextTick(again);
      for (let at = 0; at < 10_000; at++) Math.sqrt(at);
    };
    again();
  },
  'imported ticks': imported,
  'captured ticks': captured,
  'ticks and promises': async () => {
    for (;;) await new Promise<void>((resolve) => process.nextTick(resolve));
  },
  'a regular expression': () => /^(a+)+$/.test(`${'a'.repeat(40)}b`),
  nothing: () => {},
  'a wait': () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
};

const spinning = (spin: () => unknown): WorkerBody[] => [
  async ({ redis }) => {
    await redis.get('k');
    await spin();
  },
  async ({ redis }) => {
    await redis.set('k', '1');
  },
];

const server = await startServer({ redis: 'process' });
const environment = await Environment.open(server, { starvedMs: 200 });
const run = (workers: WorkerBody[]) =>
  execute(environment, scenario({ name: 'spin', workers, invariants: [] }), {
    chooser: { choose: () => 0 },
    seed: 1,
  });
/** The same in a setup or an invariant, which ends the exploration instead. */
async function runAside(name: string): Promise<void> {
  const spin = SPINS['loop']!;
  const cast =
    name === 'setup'
      ? scenario({ name, workers: spinning(() => {}), invariants: [], setup: async () => spin() })
      : scenario({
          name,
          workers: spinning(() => {}),
          invariants: [invariant('spins', async () => void spin())],
        });
  const error: unknown = await execute(environment, cast, { chooser: { choose: () => 0 }, seed: 1 }).catch(
    (reason: unknown) => reason,
  );
  console.log(JSON.stringify({ name, error: String(error) }));
}

const names = process.argv.slice(2);
for (const name of names.includes('all') ? Object.keys(SPINS) : names) {
  if (name === 'setup' || name === 'invariant') {
    await runAside(name);
    continue;
  }
  const spun = await run(spinning(SPINS[name]!));
  const next = await run(spinning(() => {}));
  console.log(
    JSON.stringify({
      name,
      finding: spun.finding,
      steps: spun.steps.length,
      next: next.finding ?? next.steps.length,
    }),
  );
}
environment.close();
await server.stop();
