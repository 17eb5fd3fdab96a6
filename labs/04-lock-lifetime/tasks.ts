import { mutualExclusion, noKeyLeft, scenario } from '../../harness/index.js';
import { exercise, type Exercise } from '../../harness/lab.js';
import * as enoughLeft from './answers/enough-left.js';
import * as looksFirst from './answers/looks-first.js';
import * as setUnlessTaken from './answers/set-unless-taken.js';
import * as setXx from './answers/set-xx.js';
import * as solution from './answers/solution.js';
import { LOCK, PAID, payoutJob } from './job.js';
import type { Extend } from './lock.js';
import { LEASE_PROMISES } from './promises.js';

/** What a learner writes. */
interface Code {
  readonly extend: Extend;
}

export const makeTheLeaseLonger: Exercise = exercise<Code>({
  file: 'exercise.ts',
  task: 'Change extend so that a lease is made longer by the holder of the lock and by nobody else, however late it comes.',
  checks: ({ extend }) => [
    scenario({
      name: '04-lock-lifetime/exercise, three machines, and work that takes longer than a lease',
      workers: payoutJob({ extend, halfMs: 600 }),
      workerCount: 3,
      interchangeable: true,
      invariants: [...LEASE_PROMISES, mutualExclusion()],
      faults: { kinds: ['worker-crash'] },
      mustReach: [PAID],
    }),
    scenario({
      name: '04-lock-lifetime/exercise, the lock is given back while it is made longer',
      workers: payoutJob({ extend, by: 700, first: 'release' }),
      workerCount: 2,
      interchangeable: true,
      invariants: [noKeyLeft(LOCK)],
      mustReach: [PAID],
    }),
    scenario({
      name: '04-lock-lifetime/exercise, a machine stands still',
      workers: payoutJob({ extend }),
      workerCount: 2,
      interchangeable: true,
      invariants: LEASE_PROMISES,
      faults: { kinds: [{ kind: 'worker-pause', durationMs: 1500 }] },
      mustReach: [PAID],
    }),
  ],
  solution,
  wrong: [
    {
      name: 'looks-first',
      code: looksFirst,
      looks: /\.get\([^]*\.p?expire\(/,
      hint: 'What you have read may be over when you write: the lease runs out in between, and somebody else takes the lock. Looking and extending must be one step of the server.',
    },
    {
      name: 'enough-left',
      code: enoughLeft,
      looks: /\.pttl\(/,
      hint: 'A lock with plenty of time left is a lock that somebody has just taken. How long it lasts says nothing about whose it is: only the token does.',
    },
    {
      name: 'set-xx',
      code: setXx,
      looks: /['"`]XX['"`]/,
      hint: 'XX asks whether there is a lock, not whose it is: who is late takes it away from its holder, and both believe that they have it.',
    },
    {
      name: 'set-unless-taken',
      code: setUnlessTaken,
      looks: /['"`]SET['"`]|\.set\(/,
      hint: 'A lock that is not there is not yours: you have given it back, or lost it. An extension that sets it brings back a lock that nobody holds, and that keeps everybody out.',
    },
  ],
  hints: {
    'extended only its own lock':
      'Look for the moment at which the lease was over: who took the lock then, and what did the first holder do to it afterwards? It has a token to tell them apart.',
    'no key left':
      'Who gave the lock back, and who put it there again? An extension must not make a lock of nothing.',
    'mutual exclusion':
      'The work takes longer than one lease. Was the lease really made longer, or did the worker only believe so?',
  },
});
