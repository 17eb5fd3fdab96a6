import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Prng } from '../harness/base/prng.js';
import { Environment } from '../harness/execution/host/environment.js';
import { execute } from '../harness/execution/execution.js';
import type { Chooser } from '../harness/execution/steps/decision.js';
import { firstDifference } from '../harness/record/compare.js';
import { replay } from '../harness/explore/replay.js';
import { readRecord } from '../harness/record/read.js';
import { withTransport } from '../harness/scenario/recast.js';
import { scenario } from '../harness/scenario/scenario.js';
import type { WorkerBody } from '../harness/scenario/types.js';
import { sharedServer } from '../harness/server/index.js';
import { faultSpec } from '../harness/faults/spec.js';
import { FAULT_KINDS } from '../harness/faults/catalogue.js';
import { isServerFault } from '../harness/faults/server-fault.js';
import { labs } from '../labs/index.js';

const FOLDER = fileURLToPath(new URL('../reports', import.meta.url));
const files = readdirSync(FOLDER).filter((name) => /^0[13]-.*\.json$/.test(name));

/** All that may go wrong between a client and the server. */
const FAULTS_OF_CLIENTS = FAULT_KINDS.filter((kind) => !isServerFault(kind)).map((kind) => faultSpec(kind));

/** Random tapes a variant. */
const TAPES = 12;

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

describe('a kept record, with ordinary clients on sockets', () => {
  test('should exist for both labs', () => {
    expect(files.some((file) => file.startsWith('01-'))).toBe(true);
    expect(files.some((file) => file.startsWith('03-'))).toBe(true);
  });

  for (const way of ['hook', 'tcp'] as const) {
    test.each(files)(`should have the same steps and verdict through the ${way} way: %s`, async (file) => {
      const record = await readRecord(join(FOLDER, file));
      const found = labs.find(({ id }) => id === record.lab);
      const variant = found?.variants.find(({ name }) => name === record.variant);
      expect(variant).toBeDefined();
      const result = await replay(withTransport(variant!.scenario, way), record, {
        session: environment,
        times: 5,
      });
      expect(result).toMatchObject({ firstDifference: undefined, same: 5, of: 5 });
    });
  }
});

/** Any choice with the same probability, faults included. */
function anyChoice(seed: number): Chooser {
  const random = new Prng(seed, 0);
  return {
    choose: ({ moves, faults }) => {
      const at = random.below(moves.length + faults.length);
      return at < moves.length ? at : moves.length - 1 - at;
    },
  };
}

describe('every variant of both labs', () => {
  const variants = labs
    .filter(({ id }) => /^0[13]-/.test(id))
    .flatMap(({ variants }) => variants)
    .map(({ scenario }) => ({ ...scenario, faults: { specs: FAULTS_OF_CLIENTS, budget: 2 } }));

  test.each(variants)('$name should do the same on any tape, whatever the way in', async (cast) => {
    for (let seed = 1; seed <= TAPES; seed++) {
      const first = await execute(environment, cast, { chooser: anyChoice(seed), seed });
      const choices = first.choices.map(({ choice }) => choice);
      for (const way of ['hook', 'tcp'] as const) {
        const left = [...choices];
        const chooser = { choose: () => left.shift() ?? 0 };
        const second = await execute(environment, withTransport(cast, way), { chooser, seed });
        expect(firstDifference(first, second), `${way}, choices ${choices.join(' ')}`).toBeUndefined();
        expect(second.bestEffort).toBe(false);
        expect(left).toEqual([]);
      }
    }
  });
});

test('fifty workers should come in by any way', async () => {
  const workers: WorkerBody = ({ redis, id }) => redis.rpush('order', id);
  const cast = scenario({ name: 'crowd', workers, workerCount: 50, invariants: [] });
  const first = await execute(environment, cast, { chooser: anyChoice(1), seed: 1 });
  expect(first.steps).toHaveLength(50);
  const choices = first.choices.map(({ choice }) => choice);
  for (const way of ['hook', 'tcp'] as const) {
    const left = [...choices];
    const chooser = { choose: () => left.shift() ?? 0 };
    expect(
      firstDifference(first, await execute(environment, withTransport(cast, way), { chooser, seed: 1 })),
    ).toBe(undefined);
  }
});
