/** Executions with many faults of every client-side kind: they come out the same again, and shrink to what is needed. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noLostUpdate } from '../check/invariants.js';
import { Environment } from '../execution/host/environment.js';
import { scenario } from '../scenario/scenario.js';
import type { Scenario, WorkerBody } from '../scenario/types.js';
import { sharedServer } from '../server/index.js';
import { FAULT_KINDS, FAULTS, type FaultKind } from '../faults/catalogue.js';
import type { AimedFault } from '../faults/spec.js';
import { firstDifference } from '../record/compare.js';
import { shrinkFailure } from './shrink/shrink-failure.js';
import { isFailure, runTape, type Failure } from './tape/run-tape.js';
import { TapeArbitrary } from './tape/tape-arbitrary.js';
import { Tape } from './tape/tape.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

const KINDS = FAULT_KINDS.filter(
  (kind) => (FAULTS[kind].target as string) !== 'server' && !kind.startsWith('server-'),
);
/** Where nothing is a step unless a fault is aimed at it. */
const CONNECTING = [
  { kind: 'refuse-connect', count: 1, at: { reconnect: 0 } },
  { kind: 'close-before-send', at: { handshake: true, command: 'HELLO' } },
] as const;

const body: WorkerBody = async ({ redis, operation, id }) => {
  await operation('increment', async () => {
    const count = Number(await redis.get('c'));
    await redis.set('c', String(count + 1));
  }).catch(() => {});
  await redis.pipeline().incr(`own:${id}`).incr(`own:${id}`).exec();
};

const tapesFor = ({ workers, faults }: Scenario): TapeArbitrary =>
  new TapeArbitrary(workers.length, faults.budget);

function chaos(kinds: readonly (FaultKind | AimedFault)[]): Scenario {
  return scenario({
    name: 'chaos',
    workers: body,
    client: { commandTimeout: 40, retryStrategy: (times) => (times < 4 ? 20 : null) },
    invariants: [noLostUpdate({ key: 'c' })],
    faults: { kinds, budget: 3 },
    workersMayFail: true,
  });
}

test.each([
  ['faults of every kind', KINDS],
  ['faults while clients connect', [...KINDS.slice(0, 3), ...CONNECTING]],
])('%s should give the same execution on the same tape', async (_name, kinds) => {
  const cast = chaos(kinds);
  const struck = new Set<string>();
  await fc.assert(
    fc.asyncProperty(tapesFor(cast), async (tape) => {
      const first = await runTape(environment, cast, tape, { seed: 1 });
      const second = await runTape(environment, cast, first.tape, { seed: 1 });
      for (const { fault } of first.result.steps) if (fault !== undefined) struck.add(fault);
      expect(firstDifference(first.result, second.result)).toBeUndefined();
    }),
    { numRuns: 60, seed: 1 },
  );
  expect(struck.size).toBeGreaterThan(3);
});

test('faults that a failure does not need should go first', async () => {
  const cast = chaos(KINDS);
  let failure: Failure | undefined;
  await fc.check(
    fc.asyncProperty(tapesFor(cast), async (tape) => {
      const run = await runTape(environment, cast, tape, { seed: 1 });
      const lost = run.result.finding?.id === 'no lost update' && run.result.preemptions > 0;
      if (lost && run.result.faults > 1 && isFailure(run)) failure ??= run;
      expect(failure).toBeUndefined();
    }),
    { numRuns: 500, seed: 1, endOnFailure: true },
  );
  const shrunk = await shrinkFailure(environment, cast, failure!, 1);
  expect(shrunk.result.finding.id).toBe('no lost update');
  expect(shrunk.result.faults).toBeLessThan(failure!.result.faults);
  const { choices, skip, lineage } = shrunk.tape;
  for (const [at, choice] of choices.entries()) {
    if (choice >= 0) continue;
    const without = new Tape(choices.with(at, 0), skip, lineage);
    const { result } = await runTape(environment, cast, without, { seed: 1 });
    expect(result.finding?.id).not.toBe('no lost update');
  }
});
