/** An exploration of programs: some dozens of executions, each of which starts several processes. */
import { expect, test } from 'vitest';
import { adders, raw } from '../../../test/support/outside-programs.js';
import { Environment } from '../../execution/host/environment.js';
import { explore } from '../../explore/explore.js';
import { sharedServer } from '../../server/index.js';

test('explore should find, shrink and reproduce a race of two processes', async () => {
  const environment = await Environment.open(await sharedServer());
  try {
    const verdict = await explore(adders(raw), { session: environment });
    expect(verdict).toMatchObject({ kind: 'breaks', invariant: 'no lost update' });
    expect(verdict.minimal).toMatchObject({ workers: 2, steps: 4, preemptions: 1 });
    expect(verdict.record!.reproduced).toEqual({ times: 20, of: 20 });
  } finally {
    environment.close();
  }
});
