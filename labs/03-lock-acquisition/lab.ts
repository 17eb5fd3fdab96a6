import {
  mutualExclusion,
  noGhostLock,
  noStuckKey,
  releasedOnlyItsOwn,
  scenario,
  worksUnderItsOwn,
  type FaultKind,
  type FaultPlan,
  type Scenario,
  type ScenarioOptions,
} from '../../harness/index.js';
import { lab, type Lab } from '../../harness/lab.js';
import { LOCK, promptJob, reportJob, type CheckedLock, type JobOptions } from './job.js';
import type { Lock } from './lock.js';
import { takeTheLock } from './tasks.js';
import * as asksPttl from './variants/asks-pttl.js';
import * as carriesOn from './variants/carries-on.js';
import * as countsFromAnswer from './variants/counts-from-answer.js';
import * as countsFromQuestion from './variants/counts-from-question.js';
import * as getThenDel from './variants/get-then-del.js';
import * as ghostLock from './variants/ghost-lock.js';
import * as letsItFail from './variants/lets-it-fail.js';
import * as luaRelease from './variants/lua-release.js';
import * as plainDel from './variants/plain-del.js';
import * as retrySameToken from './variants/retry-same-token.js';
import * as setNxPx from './variants/set-nx-px.js';
import * as setnxCrash from './variants/setnx-crash.js';
import * as setnxExpireCrash from './variants/setnx-expire-crash.js';

/** Ways in which a connection is cut, before or after the server has run the command. */
const CUTS: readonly FaultKind[] = ['reset-before-send', 'reset-after-apply', 'truncated-reply'];

/** What a lock promises while its lease lasts. */
const EVERY_PROMISE = [
  mutualExclusion(),
  releasedOnlyItsOwn({ key: LOCK }),
  noGhostLock({ key: LOCK }),
  noStuckKey(LOCK),
];
/** What a lock promises whose lease may run out during the work: nothing about who works. */
const LATE_PROMISES = [releasedOnlyItsOwn({ key: LOCK }), noGhostLock({ key: LOCK }), noStuckKey(LOCK)];

/** The work nearly fills the lease: who is held up for a moment is late. The others wait until it must be over. */
const TIGHT: JobOptions = { leaseMs: 1000, workMs: 900, waitMs: 1100 };
/** The work is over long before the lease, however the workers hold each other up. */
const IN_TIME: JobOptions = { leaseMs: 1000, workMs: 100, waitMs: 150 };

/** The work takes no time, and who finds the lock taken waits until its lease must be over. */
const PATIENT: JobOptions = { leaseMs: 1000, waitMs: 1100 };
/** Nobody waits: time passes only while a machine stands still. */
const ONE_TRY: JobOptions = { leaseMs: 1000 };

/** One machine may stand still, for this long. */
const pausing = (durationMs: number): FaultPlan => ({ kinds: [{ kind: 'worker-pause', durationMs }] });

/** Two machines or more do the job in a hurry, and an answer may be late. */
function hurrying(name: string, lock: CheckedLock, count = 2): Scenario {
  return scenario({
    name: `03-lock-acquisition/${name}`,
    workers: promptJob(lock),
    workerCount: count,
    interchangeable: true,
    invariants: [worksUnderItsOwn({ key: LOCK, work: 'send the report' }), ...LATE_PROMISES],
    faults: { kinds: ['late-reply'] },
  });
}

/** Three machines start the job at the same time. */
function reporting(
  name: string,
  lock: Lock,
  { job, ...options }: Partial<ScenarioOptions> & { readonly job?: JobOptions } = {},
): Scenario {
  return scenario({
    name: `03-lock-acquisition/${name}`,
    workers: reportJob(lock, job),
    workerCount: 3,
    interchangeable: true,
    invariants: EVERY_PROMISE,
    ...options,
  });
}

export const lockAcquisition: Lab = lab({
  id: '03-lock-acquisition',
  title: 'Lock acquisition',
  // Each of them ends by itself; on a slow machine, with a container, the largest takes minutes.
  seconds: 900,
  exercise: takeTheLock,
  variants: [
    {
      name: 'setnx-crash',
      title: 'SETNX, and the holder crashes',
      scenario: reporting('setnx-crash', setnxCrash, { faults: { kinds: ['worker-crash'] } }),
      expect: { kind: 'breaks', invariant: 'no stuck key' },
    },
    {
      name: 'setnx-expire-crash',
      title: 'SETNX, then PEXPIRE, and the holder crashes in between',
      scenario: reporting('setnx-expire-crash', setnxExpireCrash, { faults: { kinds: ['worker-crash'] } }),
      expect: { kind: 'breaks', invariant: 'no stuck key' },
    },
    {
      name: 'set-nx-px',
      title: 'SET NX PX, and the holder crashes',
      solution: true,
      scenario: reporting('set-nx-px', setNxPx, { faults: { kinds: ['worker-crash'] } }),
      expect: { kind: 'holds' },
    },
    {
      name: 'plain-del',
      title: 'released by DEL, perhaps after the lease ran out',
      scenario: reporting('plain-del', plainDel, { job: TIGHT, invariants: LATE_PROMISES }),
      expect: { kind: 'breaks', invariant: 'released only its own lock' },
    },
    {
      name: 'get-then-del',
      title: 'released by DEL, if GET says that the lock is still ours',
      scenario: reporting('get-then-del', getThenDel, { job: TIGHT, invariants: LATE_PROMISES }),
      expect: { kind: 'breaks', invariant: 'released only its own lock' },
    },
    {
      name: 'lua-release',
      title: 'released by compare and delete in a script',
      scenario: reporting('lua-release', luaRelease, {
        job: TIGHT,
        faults: { kinds: ['worker-crash'] },
        invariants: LATE_PROMISES,
      }),
      expect: { kind: 'holds' },
    },
    {
      name: 'lua-release-late',
      title: 'the same, and what it cannot do: keep the others out once the lease is over',
      scenario: reporting('lua-release-late', luaRelease, { job: TIGHT }),
      expect: { kind: 'breaks', invariant: 'mutual exclusion' },
    },
    {
      name: 'lua-release-in-time',
      title: 'the same, with work that is over long before the lease',
      scenario: reporting('lua-release-in-time', luaRelease, {
        job: IN_TIME,
        faults: { kinds: ['worker-crash'] },
      }),
      expect: { kind: 'holds' },
    },
    {
      name: 'paused-holder',
      title: 'the holder stands still for longer than its lease',
      scenario: reporting('paused-holder', luaRelease, { job: PATIENT, faults: pausing(1500) }),
      expect: { kind: 'breaks', invariant: 'mutual exclusion' },
      // Nobody is late for any other reason.
      preemptions: 0,
    },
    {
      name: 'paused-briefly',
      title: 'the holder stands still, and wakes up in time',
      scenario: reporting('paused-briefly', luaRelease, { job: ONE_TRY, faults: pausing(999) }),
      expect: { kind: 'holds' },
    },
    {
      name: 'paused-plain-del',
      title: 'after the pause it gives back, by DEL, a lock that is not its own any more',
      scenario: reporting('paused-plain-del', plainDel, {
        job: ONE_TRY,
        faults: pausing(1500),
        invariants: LATE_PROMISES,
      }),
      expect: { kind: 'breaks', invariant: 'released only its own lock' },
    },
    {
      name: 'paused-lua-release',
      title: 'the same by compare and delete: it removes nothing',
      scenario: reporting('paused-lua-release', luaRelease, {
        job: ONE_TRY,
        faults: pausing(1500),
        invariants: LATE_PROMISES,
      }),
      expect: { kind: 'holds' },
    },
    {
      name: 'late-answer',
      title: 'the answer to SET NX arrives after the lease, which is counted from there',
      scenario: hurrying('late-answer', countsFromAnswer),
      expect: { kind: 'breaks', invariant: 'works only under its own lock' },
    },
    {
      name: 'late-answer-pttl',
      title: 'the answer is late, and Redis is asked how long the lock lasts',
      scenario: hurrying('late-answer-pttl', asksPttl),
      expect: { kind: 'breaks', invariant: 'works only under its own lock' },
    },
    {
      name: 'counts-from-question',
      title: 'the lease is counted from when it was asked for',
      scenario: hurrying('counts-from-question', countsFromQuestion, 3),
      expect: { kind: 'holds' },
    },
    {
      name: 'ghost-lock',
      title: 'the reply to SET NX gets lost; sent again, it finds our own lock',
      scenario: reporting('ghost-lock', ghostLock, { faults: { kinds: ['reset-after-apply'] } }),
      expect: { kind: 'breaks', invariant: 'no ghost lock' },
    },
    {
      name: 'retry-same-token',
      title: 'a lock that holds our token is ours, whichever SET it was',
      scenario: reporting('retry-same-token', retrySameToken, { faults: { kinds: CUTS } }),
      expect: { kind: 'holds' },
    },
    {
      name: 'carries-on',
      title: 'the acquisition fails, and the worker carries on without the lock',
      scenario: reporting('carries-on', carriesOn, { client: 'single-shot', faults: { kinds: CUTS } }),
      expect: { kind: 'breaks', invariant: 'mutual exclusion' },
    },
    {
      name: 'lets-it-fail',
      title: 'the acquisition fails, and so does the job',
      scenario: reporting('lets-it-fail', letsItFail, {
        client: 'single-shot',
        faults: { kinds: CUTS },
        workersMayFail: true,
      }),
      expect: { kind: 'holds' },
    },
  ],
});
