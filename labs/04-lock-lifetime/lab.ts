import {
  fencingOrder,
  mutualExclusion,
  noKeyLeft,
  scenario,
  type FaultPlan,
  type Scenario,
  type ScenarioOptions,
} from '../../harness/index.js';
import { lab, type Lab } from '../../harness/lab.js';
import { LOCK, payoutJob, type JobOptions } from './job.js';
import { paymentJob, type Pay } from './payment.js';
import { LEASE_PROMISES, paidOnce } from './promises.js';
import { STATEMENT, statementJob, type Write } from './statement.js';
import { makeTheLeaseLonger } from './tasks.js';
import { takenAtOnce, type TimedLock } from './timed.js';
import * as checked from './variants/checked.js';
import * as getThenExtend from './variants/get-then-extend.js';
import * as looksFirst from './variants/looks-first.js';
import * as notesThenPays from './variants/notes-then-pays.js';
import * as ownClock from './variants/own-clock.js';
import * as paysOnce from './variants/pays-once.js';
import * as paysThenNotes from './variants/pays-then-notes.js';
import * as plainExtend from './variants/plain-extend.js';
import * as scriptExtend from './variants/script-extend.js';
import * as serverClock from '../03-lock-acquisition/variants/lua-release.js';
import * as setAgain from './variants/set-again.js';
import * as unchecked from './variants/unchecked.js';

/** A machine may stand still, for longer than a lease. */
const PAUSE: FaultPlan = { kinds: [{ kind: 'worker-pause', durationMs: 1500 }] };
/** The clock of a machine is put ahead or back by a minute. */
const SKEW: FaultPlan = {
  kinds: [
    { kind: 'clock-skew', skewMs: 60_000 },
    { kind: 'clock-skew', skewMs: -60_000 },
  ],
};
const CRASH: FaultPlan = { kinds: ['worker-crash'] };

type Options = Partial<ScenarioOptions>;

/** Three machines, each of which does the same. */
function machines(
  name: string,
  options: Pick<ScenarioOptions, 'workers' | 'invariants'> & Options,
): Scenario {
  return scenario({ name: `04-lock-lifetime/${name}`, workerCount: 3, interchangeable: true, ...options });
}

function payingOut(name: string, job: JobOptions, options: Options = {}): Scenario {
  return machines(name, { workers: payoutJob(job), invariants: LEASE_PROMISES, ...options });
}

function writing(name: string, { write }: { readonly write: Write }): Scenario {
  const token = ({ command, reply }: { command: readonly string[]; reply: unknown }): number | undefined =>
    command[0] === 'EVAL' && reply === 1 ? Number(command[4]) : undefined;
  return machines(name, {
    workers: statementJob(write),
    invariants: [fencingOrder({ key: STATEMENT, token })],
    faults: PAUSE,
  });
}

function timed(name: string, lock: TimedLock): Scenario {
  return machines(name, { workers: takenAtOnce(lock), invariants: [mutualExclusion()], faults: SKEW });
}

function paying(
  name: string,
  { pay }: { readonly pay: Pay },
  options: Options & { waitMs?: number } = {},
): Scenario {
  const { waitMs = 0, ...rest } = options;
  return machines(name, { workers: paymentJob(pay, { waitMs }), invariants: [paidOnce], ...rest });
}

/** Each half of the work is over in time, and both together are not. */
const TOO_LONG = { halfMs: 600 } as const;
/** A timer in the middle of the lease. */
const BY_TIMER = { by: 700 } as const;

export const lockLifetime: Lab = lab({
  id: '04-lock-lifetime',
  title: 'Lock lifetime',
  // Each of them ends by itself, within seconds; with a container on a slow machine within a minute or two.
  seconds: 900,
  exercise: makeTheLeaseLonger,
  variants: [
    {
      name: 'outlives-lease',
      title: 'the work takes longer than the lease',
      scenario: payingOut('outlives-lease', TOO_LONG, { invariants: [mutualExclusion()] }),
      expect: { kind: 'breaks', invariant: 'mutual exclusion' },
    },
    {
      name: 'extends-between',
      title: 'the work makes its lease longer as it goes',
      scenario: payingOut(
        'extends-between',
        { ...TOO_LONG, extend: scriptExtend.extend },
        { invariants: [mutualExclusion(), ...LEASE_PROMISES], faults: CRASH },
      ),
      expect: { kind: 'holds' },
    },
    {
      name: 'watchdog-late',
      title: 'a timer makes the lease longer, and is late',
      scenario: payingOut(
        'watchdog-late',
        { ...TOO_LONG, ...BY_TIMER, extend: scriptExtend.extend },
        { invariants: [mutualExclusion()] },
      ),
      expect: { kind: 'breaks', invariant: 'mutual exclusion' },
    },
    {
      name: 'watchdog-paused',
      title: 'the machine stands still, and so does its timer',
      scenario: payingOut(
        'watchdog-paused',
        { ...BY_TIMER, extend: scriptExtend.extend, waitMs: 1100 },
        { invariants: [mutualExclusion()], faults: PAUSE },
      ),
      expect: { kind: 'breaks', invariant: 'mutual exclusion' },
      // Nobody is late for any other reason.
      preemptions: 0,
    },
    {
      name: 'plain-extend',
      title: 'extended by PEXPIRE, whoever holds the lock by then',
      scenario: payingOut('plain-extend', { ...TOO_LONG, extend: plainExtend.extend }, { faults: PAUSE }),
      expect: { kind: 'breaks', invariant: 'extended only its own lock' },
    },
    {
      name: 'get-then-extend',
      title: 'extended by PEXPIRE, if GET says that the lock is still ours',
      scenario: payingOut('get-then-extend', { extend: getThenExtend.extend }, { faults: PAUSE }),
      expect: { kind: 'breaks', invariant: 'extended only its own lock' },
    },
    {
      name: 'script-extend',
      title: 'extended by compare and PEXPIRE in a script',
      solution: true,
      scenario: payingOut(
        'script-extend',
        { extend: scriptExtend.extend },
        { faults: PAUSE, workerCount: 2 },
      ),
      expect: { kind: 'holds' },
    },
    {
      name: 'extend-after-release',
      title: 'the extension races the release, and sets the lock anew',
      scenario: payingOut(
        'extend-after-release',
        { ...BY_TIMER, extend: setAgain.extend, first: 'release' },
        { invariants: [noKeyLeft(LOCK)] },
      ),
      expect: { kind: 'breaks', invariant: 'no key left' },
    },
    {
      name: 'watchdog',
      title: 'the timer is stopped, and its last extension awaited, before the lock is given back',
      scenario: payingOut(
        'watchdog',
        { ...BY_TIMER, extend: scriptExtend.extend },
        { faults: CRASH, workerCount: 2 },
      ),
      expect: { kind: 'holds' },
    },
    {
      name: 'unchecked',
      title: 'fencing tokens that the resource does not check',
      scenario: writing('unchecked', unchecked),
      expect: { kind: 'breaks', invariant: 'fencing order' },
    },
    {
      name: 'looks-first',
      title: 'fencing tokens that the writer checks, and not the resource',
      scenario: writing('looks-first', looksFirst),
      expect: { kind: 'breaks', invariant: 'fencing order' },
    },
    {
      name: 'checked',
      title: 'fencing tokens that the resource checks',
      scenario: writing('checked', checked),
      expect: { kind: 'holds' },
    },
    {
      name: 'own-clock',
      title: 'the deadline is a time in the lock, and each machine compares it with its own clock',
      scenario: timed('own-clock', ownClock),
      expect: { kind: 'breaks', invariant: 'mutual exclusion' },
    },
    {
      name: 'server-clock',
      title: 'the deadline is kept by the server, whose clock is the only one asked',
      scenario: timed('server-clock', serverClock),
      expect: { kind: 'holds' },
    },
    {
      name: 'pays-then-notes',
      title: 'pays, then notes that it has paid',
      scenario: paying('pays-then-notes', paysThenNotes, { faults: PAUSE, workerCount: 2 }),
      expect: { kind: 'breaks', invariant: 'the shop is paid once' },
    },
    {
      name: 'notes-then-pays',
      title: 'notes that it pays, then pays',
      scenario: paying('notes-then-pays', notesThenPays, { faults: CRASH, waitMs: 1100 }),
      expect: { kind: 'breaks', invariant: 'the shop is paid once' },
      preemptions: 0,
    },
    {
      name: 'pays-once',
      title: 'pays and notes in one step, and tries again when it does not know',
      scenario: paying('pays-once', paysOnce, {
        faults: { kinds: [...PAUSE.kinds!, 'worker-crash', 'reset-after-apply'] },
        workerCount: 2,
      }),
      expect: { kind: 'holds' },
    },
  ],
});
