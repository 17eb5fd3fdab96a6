import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Environment } from '../execution/host/environment.js';
import { sharedServer } from '../server/index.js';
import { explore } from './explore.js';
import { replay } from './replay.js';
import { counter, increment, readThenWrite } from './testing/counter.js';

let environment: Environment;
beforeAll(async () => {
  environment = await Environment.open(await sharedServer());
});
afterAll(() => environment.close());

describe('replay', () => {
  test('should run a record 200 of 200 times the same', async () => {
    const cast = counter(increment, 3, { faults: { kinds: ['reset-after-apply'] } });
    const { record } = await explore(cast, { session: environment });
    expect(await replay(cast, record!, { session: environment, times: 200 })).toMatchObject({
      same: 200,
      of: 200,
    });
    expect(await replay(cast, record!)).toMatchObject({ same: 1, of: 1 });
  });

  test('should name the first step that changed', async () => {
    const { record } = await explore(counter(readThenWrite, 2), { session: environment });
    const fixed = await replay(counter(increment, 2), record!, { session: environment });
    expect(fixed.same).toBe(0);
    expect(fixed.firstDifference).toEqual({
      step: 1,
      first: 'w1.1 GET c -> null @0 ms',
      second: 'w1.1 INCR c -> 1 @0 ms',
    });
  });
});
