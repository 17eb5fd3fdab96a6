import type { SuiteLock } from '../../../adapters/suite-adapter.js';
import { canBeHad, oneHolder } from '../../../checks/lock-checks.js';
import { lockUser } from '../../../cast/lock-user.js';
import { ACQUISITION, type Hazard } from '../../hazard.js';
import { partOfLease, patient } from '../../situations/locks.js';

/** The client gives up on a command that the server has run. @internal */
export const slowServer: Hazard<SuiteLock> = {
  id: 'slow-server',
  title: 'an answer takes longer than the timeout of the client, although the server ran the command',
  demands:
    'One has the lock at a time, and what was taken without anybody knowing is free again once its lease is over.',
  lesson: ACQUISITION,
  situation: (lock) => ({
    workers: [
      lockUser(lock, async ({ ask, giveBack }) => {
        if (await ask()) await giveBack();
      }),
      lockUser(lock, patient(lock)),
    ],
    client: { commandTimeout: partOfLease(lock, 0.2) },
    invariants: [oneHolder(lock), canBeHad(lock, { errorsTell: false, landsLater: true })],
    faults: { kinds: [{ kind: 'late-reply', at: { worker: 1 } }] },
  }),
};
