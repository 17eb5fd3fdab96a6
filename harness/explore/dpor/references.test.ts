import { describe, expect, test } from 'vitest';
import { drive } from '../testing/drive.js';
import { modelOf, type Model } from '../testing/machine.js';
import { ORACLES, type Program } from '../testing/programs.js';
import { DepthFirstSearch } from './depth-first.js';
import { SourceSearch } from './source.js';

/** How many executions are started in vain depends on the order in which workers are tried. */
const byNumber = (program: Program): Model => ({ ...modelOf(program), calm: false });

describe('SourceSearch', () => {
  const counted = ORACLES.filter(({ sourceBlocked }) => sourceBlocked !== undefined);
  test.each(counted)(
    'should start $sourceBlocked executions of $program.name in vain',
    ({ program, classes, sourceBlocked }) => {
      expect(drive(byNumber(program), new SourceSearch({ fault: 0, delay: 0 }))).toMatchObject({
        maximal: classes,
        redundant: sourceBlocked,
      });
    },
  );
});

describe('DepthFirstSearch', () => {
  const counted = ORACLES.filter(({ sleepBlocked }) => sleepBlocked !== undefined);
  test.each(counted)(
    'should start $sleepBlocked executions of $program.name in vain',
    ({ program, classes, sleepBlocked }) => {
      const found = drive(byNumber(program), new DepthFirstSearch(true));
      expect(found).toMatchObject({ maximal: classes, redundant: sleepBlocked });
    },
  );

  const small = ORACLES.filter(({ interleavings }) => interleavings !== undefined && interleavings < 1000);
  test.each(small)(
    'should run all $interleavings executions of $program.name without sleep sets',
    ({ program, interleavings, classes }) => {
      const found = drive(modelOf(program), new DepthFirstSearch(false));
      expect(found.maximal).toBe(interleavings);
      expect(found.classes.size).toBe(classes);
    },
  );
});
