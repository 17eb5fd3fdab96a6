/**
 * What finds the bug of a pair without the lab, printed as JSON: plain stress, and fast-check's scheduler. In a process of its own, in
 * which no clock and no socket is the lab's, and which may be ended when it does not end by itself.
 */
import * as fc from 'fast-check';
import { startServer } from '../../../harness/server/start.js';
import type { Scenario } from '../../../harness/scenario/types.js';
import type { RedisServer } from '../../../harness/server/types.js';
import { PAIRS, versionsOf } from '../pairs.js';
import type { Plain, Tried } from './tried.js';
import { Rounds, type Outcome } from './round.js';
import { schedulable, scheduleBy } from './scheduled.js';

/** Rounds of stress at most. */
const ROUNDS = 20_000;
/** Real time at most, of each. */
const LIMIT_MS = 30_000;
/** Executions at most that the scheduler is asked for. */
const SCHEDULES = 1000;

// What packages leave unhandled is no reason to stop.
process.on('unhandledRejection', () => {});
process.on('uncaughtException', () => {});

const pair = PAIRS.find(({ id }) => id === process.argv[2]);
if (pair === undefined) throw new Error(`there is no pair ${process.argv[2]}`);
const {
  buggy: { scenario },
} = await versionsOf(pair);
const server = await startServer({ clock: 'real' });
try {
  const plain: Plain = {
    stress: await stressed(scenario, server),
    scheduler: await scheduled(scenario, server),
  };
  console.log(JSON.stringify(plain));
} finally {
  await server.stop();
}
process.exit();

async function stressed(scenario: Scenario, { endpoint }: RedisServer): Promise<Tried> {
  const rounds = new Rounds(scenario, endpoint, () => {});
  await rounds.ready();
  const startedMs = performance.now();
  let round = 0;
  let outcome: Outcome;
  while (outcome === undefined && round < ROUNDS && performance.now() - startedMs < LIMIT_MS) {
    round += 1;
    outcome = await rounds.run();
  }
  rounds.close();
  return tried(outcome, round, startedMs, ROUNDS);
}

async function scheduled(scenario: Scenario, { endpoint }: RedisServer): Promise<Tried> {
  const rounds = new Rounds(scenario, endpoint, schedulable);
  await rounds.ready();
  const startedMs = performance.now();
  let outcome: Outcome;
  const property = fc.asyncProperty(fc.scheduler(), async (scheduler) => {
    scheduleBy(scheduler);
    outcome = await rounds.run((workers) => scheduler.waitFor(workers));
    return outcome === undefined;
  });
  const { numRuns } = await fc.check(property, {
    seed: 1,
    numRuns: SCHEDULES,
    endOnFailure: true,
    interruptAfterTimeLimit: LIMIT_MS,
  });
  rounds.close();
  return tried(outcome, numRuns, startedMs, SCHEDULES);
}

function tried(outcome: Outcome, rounds: number, startedMs: number, most: number): Tried {
  const ms = Math.round(performance.now() - startedMs);
  return { found: outcome ?? null, rounds, ms, most, limitMs: LIMIT_MS };
}
