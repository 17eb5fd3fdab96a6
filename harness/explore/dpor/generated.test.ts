import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bruteForce, drive } from '../testing/drive.js';
import {
  concurrentWorkers,
  generatedModel,
  sequentialWorkers,
  shortWorkers,
  someFaults,
} from '../testing/generated.js';
import type { Model } from '../testing/machine.js';
import { OptimalSearch } from './optimal.js';
import type { Search } from './search.js';
import { SourceSearch } from './source.js';

const OPTIONS = { numRuns: 200, seed: 1, endOnFailure: true };

const NO_FAULTS = { fault: 0, delay: 0 };
/** Programs with more are passed over, for the time that they would take. */
const INTERLEAVINGS_MAX = 4000;

/** Does the search find exactly the classes that there are, each once? */
function compare(model: Model, search: Search): void {
  const all = bruteForce(model, INTERLEAVINGS_MAX);
  fc.pre(all !== undefined);
  const found = drive(model, search);
  expect([...found.classes].sort()).toEqual([...all.classes].sort());
  expect(found.maximal).toBe(all.classes.size);
  if (search instanceof OptimalSearch) expect(found.redundant).toBe(0);
}

describe('OptimalSearch on generated programs', () => {
  test('should run each class of sequential workers once', () => {
    const property = fc.property(sequentialWorkers, (workers) =>
      compare(generatedModel(workers, [], 0), new OptimalSearch(NO_FAULTS)),
    );
    fc.assert(property, OPTIONS);
  });

  test('should run each class of workers with timers and several connections once', () => {
    const property = fc.property(concurrentWorkers, (workers) =>
      compare(generatedModel(workers, [], 0), new OptimalSearch(NO_FAULTS)),
    );
    fc.assert(property, OPTIONS);
  });

  test.each([1, 2])('should run each class with up to %i faults once', (budget) => {
    const property = fc.property(shortWorkers, someFaults, (workers, faults) =>
      compare(generatedModel(workers, faults, budget), new OptimalSearch({ fault: budget, delay: 0 })),
    );
    fc.assert(property, OPTIONS);
  });
});

describe('SourceSearch on generated programs', () => {
  test('should run each class of sequential workers once', () => {
    const property = fc.property(sequentialWorkers, (workers) =>
      compare(generatedModel(workers, [], 0), new SourceSearch(NO_FAULTS)),
    );
    fc.assert(property, OPTIONS);
  });
});
