import { expect, test } from 'vitest';
import { hitsAsOftenAsKnown } from '../../../test/support/sampler-rates.js';
import { SHAPES } from '../testing/shapes.js';

/** As many as were measured. */
const RUNS = 20_000;

test.each(SHAPES.map(({ name }, row) => ({ row, name })))(
  'samplers should hit $name as often as is known',
  async ({ row, name }) => {
    const rates = hitsAsOftenAsKnown(row, RUNS);
    await expect(`${name}\n${rates}\n`).toMatchFileSnapshot(`golden/shape-${row + 1}.txt`);
  },
);
