import { describe, expect, test } from 'vitest';
import { bruteForce, drive } from '../testing/drive.js';
import { modelOf } from '../testing/machine.js';
import { ORACLES } from '../testing/programs.js';
import { OptimalSearch } from './optimal.js';

describe('OptimalSearch', () => {
  test.each(ORACLES)(
    'should run one execution per class of $program.name: $classes',
    ({ program, classes }) => {
      const found = drive(modelOf(program), new OptimalSearch({ fault: 0, delay: 0 }));
      expect(found).toMatchObject({ maximal: classes, redundant: 0, capped: 0 });
      expect(found.classes.size).toBe(classes);
    },
  );

  // Pinned, so that an estimate that got worse is seen.
  test('should estimate the number of classes on the way, and know it in the end', async () => {
    const shares = [0.1, 0.25, 0.5, 0.75, 1];
    const lines = ORACLES.map(({ program, classes }) => {
      const estimates: number[] = [];
      drive(modelOf(program), new OptimalSearch({ fault: 0, delay: 0 }), {
        between: (search) => {
          const { maximal, pending } = search.counts;
          // What is known to be left is a bound, the estimate is none.
          expect(maximal + pending).toBeLessThanOrEqual(classes);
          const { estimate = maximal + pending } = search;
          expect(estimate).toBeGreaterThanOrEqual(maximal + pending);
          estimates.push(estimate);
          return search;
        },
      });
      expect(estimates.at(-1)).toBe(classes);
      const found = shares.map((share) => estimates[Math.max(0, Math.ceil(share * classes) - 1)]!);
      // With half of it done it is not off by more than this on any of them.
      expect(found[2]! / classes).toBeGreaterThan(1 / 2);
      expect(found[2]! / classes).toBeLessThan(9 / 4);
      return [program.name.padEnd(34), ...found.map((value) => String(value).padStart(7))].join('');
    });
    const title = ['after'.padEnd(34), ...shares.map((share) => `${share * 100} %`.padStart(7))].join('');
    await expect(`${[title, ...lines].join('\n')}\n`).toMatchFileSnapshot('golden/estimates.txt');
  });

  const counted = ORACLES.filter(({ interleavings }) => interleavings !== undefined);
  test.each(counted)(
    'should find what brute force finds in $program.name',
    ({ program, interleavings, classes }) => {
      const all = bruteForce(modelOf(program))!;
      expect(all.interleavings).toBe(interleavings);
      expect(all.classes.size).toBe(classes);
      expect(drive(modelOf(program), new OptimalSearch({ fault: 0, delay: 0 })).classes).toEqual(all.classes);
    },
  );
});
