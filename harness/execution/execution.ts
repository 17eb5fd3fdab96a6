import type { History } from '../check/history.js';
import type { Scenario } from '../scenario.js';
import { commandText, type Chooser, type Decision, type PerformedStep } from './step.js';
import { enabledSteps } from './enabled.js';
import type { Environment } from './environment.js';
import { inject, perform } from './perform.js';
import { settle } from './settle.js';
import { errorText, Stage, type UncaughtError } from './stage.js';

/** Why an execution is not as it should be. */
export interface Finding {
  readonly kind: 'breaks' | 'hangs';
  /** Invariant, or `uncaught error`, or `every worker settles`. */
  readonly id: string;
  readonly expected: string;
  readonly observed: string;
}

/** Name of the built-in invariant that no worker ends with an error and nothing is left unhandled. */
export const UNCAUGHT = 'no uncaught error';
/** Name of the built-in invariant that every worker comes to an end. */
export const SETTLES = 'every worker settles';

/** One choice as it was made. */
export interface MadeChoice {
  /** Index of the move, or -1 - index of the fault. */
  readonly choice: number;
  /** How many moves there were; the first `free` of them preempt nobody. */
  readonly moves: number;
  readonly free: number;
  readonly faults: number;
}

/** What one execution did. */
export interface ExecutionResult {
  /** Undefined when nothing is wrong. */
  readonly finding: Finding | undefined;
  /** The step limit was hit: nothing was checked. */
  readonly capped: string | undefined;
  readonly choices: readonly MadeChoice[];
  readonly steps: readonly PerformedStep[];
  readonly history: History;
  readonly uncaught: readonly UncaughtError[];
  /** Workers that took part. */
  readonly workers: number;
  readonly preemptions: number;
  readonly faults: number;
}

export interface ExecutionOptions {
  readonly chooser: Chooser;
  /** Seeds the random numbers of the workers. */
  readonly seed: number;
  /** 1-based workers that do not take part. */
  readonly skip?: readonly number[];
  /** Keep source lines and the values of keys; slower. */
  readonly traced?: boolean;
}

/**
 * Runs a scenario once, from a clean store, every choice made by the chooser.
 *
 * @throws ServerGoneError, UncontrolledWaitError, UnsupportedCommandError when the lab cannot go on
 */
export async function execute(
  environment: Environment,
  scenario: Scenario,
  options: ExecutionOptions,
): Promise<ExecutionResult> {
  const { chooser, seed, skip = [], traced = false } = options;
  const stage = new Stage(environment, scenario, seed, traced);
  let completed = false;
  try {
    await environment.clean(traced);
    if (scenario.setup !== undefined) await scenario.setup({ redis: environment.inspector });
    const parked = environment.serverClock.afterSetup?.();
    if (parked !== undefined && scenario.setup !== undefined) await parked;
    stage.populate(skip);
    if (stage.clients.some((client) => client.redis?.status !== 'ready')) await settle(stage);
    stage.start();
    await settle(stage);
    const made = await runSteps(stage, chooser);
    const finding = made.capped === undefined ? await judge(stage) : undefined;
    completed = true;
    const { steps, history, uncaught } = stage;
    return { finding, ...made, steps, history, uncaught, workers: stage.workers.length };
  } finally {
    await stage.finish(completed);
  }
}

type Made = Pick<ExecutionResult, 'capped' | 'choices' | 'preemptions' | 'faults'>;

async function runSteps(stage: Stage, chooser: Chooser): Promise<Made> {
  const { scenario, steps } = stage;
  const choices: MadeChoice[] = [];
  let current = 0;
  let preemptions = 0;
  let faults = 0;
  for (;;) {
    const decision = enabledSteps(stage, current, scenario.faults.budget - faults);
    if (decision.moves.length === 0) return { capped: undefined, choices, preemptions, faults };
    if (steps.length >= scenario.maxSteps) return { capped: describeCap(stage), choices, preemptions, faults };
    const choice = choose(decision, chooser, choices);
    if (choice < 0) {
      faults += 1;
      const fault = decision.faults[-1 - choice]!;
      current = fault.at.worker;
      await inject(stage, fault);
    } else {
      const move = decision.moves[choice]!;
      const preemption = choice >= decision.free;
      if (preemption) preemptions += 1;
      if (move.worker > 0) current = move.worker;
      await perform(stage, move, preemption);
    }
    await settle(stage);
    if (stage.notes.length > 0) {
      steps.at(-1)!.notes.push(...stage.notes);
      stage.notes = [];
    }
  }
}

/** Asks the chooser, unless there is nothing to choose. */
function choose(decision: Decision, chooser: Chooser, choices: MadeChoice[]): number {
  const { moves, faults } = decision;
  if (moves.length === 1 && faults.length === 0) return 0;
  const choice = chooser.choose(decision);
  if (choice >= moves.length || -choice > faults.length) {
    throw new RangeError(`choice ${choice} of ${moves.length} moves and ${faults.length} faults`);
  }
  choices.push({ choice, moves: moves.length, free: decision.free, faults: faults.length });
  return choice;
}

async function judge(stage: Stage): Promise<Finding | undefined> {
  const stuck = stage.workers.filter((worker) => worker.status === 'running');
  if (stuck.length > 0) {
    const observed = stuck.map((worker) => describeWait(stage, worker.flow.worker)).join('; ');
    return { kind: 'hangs', id: SETTLES, expected: 'every worker comes to an end', observed };
  }
  const { scenario, environment, history } = stage;
  for (const { id, check } of scenario.invariants) {
    const context = {
      redis: environment.inspector,
      history,
      workers: stage.workers.length,
      elapsedMs: environment.time.elapsedMs(),
    };
    try {
      const violation = await check(context);
      if (violation !== undefined) return { kind: 'breaks', id, ...violation };
    } catch (error) {
      return { kind: 'breaks', id, ...violationOf(error) };
    }
  }
  const [first] = stage.uncaught;
  if (first === undefined) return undefined;
  const who = first.worker === 0 ? 'the shared client' : `w${first.worker}`;
  const how = { worker: 'ended with', rejection: 'left a rejection unhandled:', exception: 'threw outside of any handler:' };
  return {
    kind: 'breaks',
    id: UNCAUGHT,
    expected: 'every error is handled where it happens',
    observed: `${who} ${how[first.origin]} ${errorText(first.error)}`,
  };
}

/** Expected and observed of a failed assertion; most libraries put them on the error. */
function violationOf(error: unknown): { expected: string; observed: string } {
  if (!(error instanceof Error)) return { expected: 'no error', observed: String(error) };
  const { expected, actual } = error as { expected?: unknown; actual?: unknown };
  if (expected === undefined && actual === undefined) return { expected: 'the invariant holds', observed: error.message };
  return { expected: String(expected), observed: String(actual) };
}

function describeWait(stage: Stage, worker: number): string {
  const flow = stage.flows.find((candidate) => candidate.worker === worker)!;
  const waitsFor = [...flow.outstanding].map(({ name, nth }) => {
    const sent = stage.steps.findLastIndex((step) => step.id.startsWith(`w${worker}.${nth}`) && step.kind === 'command');
    return `the reply of ${name.toUpperCase()}${sent < 0 ? ', never sent' : ` (step ${sent + 1})`}`;
  });
  return `w${worker} waits for ${waitsFor.length > 0 ? waitsFor.join(', ') : 'another worker or a promise that nobody settles'}`;
}

/** Names the loop that used up the steps. */
function describeCap(stage: Stage): string {
  const counts = new Map<string, number>();
  for (const step of stage.steps) {
    const key = `w${step.worker} ${step.text ?? commandText(step.args ?? []).join(' ')}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const [label, times] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? ['', 0];
  return `${stage.steps.length} steps without an end; most often (${times} times): ${label}. Bound the retries, or raise maxSteps`;
}
