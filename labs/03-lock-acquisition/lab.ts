import { lab, mutualExclusion, noStuckKey, scenario, type FaultKind, type Lab } from '../../harness/index.js';
import { noGhostLock, releasedOnlyItsOwn } from './invariants.js';
import { LOCK, reportJob } from './job.js';
import * as carriesOn from './variants/carries-on.js';
import * as getThenDel from './variants/get-then-del.js';
import * as ghostLock from './variants/ghost-lock.js';
import * as letsItFail from './variants/lets-it-fail.js';
import * as luaRelease from './variants/lua-release.js';
import * as plainDel from './variants/plain-del.js';
import * as retrySameToken from './variants/retry-same-token.js';
import * as setnxCrash from './variants/setnx-crash.js';
import * as setnxExpireCrash from './variants/setnx-expire-crash.js';

/** Ways in which a connection is cut, before or after the server has run the command. */
const CUTS: readonly FaultKind[] = ['reset-before-send', 'reset-after-apply', 'truncated-reply'];

/** What a lock promises while its lease lasts. */
const EVERY_PROMISE = [mutualExclusion(), releasedOnlyItsOwn(LOCK), noGhostLock(LOCK), noStuckKey(LOCK)];
/** What a lock promises even to those who come too late. */
const LATE_PROMISES = [releasedOnlyItsOwn(LOCK), noGhostLock(LOCK), noStuckKey(LOCK)];

/** The work nearly fills the lease: who is held up for a moment comes too late. Others try again after the lease. */
const TIGHT = { leaseMs: 1000, workMs: 900, waitMs: 1100 };
/** The work is over long before the lease, however the workers are held up by each other. */
const IN_TIME = { leaseMs: 1000, workMs: 100, waitMs: 150 };

export const lockAcquisition: Lab = lab({
  id: '03-lock-acquisition',
  title: 'Lock acquisition',
  variants: [
    {
      name: 'setnx-crash',
      title: 'SETNX, and the holder crashes',
      scenario: scenario({
        name: '03-lock-acquisition/setnx-crash',
        workers: reportJob(setnxCrash),
        count: 3,
        invariants: EVERY_PROMISE,
        faults: { kinds: ['worker-crash'] },
      }),
      expect: { kind: 'breaks', invariant: 'no stuck key' },
    },
    {
      name: 'setnx-expire-crash',
      title: 'SETNX, then PEXPIRE, and the holder crashes in between',
      scenario: scenario({
        name: '03-lock-acquisition/setnx-expire-crash',
        workers: reportJob(setnxExpireCrash),
        count: 3,
        invariants: EVERY_PROMISE,
        faults: { kinds: ['worker-crash'] },
      }),
      expect: { kind: 'breaks', invariant: 'no stuck key' },
    },
    {
      name: 'plain-del',
      title: 'SET NX PX, released by DEL after the lease ran out',
      scenario: scenario({
        name: '03-lock-acquisition/plain-del',
        workers: reportJob(plainDel, TIGHT),
        count: 3,
        invariants: LATE_PROMISES,
      }),
      expect: { kind: 'breaks', invariant: 'released only its own lock' },
    },
    {
      name: 'get-then-del',
      title: 'SET NX PX, released by DEL if GET says that it is ours',
      scenario: scenario({
        name: '03-lock-acquisition/get-then-del',
        workers: reportJob(getThenDel, TIGHT),
        count: 3,
        invariants: LATE_PROMISES,
      }),
      expect: { kind: 'breaks', invariant: 'released only its own lock' },
    },
    {
      name: 'lua-release',
      title: 'SET NX PX, released by compare and delete in a script',
      scenario: scenario({
        name: '03-lock-acquisition/lua-release',
        workers: reportJob(luaRelease, TIGHT),
        count: 3,
        invariants: LATE_PROMISES,
      }),
      expect: { kind: 'holds' },
    },
    {
      name: 'lua-release-in-time',
      title: 'the same, with work that is over long before the lease',
      scenario: scenario({
        name: '03-lock-acquisition/lua-release-in-time',
        workers: reportJob(luaRelease, IN_TIME),
        count: 3,
        invariants: EVERY_PROMISE,
      }),
      expect: { kind: 'holds' },
    },
    {
      name: 'lua-release-late',
      title: 'the same, with work that may outlast the lease: what no release can repair',
      scenario: scenario({
        name: '03-lock-acquisition/lua-release-late',
        workers: reportJob(luaRelease, TIGHT),
        count: 3,
        invariants: EVERY_PROMISE,
      }),
      expect: { kind: 'breaks', invariant: 'mutual exclusion' },
    },
    {
      name: 'ghost-lock',
      title: 'the reply to SET NX gets lost, the client sends it again, and is told that the lock is taken',
      scenario: scenario({
        name: '03-lock-acquisition/ghost-lock',
        workers: reportJob(ghostLock),
        count: 3,
        invariants: EVERY_PROMISE,
        faults: { kinds: ['reset-after-apply'] },
      }),
      expect: { kind: 'breaks', invariant: 'no ghost lock' },
    },
    {
      name: 'retry-same-token',
      title: 'a lock that holds our token is ours, whichever attempt set it',
      scenario: scenario({
        name: '03-lock-acquisition/retry-same-token',
        workers: reportJob(retrySameToken),
        count: 3,
        invariants: EVERY_PROMISE,
        faults: { kinds: CUTS },
      }),
      expect: { kind: 'holds' },
    },
    {
      name: 'carries-on',
      title: 'the connection breaks during the acquisition, and the worker carries on without the lock',
      scenario: scenario({
        name: '03-lock-acquisition/carries-on',
        workers: reportJob(carriesOn),
        count: 3,
        invariants: EVERY_PROMISE,
        client: 'single-shot',
        faults: { kinds: CUTS },
      }),
      expect: { kind: 'breaks', invariant: 'mutual exclusion' },
    },
    {
      name: 'lets-it-fail',
      title: 'the connection breaks during the acquisition, and the job fails',
      scenario: scenario({
        name: '03-lock-acquisition/lets-it-fail',
        workers: reportJob(letsItFail),
        count: 3,
        invariants: EVERY_PROMISE,
        client: 'single-shot',
        faults: { kinds: CUTS },
        workersMayFail: true,
      }),
      expect: { kind: 'holds' },
    },
  ],
});
