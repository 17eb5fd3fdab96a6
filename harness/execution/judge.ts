import { inspect } from 'node:util';
import type { History } from '../check/history.js';
import { describeLost, lostForGood } from '../check/recovery.js';
import type { InvariantContext, Violation } from '../check/invariant.js';
import { AsideTimeoutError, runAside } from './aside.js';
import { lastSeen } from './settle.js';
import type { Observer } from './observer.js';
import { errorText, type Stage, type UncaughtError } from './stage.js';
import { commandText } from './step.js';
import type { StarvedError } from './watchdog.js';
import type { Worker } from './worker.js';

/** Why an execution is not as it should be. */
export interface Finding {
  readonly kind: 'breaks' | 'hangs';
  /** Name of an invariant: one of the scenario's, `UNCAUGHT` or `SETTLES`. */
  readonly id: string;
  readonly expected: string;
  readonly observed: string;
  /** Where in the workers' code, innermost first; it may differ from run to run. */
  readonly where?: readonly string[];
  /** What the invariant looked at; only in traced executions. */
  readonly evidence?: Evidence;
}

/** What an invariant looked at before it said that something is wrong. */
export interface Evidence {
  /** Its commands, upper-case name first. */
  readonly commands: readonly (readonly string[])[];
  /** It looked at the operations of the workers. */
  readonly history: boolean;
  /** Position in the history from which on it was broken; undefined where nobody knows. */
  readonly at: number | undefined;
}

/** Name of the built-in invariant that no worker ends with an error and nothing is left unhandled. */
export const UNCAUGHT = 'no uncaught error';
/** Name of the built-in invariant that every worker comes to an end. */
export const SETTLES = 'every worker settles';

/** Name of the built-in invariant that workers do not go on losing operations once nothing is wrong any more. */
export const COMES_BACK = 'comes back after a fault';

/** Name of the built-in invariant that no worker keeps the processor for itself. */
export const STARVED = 'the event loop turns';

/** Lengths of values in findings: enough to recognise them. */
const VALUE_LENGTH_MAX = 500;

/**
 * Was this execution right? First whether every worker came to an end, then the scenario's invariants, then whether
 * the workers came back after a fault and whether something was left unhandled.
 *
 * @param observer - may show the invariants the history through a lens
 * @returns the first thing that is wrong
 * @throws ServerGoneError when nobody can tell
 */
export async function judge(stage: Stage, observer?: Observer): Promise<Finding | undefined> {
  const stuck = stage.workers.filter((worker) => worker.status === 'running');
  if (stuck.length > 0) {
    // An uncaught error would have ended the process of the worker, not left it waiting.
    const cause = stage.uncaught.find(({ worker }) => stuck.some(({ flow }) => flow.worker === worker));
    if (cause !== undefined) return uncaughtFinding(cause);
    const observed = stuck.map((worker) => describeWait(stage, worker)).join('; ');
    return { kind: 'hangs', id: SETTLES, expected: 'every worker comes to an end', observed };
  }
  const violation = await firstViolation(stage, observer);
  if (violation !== undefined) return violation;
  const lost = lostFinding(stage);
  if (lost !== undefined) return lost;
  const [first] = stage.uncaught;
  return first && uncaughtFinding(first);
}

/** A worker loses one operation after the other to its own connection, with nothing wrong any more. */
export function lostFinding({ history, scenario }: Stage): Finding | undefined {
  const within = scenario.recoversWithin;
  const lost = lostForGood(history, within);
  if (lost === undefined) return undefined;
  return {
    kind: 'breaks',
    id: COMES_BACK,
    expected: `a worker loses at most ${within} operations in a row once the last fault is over`,
    observed: describeLost(lost),
  };
}

async function firstViolation(stage: Stage, observer: Observer | undefined): Promise<Finding | undefined> {
  const { scenario, environment, workers, seed, traced } = stage;
  if (scenario.invariants.length === 0) return undefined;
  const lent = environment.serverClock.beforeCheck?.();
  if (lent !== undefined) await lent;
  for (const { id, check } of scenario.invariants) {
    const witness = traced ? new Witness(stage) : undefined;
    const context: InvariantContext = {
      redis: environment.inspector,
      history: witness?.history ?? observer?.lens(stage.history, id) ?? stage.history,
      workers: workers.length,
      elapsedMs: environment.time.elapsedMs(),
    };
    try {
      const violation = await runAside(environment, seed, `the invariant "${id}"`, () => check(context));
      if (violation !== undefined) return brokenBy(id, violation, witness);
    } catch (error) {
      // Without a server every invariant fails, and that says nothing about the workers.
      await environment.checkServer();
      if (error instanceof AsideTimeoutError) throw error;
      return brokenBy(id, violationOf(error), witness);
    } finally {
      witness?.end();
    }
  }
  return undefined;
}

function brokenBy(id: string, { expected, observed, at }: Violation, witness: Witness | undefined): Finding {
  const evidence = witness && { commands: witness.commands, history: witness.usedHistory, at };
  return { kind: 'breaks', id, expected, observed, ...(evidence === undefined ? {} : { evidence }) };
}

/** Takes down what an invariant looks at. */
class Witness {
  readonly commands: (readonly string[])[] = [];
  usedHistory = false;
  readonly history: History;

  constructor(readonly stage: Stage) {
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

/** A worker had to be stopped, since it never gave the event loop back. */
export function starvedFinding(stage: Stage, { flow, where }: StarvedError): Finding {
  const after = lastSeen(stage, flow);
  return {
    kind: 'hangs',
    id: STARVED,
    expected: 'every worker lets the others go on',
    observed: `${flow.name} spins ${after}: nobody else gets a turn, and no timer fires`,
    where,
  };
}

function uncaughtFinding({ worker, origin, error }: UncaughtError): Finding {
  const who = worker === 0 ? 'the shared client' : `w${worker}`;
  const how = {
    worker: 'ended with',
    rejection: 'left a rejection unhandled:',
    exception: 'threw outside of any handler:',
  };
  return {
    kind: 'breaks',
    id: UNCAUGHT,
    expected: 'every error is handled where it happens',
    observed: `${who} ${how[origin]} ${errorText(error)}`,
  };
}

/** Expected and observed of a failed assertion; most libraries put them on the error. */
function violationOf(error: unknown): Violation {
  if (!(error instanceof Error)) return { expected: 'no error', observed: show(error) };
  const { expected, actual } = error as { expected?: unknown; actual?: unknown };
  if (expected === undefined && actual === undefined)
    return { expected: 'the invariant holds', observed: error.message };
  return { expected: show(expected), observed: show(actual) };
}

function show(value: unknown): string {
  if (typeof value === 'string') return value;
  const text = inspect(value, { depth: 5, breakLength: Infinity });
  return text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX)}…` : text;
}

function describeWait(stage: Stage, { flow }: Worker): string {
  const waitsFor = [...flow.outstanding].map((tag) => {
    const { name, nth } = tag;
    const id = `w${flow.worker}.${nth}`;
    const sent = stage.steps.findLastIndex(
      (step) => step.kind === 'command' && (step.id === id || step.id.startsWith(`${id}r`)),
    );
    const wait = stage.waiting.find(({ held }) => held.tag === tag);
    if (wait !== undefined) {
      return `the reply of ${commandText(wait.held.args).join(' ')} (step ${sent + 1}), blocked on the server`;
    }
    return `the reply of ${name.toUpperCase()}${sent < 0 ? ', never sent' : ` (step ${sent + 1})`}`;
  });
  if (waitsFor.length > 0) return `w${flow.worker} waits for ${waitsFor.join(', ')}`;
  const last = stage.steps.findLastIndex(({ worker }) => worker === flow.worker);
  const since = last < 0 ? 'from its start' : `since step ${last + 1}`;
  return `w${flow.worker} waits for another worker or a promise that nobody settles, ${since}`;
}
