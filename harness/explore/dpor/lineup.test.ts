import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bruteForce, drive } from '../testing/drive.js';
import {
  concurrentWorkers,
  generatedModel,
  sequentialWorkers,
  shortWorkers,
  someFaults,
  type GeneratedWorker,
} from '../testing/generated.js';
import { modelOf, type Model } from '../testing/machine.js';
import { increments, lostUpdate } from '../testing/programs.js';
import { OptimalSearch } from './optimal.js';

const OPTIONS = { numRuns: 200, seed: 1, endOnFailure: true };
/** Programs with more are passed over, for the time that they would take. */
const INTERLEAVINGS_MAX = 1500;

/** All that a class becomes when the workers are given other numbers. */
function orbit(text: string, workers: number): string[] {
  return permutations([...Array(workers).keys()]).map((numbers) =>
    text
      .replaceAll(/w(\d+)\./g, (_all, worker) => `w${numbers[Number(worker) - 1]! + 1}.`)
      .split(';')
      .map((line) => {
        const [key, before = ''] = line.split('<');
        return `${key}<${before.split(',').sort().join()}`;
      })
      .sort()
      .join(';'),
  );
}

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((first) =>
    permutations(items.filter((item) => item !== first)).map((rest) => [first, ...rest]),
  );
}

/** Is there, for every class, one among those found that differs only in who is who? */
function compare(model: Model): void {
  const all = bruteForce(model, INTERLEAVINGS_MAX);
  fc.pre(all !== undefined);
  const { budget: fault, workers } = model;
  const found = drive(model, new OptimalSearch({ fault, delay: 0 }), { alike: true });
  const covered = [...found.classes].flatMap((text) => orbit(text, workers.length));
  expect([...new Set(covered)].sort()).toEqual([...all.classes].sort());
  expect(found.maximal).toBeLessThanOrEqual(all.classes.size);
}

/** Several times the first of these workers. */
function sameWorkers([worker]: readonly GeneratedWorker[], count: number): GeneratedWorker[] {
  return Array.from({ length: count }, () => worker!);
}

const counts = fc.integer({ min: 2, max: 3 });

describe('Lineup', () => {
  test.each([
    [lostUpdate(3, 1), 36 / 6],
    [lostUpdate(4, 1), 576 / 24],
    [lostUpdate(3, 2), 7134 / 6],
    [increments(3, 2), 90 / 6],
  ])('should leave one class of each orbit of %o', (program, orbits) => {
    const found = drive(modelOf(program), new OptimalSearch({ fault: 0, delay: 0 }), { alike: true });
    expect(found).toMatchObject({ maximal: orbits, redundant: 0 });
  });

  test('should leave one class of each orbit with a fault', () => {
    const model = modelOf(increments(3, 1), ['lost', 'unheard', 'crash'], 1);
    const all = bruteForce(model)!;
    const orbits = new Set([...all.classes].map((text) => orbit(text, 3).sort()[0]));
    const found = drive(model, new OptimalSearch({ fault: 1, delay: 0 }), { alike: true });
    expect(found.maximal).toBe(orbits.size);
  });

  test.each([
    ['that run one command after the other', sequentialWorkers],
    ['with timers and several connections', concurrentWorkers],
  ])('should leave a class of each orbit of workers %s', (_name, workers) => {
    const property = fc.property(workers, counts, (some, count) =>
      compare(generatedModel(sameWorkers(some, count), [], 0)),
    );
    fc.assert(property, OPTIONS);
  });

  test('should leave a class of each orbit with a fault', () => {
    const property = fc.property(shortWorkers, counts, someFaults, (some, count, faults) =>
      compare(generatedModel(sameWorkers(some, count), faults, 1)),
    );
    fc.assert(property, OPTIONS);
  });
});
