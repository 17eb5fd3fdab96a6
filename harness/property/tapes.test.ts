import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../execution/host/environment.js';
import { counter, increment, readThenWrite } from '../explore/testing/counter.js';
import { Tape } from '../explore/tape/tape.js';
import { withWorkerCount } from '../scenario/recast.js';
import { sharedServer } from '../server/index.js';
import { holdsOn, RaceError } from './holds-on.js';
import { tapes } from './tapes.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

describe('tapes', () => {
  const three = counter(readThenWrite, 3);

  test('should fail a property, and shrink to the simplest tape', async () => {
    const property = fc.asyncProperty(tapes(three), (tape) => holdsOn(three, tape, environment));
    const details = await fc.check(property, { seed: 5 });
    expect(details.failed).toBe(true);
    expect(String(details.counterexample?.[0])).toBe('-w3 0.1');
    expect(details.errorInstance).toBeInstanceOf(RaceError);
  });

  test('should reach the same tape again by seed and path', async () => {
    const property = fc.asyncProperty(tapes(three), (tape) => holdsOn(three, tape, environment));
    const first = await fc.check(property, { seed: 11 });
    const again = await fc.check(property, { seed: 11, path: first.counterexamplePath!, endOnFailure: true });
    expect(again.numRuns).toBe(1);
    expect(String(again.counterexample![0])).toBe(String(first.counterexample![0]));
  });

  test('should take examples and shrink them', async () => {
    const property = fc.asyncProperty(tapes(three), (tape) => holdsOn(three, tape, environment));
    const details = await fc.check(property, { examples: [[new Tape([2, 1, 0, 1, 1])]], numRuns: 1 });
    expect(details.failed).toBe(true);
    expect(String(details.counterexample?.[0])).toBe('-w3 0.1');
  });

  test('should compose: the number of workers shrinks too', async () => {
    const property = fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      tapes({ workerCount: 5 }),
      (count, tape) => holdsOn(withWorkerCount(three, count), tape, environment),
    );
    const details = await fc.check(property, { seed: 3 });
    const [count, tape] = details.counterexample!;
    expect(count).toBe(2);
    expect(tape.choices).toEqual([0, 1]);
  });

  test('should show the tape in the report', async () => {
    const property = fc.asyncProperty(tapes(three), (tape) => holdsOn(three, tape, environment));
    await expect(fc.assert(property, { seed: 5 })).rejects.toThrow('Counterexample: [tape("-w3 0.1")]');
  });

  test('should hold where nothing is wrong', async () => {
    const fine = counter(increment, 3);
    await fc.assert(
      fc.asyncProperty(tapes(fine), (tape) => holdsOn(fine, tape, environment)),
      { numRuns: 50 },
    );
  });
});
