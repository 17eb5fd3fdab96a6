import { expect, test } from 'vitest';
import { hitsAsOftenAsKnown } from '../../../test/support/sampler-rates.js';
import { SHAPES } from '../testing/shapes.js';

const RUNS = 2000;

test.each(SHAPES.map(({ name }, row) => ({ row, name })))(
  'samplers should hit $name about as often as is known',
  ({ row }) => {
    expect(hitsAsOftenAsKnown(row, RUNS)).not.toBe('');
  },
);
