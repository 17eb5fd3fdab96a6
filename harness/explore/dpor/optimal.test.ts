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
