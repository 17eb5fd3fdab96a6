import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../../execution/host/environment.js';
import { execute } from '../../execution/execution.js';
import { scenario } from '../../scenario/scenario.js';
import type { WorkerBody } from '../../scenario/types.js';
import { sharedServer } from '../../server/index.js';
import { explore } from '../explore.js';
import { CommandFootprints } from '../footprints/command-footprints.js';
import { Tape } from '../tape/tape.js';
import { liveShape } from '../testing/live-shape.js';
import { samples } from '../testing/sample.js';
import { SHAPES } from '../testing/shapes.js';
import { SAMPLERS, type SamplerName } from '../samplers/index.js';
import { Sampling } from './sampling.js';

const NAMES = Object.keys(SAMPLERS) as SamplerName[];
const SEED = 1;

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

/** A lock with a lease that runs out, a client that gives up waiting, and faults. */
const lease: WorkerBody = async ({ redis, name, sleep }) => {
  if ((await redis.set('lock', name, 'PX', 100, 'NX')) === null) return;
  const seen = Number(await redis.get('c'));
  await sleep(60);
  await redis.set('c', String(seen + 1));
  if ((await redis.get('lock')) === name) await redis.del('lock');
};
const leased = scenario({
  name: 'leased',
  workers: lease,
  workerCount: 3,
  invariants: [],
  faults: { kinds: ['reset-before-send', 'reset-after-apply', 'worker-crash'], budget: 2 },
  workersMayFail: true,
});

/** Tapes of the first executions of a strategy. */
async function tapesOf(name: SamplerName, seed: number, runs: number): Promise<string[]> {
  const commands = new CommandFootprints(environment.control);
  const sampling = new Sampling(name, { seed, faults: 2, commands, deadlines: false });
  const tapes: string[] = [];
  for (let run = 0; run < runs; run++) {
    sampling.start();
    const result = await execute(environment, leased, { chooser: sampling, seed });
    await sampling.learn(result);
    tapes.push(`${sampling.report.current.padEnd(12)} ${Tape.of(result).toString()}`);
  }
  return tapes;
}

describe('Sampling', () => {
  test.each(NAMES)('should make the same tapes from the same seed, on any machine: %s', async (name) => {
    const first = await tapesOf(name, SEED, 21);
    expect(await tapesOf(name, SEED, 21)).toEqual(first);
    expect(await tapesOf(name, 2, 21)).not.toEqual(first);
    await expect(`${first.join('\n')}\n`).toMatchFileSnapshot(`golden/tapes-${name}.txt`);
  });

  // What 20,000 runs on the model say about a sampler, they say about it on a server too: it does the same there.
  test.each(SHAPES)('should schedule $name on a server as on the model', async (shape) => {
    const live = liveShape(shape, false);
    const commands = new CommandFootprints(environment.control);
    const options = { seed: SEED, faults: 0, commands, deadlines: false };
    // The model knows from the start what commands touch: let the server be asked about all of them first.
    const before = new Sampling('random', options);
    for (let run = 0; run < 20; run++) {
      before.start();
      await before.learn(await execute(environment, live.scenario, { chooser: before, seed: SEED }));
    }
    for (const name of NAMES) {
      const sampling = new Sampling(name, options);
      for (const expected of samples(shape, SAMPLERS[name](), SEED, 35)) {
        sampling.start();
        const result = await execute(environment, live.scenario, { chooser: sampling, seed: SEED });
        await sampling.learn(result);
        const order = result.steps.map(({ worker }) => worker - 1);
        expect({ order, hit: live.hit(), sampler: sampling.report.current }).toEqual(expected);
      }
    }
  });

  test.each(SHAPES)('should find $name by rotation', async (shape) => {
    const verdict = await explore(liveShape(shape, true).scenario, {
      session: environment,
      strategy: 'rotate',
      seed: SEED,
      runs: 2000,
    });
    expect(verdict).toMatchObject({ kind: 'breaks', strategy: 'rotate' });
    expect(verdict.record?.found.sampler).toBe(verdict.sampling?.current);
    expect(verdict.record?.reproduced).toEqual({ times: 20, of: 20 });
    await expect(
      `${shape.name}: execution ${verdict.executions}, ${verdict.sampling?.current}\n`,
    ).toMatchFileSnapshot(`golden/found-${SHAPES.indexOf(shape) + 1}.txt`);
  });

  test('should count classes, and say how new the last executions still were', async () => {
    const body: WorkerBody = async ({ redis, name }) => {
      await redis.set(`private:${name}`, '1');
      await redis.incr('c');
    };
    const incr = scenario({ name: 'incr', workers: body, workerCount: 3, invariants: [] });
    const verdict = await explore(incr, { session: environment, strategy: 'rotate', runs: 140, seed: SEED });
    expect(verdict.kind).toBe('holds');
    // Three INCRs in any order, whatever the order of the private keys.
    expect(verdict.sampling).toMatchObject({
      classes: 6,
      classesAreMore: false,
      late: { executions: 14, classes: 0 },
      unseen: 0,
    });
    const { growth } = verdict.sampling!;
    expect(growth!.map(([executions]) => executions)).toEqual(
      Array.from({ length: 20 }, (_, at) => 7 * (at + 1)),
    );
    expect(growth!.at(-1)).toEqual([140, 6]);
    expect(growth!.every(([, classes], at) => classes >= (growth![at - 1]?.[1] ?? 1))).toBe(true);
    expect(Object.values(verdict.sampling!.executions)).toEqual([20, 20, 20, 20, 20, 20, 20]);
    const [one, two] = verdict.sampling!.detection;
    expect(one).toEqual({ depth: 1, runs: 20, each: 1 / 3, all: 1 - (2 / 3) ** 20 });
    // Six steps, of which the last is never contested, and one more place for a change.
    expect(two).toMatchObject({ depth: 2, runs: 20, each: 1 / 18 });
  });

  test('should promise nothing where no sampler does, and less where faults take their share', async () => {
    const flaky = scenario({
      name: 'flaky',
      workers: ({ redis }) => redis.incr('c'),
      workerCount: 3,
      invariants: [],
      faults: { kinds: ['reset-before-send', 'reset-after-apply'], budget: 2 },
    });
    const urw = await explore(flaky, { session: environment, strategy: 'urw', runs: 30 });
    expect(urw.sampling?.detection).toEqual([]);
    const pct = await explore(flaky, { session: environment, strategy: 'pct', runs: 30 });
    expect(pct.sampling?.detection.map(({ depth }) => depth)).toEqual([1, 2, 3]);
    expect(pct.sampling!.detection[0]!.each).toBeLessThanOrEqual(1 / 3 / 3);
  });
});
