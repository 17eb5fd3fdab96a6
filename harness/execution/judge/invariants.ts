import { defined } from '../../base/defined.js';
import type { History } from '../../check/history.js';
import type { Invariant, InvariantContext, NothingSeen, Violation } from '../../check/invariant.js';
import { UndecidedError } from '../../check/undecided.js';
import { PastTheLabError } from '../host/past-the-lab.js';
import { UnscheduledTimeoutError, runUnscheduled } from '../host/unscheduled.js';
import type { Observer } from '../stage/observer.js';
import type { Stage } from '../stage/stage.js';
import { comesFromClient, InvariantError, withoutAnswer } from './could-not-look.js';
import type { Finding } from './finding.js';
import { misuseIn } from './misuse.js';
import { violationIn, violationOf } from './violation.js';

/** Errors that say of themselves why nobody could look. */
const OWN_ERRORS = [UnscheduledTimeoutError, InvariantError, PastTheLabError];

/** How invariants are checked. @internal */
export interface CheckOptions {
  /** May show them the history through a lens. */
  readonly observer?: Observer | undefined;
  /** Real time at which they are to be over. */
  readonly untilMs?: number | undefined;
  /** The execution goes on: only what says since when it is broken counts. */
  readonly certain?: boolean;
}

/**
 * Checks the invariants of the scenario, in their order.
 *
 * @returns the first that does not hold
 * @throws ServerGoneError, UnscheduledTimeoutError, InvariantError, PastTheLabError when nobody can tell
 * @internal
 */
export async function firstViolation(stage: Stage, options: CheckOptions): Promise<Finding | undefined> {
  const { scenario, environment } = stage;
  stage.nothing = new Map();
  if (scenario.invariants.length === 0) return undefined;
  const lent = environment.serverClock.beforeCheck?.();
  if (lent !== undefined) await lent;
  for (const one of scenario.invariants) {
    const witness = stage.traced ? new Witness(stage) : undefined;
    try {
      const violation = await violationFound(stage, one, options, witness?.history);
      if (violation === undefined || (options.certain === true && violation.at === undefined)) continue;
      return brokenBy(one.id, violation, witness);
    } catch (error) {
      // It may be waiting for what is still to come.
      if (options.certain !== true || !OWN_ERRORS.some((kind) => error instanceof kind)) throw error;
    } finally {
      witness?.end();
    }
  }
  return undefined;
}

/** What an invariant finds wrong, in whichever way it says so. */
async function violationFound(
  stage: Stage,
  { id, check }: Invariant,
  { observer, untilMs }: CheckOptions,
  watched: History | undefined,
): Promise<Violation | undefined> {
  const { environment, seed, history } = stage;
  const { refusals } = environment;
  refusals.length = 0;
  const context: InvariantContext = {
    redis: environment.inspector,
    history: watched ?? observer?.lens(history, id) ?? history,
    workers: stage.workers.filter(({ background }) => !background).length,
    elapsedMs: environment.time.elapsedMs(),
  };
  let found: Violation | undefined;
  try {
    const body = (): unknown => check(context);
    const returned = await runUnscheduled(environment, seed, `the invariant "${id}"`, body, untilMs);
    found = violationIn(id, returned);
    const missing = found === undefined ? (returned as NothingSeen | undefined)?.nothing : undefined;
    if (missing !== undefined) stage.nothing?.set(id, missing);
  } catch (error) {
    // Without a server every invariant fails, and that says nothing about the workers.
    await environment.checkServer();
    if (error instanceof UndecidedError)
      throw new InvariantError(id, `could not tell: ${error.message}`, { cause: error });
    if (OWN_ERRORS.some((kind) => error instanceof kind)) throw error;
    const misuse = misuseIn(error, history);
    if (misuse !== undefined)
      throw new InvariantError(id, `is written wrongly: ${misuse.message}`, { cause: error });
    const refused = comesFromClient(error, refusals, history.operations);
    if (refused !== undefined) throw unseen(id, refused);
    found = violationOf(error);
  }
  const refused = refusals.length === 0 ? undefined : withoutAnswer(refusals);
  if (refused !== undefined) throw unseen(id, refused);
  return found;
}

function unseen(id: string, { command, error }: { command: string; error: Error }): InvariantError {
  const asked = command === '' ? '' : ` at its ${command}`;
  return new InvariantError(id, `could not look: ${error.message}${asked}`, { cause: error });
}

function brokenBy(id: string, { expected, observed, at }: Violation, witness: Witness | undefined): Finding {
  const evidence = witness && {
    commands: witness.commands,
    shared: [...witness.stage.looked],
    history: witness.usedHistory,
    at,
  };
  return { kind: 'breaks', id, expected, observed, ...defined({ evidence }) };
}

/** Notes what an invariant looks at. */
class Witness {
  readonly commands: (readonly string[])[] = [];
  usedHistory = false;
  readonly history: History;

  constructor(readonly stage: Stage) {
    stage.looked.clear();
    stage.environment.onInspected = (command) => this.commands.push(command);
    this.history = new Proxy(stage.history, {
      get: (target, name) => {
        this.usedHistory = true;
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }

  end(): void {
    this.stage.environment.onInspected = undefined;
  }
}
