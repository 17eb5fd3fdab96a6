import { describe, expect, test } from 'vitest';
import { drive } from '../../testing/drive.js';
import { modelOf, type Model, type ModelFault } from '../../testing/machine.js';
import {
  disjoint,
  increments,
  lostUpdate,
  lostUpdatePrivate,
  nxLock,
  readers,
} from '../../testing/programs.js';
import { OptimalSearch } from '../optimal.js';
import type { Search } from '../search.js';

const ANY: readonly ModelFault[] = ['lost', 'unheard', 'crash'];

/** What the search says after so many executions. */
function estimateAfter(
  runs: number,
  model: Model,
  between: (search: Search) => Search = (one) => one,
): number {
  let search: Search = new OptimalSearch({ fault: model.budget, delay: 0 });
  const stop = new Error('enough');
  const count = (now: Search): Search => {
    search = between(now);
    const { maximal, redundant, capped } = search.counts;
    if (maximal + redundant + capped >= runs) throw stop;
    return search;
  };
  expect(() => drive(model, search, { between: count })).toThrow(stop);
  return search.estimate!;
}

/** The search goes on in another process. */
function resumed(search: Search): Search {
  const other = new OptimalSearch((search as OptimalSearch).limits);
  other.restore(JSON.parse(JSON.stringify(search.save())));
  return other;
}

const factorial = (number: number): number => (number <= 1 ? 1 : number * factorial(number - 1));

describe('Forecast', () => {
  test.each([
    { program: lostUpdate(3, 2), classes: 7134 },
    { program: lostUpdate(2, 5), classes: 34_904 },
    { program: increments(8, 1), classes: factorial(8) },
    { program: increments(3, 4), classes: 34_650 },
    { program: readers(6), classes: 64 },
  ])('should know after 16 executions of $program.name that there are $classes', ({ program, classes }) => {
    expect(estimateAfter(16, modelOf(program))).toBe(classes);
  });

  test.each([
    { program: lostUpdate(8, 1), classes: factorial(8) ** 2 },
    { program: lostUpdatePrivate(6), classes: factorial(6) ** 2 },
    { program: increments(8, 2), classes: factorial(16) / 2 ** 8 },
    { program: increments(12, 1), classes: factorial(12) },
  ])(
    'should know after 16 executions of $program.name that there are about $classes',
    ({ program, classes }) => {
      const estimate = estimateAfter(16, modelOf(program));
      expect(estimate / classes).toBeGreaterThan(1 / 2);
      expect(estimate / classes).toBeLessThan(2);
    },
  );

  test('should not be misled by steps that have to do with nothing', () => {
    const hot = increments(4, 2).workers;
    const noisy = { name: 'noisy', workers: [...hot, ...disjoint(3, 6).workers] };
    expect(estimateAfter(16, modelOf(noisy))).toBe(2520);
  });

  test('should learn what a reply decides', () => {
    expect(estimateAfter(64, modelOf(nxLock(4)))).toBe(192);
  });

  test('should count what faults add', () => {
    const model = modelOf(increments(3, 2), ANY, 1);
    expect(estimateAfter(128, model) / 1998).toBeGreaterThan(1 / 2);
    expect(estimateAfter(128, model) / 1998).toBeLessThan(2);
  });

  test('should be the same for a search that was interrupted', () => {
    const model = modelOf(nxLock(4), ANY, 1);
    for (const runs of [10, 40, 300])
      expect(estimateAfter(runs, model, resumed)).toBe(estimateAfter(runs, model));
  });
});
