import { describe, expect, test } from 'vitest';
import { SHAPES } from '../testing/shapes.js';
import { hitRate } from '../testing/sample.js';
import { SAMPLERS } from './index.js';
import { Pct } from './pct.js';
import { Pos } from './pos.js';
import { RandomWalk } from './random-walk.js';
import type { Sampler } from './sampler.js';
import { Surw } from './surw.js';
import { Urw } from './urw.js';

const RUNS = 20_000;
const SEED = 1;
/** The seed is fixed, so the outcome is too; this is how far it may be from the truth. */
const STANDARD_ERRORS = 4;

const COLUMNS: readonly (readonly [name: string, create: () => Sampler])[] = [
  ['random', () => new RandomWalk()],
  ['PCT 1', () => new Pct(1)],
  ['PCT 2', () => new Pct(2)],
  ['PCT 3', () => new Pct(3)],
  ['POS', () => new Pos()],
  ['URW', () => new Urw()],
  ['SURW', () => new Surw()],
  ['rotate', SAMPLERS.rotate],
];

/**
 * Probability per execution as measured elsewhere, by another implementation, in 20,000 runs too. Of the first four
 * programs the name says all there is to say; what the other three did exactly is not known, so that only our own
 * numbers are kept for them, in the golden file.
 */
const MEASURED: readonly (readonly number[])[] = [
  [0.499, 0, 0.245, 0.368, 0.335, 0.67, 0.667, 0.397],
  [0, 0.494, 0.039, 0.021, 0, 0.038, 0.04, 0.09],
  [0, 0, 0.022, 0.026, 0, 0.004, 0.004, 0.008],
  [0.498, 0, 0.023, 0.044, 0.329, 0.667, 0.665, 0.316],
];

/** How far two measurements of one probability may be apart: the binomial error of both, and rounding. */
function tolerance(probability: number): number {
  return STANDARD_ERRORS * Math.sqrt((2 * probability * (1 - probability)) / RUNS) + 0.0005;
}

describe('samplers on the shapes of bugs', () => {
  test.each(SHAPES.map((shape, row) => ({ row, shape, name: shape.name })))(
    'should hit $name as often as is known',
    async ({ row, shape }) => {
      const rates = COLUMNS.map(([, create]) => hitRate(shape, create(), SEED, RUNS));
      for (const [column, expected] of (MEASURED[row] ?? []).entries()) {
        const [name] = COLUMNS[column]!;
        expect(
          Math.abs(rates[column]! - expected),
          `${name}: ${rates[column]}, not ${expected}`,
        ).toBeLessThan(tolerance(expected));
      }
      const [rotation, ...others] = rates.toReversed();
      // The rotation misses nothing that one of its members finds.
      expect(rotation).toBeGreaterThan((Math.max(...others) / others.length) * 0.8);
      const lines = COLUMNS.map(([name], at) => `${name.padEnd(7)} ${rates[at]!.toFixed(5)}`);
      await expect(`${shape.name}\n${lines.join('\n')}\n`).toMatchFileSnapshot(`golden/shape-${row + 1}.txt`);
    },
    600_000,
  );
});
