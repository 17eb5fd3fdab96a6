import { describeLost, lostForGood } from '../../check/recovery.js';
import { outsideClients } from '../../clock/other-redis.js';
import { lastPlaceOf } from '../../clock/places.js';
import { isAt, PastTheLabError } from '../host/past-the-lab.js';
import type { StarvedError } from '../host/starved.js';
import type { Stage } from '../stage/stage.js';
import type { Worker } from '../stage/worker.js';
import { lastSeen } from '../steps/step.js';
import { COMES_BACK, STARVED } from './built-in.js';
import type { Finding } from './finding.js';
import { hangFinding } from './hang.js';
import { uncaughtFinding } from './uncaught.js';
import { firstViolation, type CheckOptions } from './invariants.js';
import { checkMisuse } from './misuse.js';

/**
 * Was this execution right? First whether every worker came to an end, then the scenario's invariants, then whether
 * the workers came back after a fault and whether something was left unhandled.
 *
 * @returns the first thing that is wrong
 * @throws ServerGoneError, InvariantError when nobody can tell, PastTheLabError when a worker waits for another Redis,
 * ScenarioError when one used the lab in a way that makes no sense
 * @internal
 */
export async function judge(stage: Stage, options: CheckOptions = {}): Promise<Finding | undefined> {
  checkMisuse(stage);
  const stuck = stage.workers.filter(({ status, background }) => status === 'running' && !background);
  if (stuck.length > 0) {
    // An uncaught error would have ended the process of the worker, not left it waiting; nor does one in the background, which
    // it may be waiting for, go on after one.
    const ended = stage.workers.filter(({ background }) => background);
    const cause = stage.uncaught.find(({ worker }) =>
      [...stuck, ...ended].some(({ flow }) => flow.worker === worker),
    );
    if (cause !== undefined) return uncaughtFinding(stage, cause);
    // Where others only go round and round, what is certain comes first.
    const certain = stage.turns.aloneFrom === undefined ? undefined : await certainFinding(stage, options);
    if (certain !== undefined) return certain;
    checkPastTheLab(stage, stuck);
    return hangFinding(stage, stuck);
  }
  const violation = await firstViolation(stage, options);
  if (violation !== undefined) return violation;
  const lost = lostFinding(stage);
  if (lost !== undefined) return lost;
  const [first] = stage.uncaught;
  return first && uncaughtFinding(stage, first);
}

/**
 * Nobody knows what a worker waits for, and a client that is not the lab's was given something to do: then most likely by this
 * worker.
 *
 * @throws PastTheLabError
 */
function checkPastTheLab({ beganMs, environment }: Stage, stuck: readonly Worker[]): void {
  const unknown = stuck.find(({ flow }) => flow.outstanding.size === 0);
  const { endpoint } = environment.server;
  const outside = unknown && outsideClients(beganMs).find(({ address }) => !isAt(endpoint, address));
  if (outside !== undefined)
    throw PastTheLabError.waited(unknown!.flow.name, outside, lastPlaceOf(unknown!.flow));
}

/**
 * What is wrong for certain although the execution has not come to an end, whatever it would still do: an invariant that
 * says since when it is broken, a worker that cannot come back, an error that nothing handled.
 *
 * @throws ServerGoneError, InvariantError when nobody can tell, ScenarioError as `judge` does
 * @internal
 */
export async function certainFinding(stage: Stage, options: CheckOptions): Promise<Finding | undefined> {
  checkMisuse(stage);
  const violation = await firstViolation(stage, { ...options, certain: true });
  const [first] = stage.uncaught;
  return violation ?? lostFinding(stage) ?? (first && uncaughtFinding(stage, first));
}

/** A worker loses one operation after the other to its own connection, with nothing wrong any more. */
function lostFinding({ history, scenario }: Stage): Finding | undefined {
  const within = scenario.recoversWithinOperations;
  const lost = lostForGood(history, within);
  if (lost === undefined) return undefined;
  return {
    kind: 'breaks',
    id: COMES_BACK,
    expected: `a worker loses at most ${within} operations in a row once the last fault is over`,
    observed: describeLost(lost),
  };
}

/** A worker had to be stopped, since it never gave the event loop back. @internal */
export function starvedFinding(stage: Stage, { flow, where }: StarvedError): Finding {
  const after = lastSeen(stage.steps, flow.worker);
  return {
    kind: 'hangs',
    id: STARVED,
    expected: 'every worker lets the others go on',
    observed: `${flow.name} spins ${after}: nobody else gets a turn, and no timer fires`,
    where,
  };
}
