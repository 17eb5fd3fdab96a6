import { expect, test } from 'vitest';
import { KEPT_RECORDS, replayKeptRecords } from './support/kept-records.js';
import { nameOf, VARIANTS } from './support/lab-variants.js';

// `npm run race-lab -- replay FILE --times 200` does it by hand.
replayKeptRecords(10);

test('there is a kept record for every variant that is expected to break or hang', () => {
  const wanted = VARIANTS.filter(({ variant }) => variant.expect.kind !== 'holds').map(
    (one) => `${nameOf(one).replace('/', '--')}.json`,
  );
  expect(KEPT_RECORDS.toSorted()).toEqual(wanted.toSorted());
});
