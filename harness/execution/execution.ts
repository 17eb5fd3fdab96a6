import type { History } from '../check/history.js';
import type { Scenario } from '../scenario.js';
import { forgetAsides, runAside } from './aside.js';
import { enabledSteps } from './enabled.js';
import type { Environment } from './environment.js';
import { judge, lostFinding, starvedFinding, type Finding } from './judge.js';
import type { Observer } from './observer.js';
import { inject } from './faults/index.js';
import { checkServerFaults } from './faults/server/index.js';
import { perform } from './perform.js';
import { describeCap } from './loop.js';
import { settle } from './settle.js';
import { Stage, type UncaughtError } from './stage.js';
import type { Chooser, Decision, Move, PerformedStep } from './step.js';
import { oneAtATime } from './turnstile.js';
import { guard, StarvedError } from './watchdog.js';
import type { FaultSpec } from '../wire/fault-spec.js';
import { ServerGoneError } from '../wire/upstream.js';

export { COMES_BACK, SETTLES, STARVED, UNCAUGHT, type Finding } from './judge.js';

/** The setup of a scenario failed. */
export class SetupError extends Error {
  override name = 'SetupError';
}

/** One choice as it was made. */
export interface MadeChoice {
  /** Index of the move, or -1 - index of the fault. */
  readonly choice: number;
  /** How many moves there were; the first `free` of them preempt nobody. */
  readonly moves: number;
  readonly free: number;
  readonly faults: number;
  /** Index of the step that it led to. */
  readonly step: number;
}

/** What one execution did. */
export interface ExecutionResult {
  /** Undefined when nothing is wrong. */
  readonly finding: Finding | undefined;
  /** The step limit was hit: nothing was checked. */
  readonly capped: string | undefined;
  /** The observer gave it up: nothing was checked. */
  readonly abandoned: boolean;
  readonly choices: readonly MadeChoice[];
  readonly steps: readonly PerformedStep[];
  readonly history: History;
  readonly uncaught: readonly UncaughtError[];
  /** Which planned faults could have struck somewhere, by their place in the plan, ascending. */
  readonly offered: readonly number[];
  /** Workers that took part. */
  readonly workers: number;
  readonly preemptions: number;
  readonly faults: number;
  /** Some of it was timed: clients in other processes took part. */
  readonly bestEffort: boolean;
}

export interface ExecutionOptions {
  readonly chooser: Chooser;
  /** Decides in place of the chooser, and sees everything. */
  readonly observer?: Observer | undefined;
  /** Seeds the random numbers of the workers. */
  readonly seed: number;
  /** 1-based workers that do not take part. */
  readonly skip?: readonly number[];
  /** Keep source lines and the values of keys; slower. */
  readonly traced?: boolean;
  /** Called after every step, with all of them so far; nothing moves until it resolves. */
  readonly onStep?: ((steps: readonly PerformedStep[]) => Promise<void>) | undefined;
}

/**
 * Runs a scenario once, from a clean store, every choice made by the chooser. Executions of one process wait for
 * each other.
 *
 * @throws ServerGoneError, SetupError, UncontrolledWaitError, UnsupportedCommandError when the lab cannot go on
 */
export function execute(
  environment: Environment,
  scenario: Scenario,
  options: ExecutionOptions,
): Promise<ExecutionResult> {
  return oneAtATime(() => run(environment, scenario, options));
}

/** Says of a server that is gone how it ended, where somebody knows. */
async function explained(error: unknown, { server }: Environment): Promise<unknown> {
  if (!(error instanceof ServerGoneError)) return error;
  const how = await server.ended?.();
  if (how === undefined) return error;
  // Whether a connection broke or a new one could not be made is a matter of the moment.
  const what = error.message.startsWith('lost Redis') ? error.message : `lost Redis: ${error.message}`;
  return new ServerGoneError(`${what}; ${how}`, { cause: error });
}

/** What was chosen so far. A class for the same reason as `Flow`. */
class Made {
  capped: string | undefined = undefined;
  abandoned = false;
  readonly choices: MadeChoice[] = [];
  preemptions = 0;
  faults = 0;
  readonly offered = new Set<FaultSpec>();
}

async function run(
  environment: Environment,
  scenario: Scenario,
  options: ExecutionOptions,
): Promise<ExecutionResult> {
  checkServerFaults(scenario, environment);
  const stage = new Stage(environment, scenario, options.seed, options.traced ?? false);
  // Outside of what is guarded: a worker that spins takes the rest with it.
  const made = new Made();
  let finding: Finding | undefined;
  let completed = false;
  try {
    const stopping = (): void => void (stage.over = true);
    finding = await guard(environment.limits.starvedMs, stopping, () => play(stage, made, options));
    completed = true;
  } catch (error) {
    if (!(error instanceof StarvedError)) throw await explained(error, environment);
    forgetAsides();
    if (!stage.flows.includes(error.flow)) throw error;
    finding = starvedFinding(stage, error);
  } finally {
    await stage.finish(completed);
    environment.serverClock.reset();
  }
  const { steps, history, uncaught } = stage;
  const { capped, abandoned, choices, preemptions, faults } = made;
  const offered = [...scenario.faults.specs.keys()].filter((at) =>
    made.offered.has(scenario.faults.specs[at]!),
  );
  const chosen = { capped, abandoned, choices, preemptions, faults, offered };
  const bestEffort = [...stage.ports.values()].some((entry) => entry.outside);
  return { finding, ...chosen, steps, history, uncaught, workers: stage.workers.length, bestEffort };
}

/** From the clean store to the judgement. */
async function play(
  stage: Stage,
  made: Made,
  { chooser, observer, seed, skip = [], onStep }: ExecutionOptions,
): Promise<Finding | undefined> {
  const { environment, scenario } = stage;
  // Only when the last execution could not do it.
  const restored = environment.restore();
  if (restored !== undefined) await restored;
  environment.clean(stage.traced);
  const populated = stage.populate(skip);
  if (populated !== undefined) await populated;
  if (scenario.setup !== undefined) await setUp(environment, scenario.setup, seed);
  // Nobody else is to see what is still there; and not every user may empty the store.
  if (onStep !== undefined || stage.loggedIn) await environment.emptied();
  if (stage.clients.some((client) => client.redis?.status !== 'ready')) await settle(stage);
  stage.start();
  await settle(stage);
  if (observer !== undefined) await observer.begin(stage);
  await runSteps(stage, made, { chooser, observer, onStep });
  const whole = made.capped === undefined && !made.abandoned && !stage.over;
  if (whole) {
    const emptied = environment.emptied();
    if (emptied !== undefined) await emptied;
    return judge(stage, observer);
  }
  // Who tries again and again without an end may do so because it cannot come back.
  const lost = made.capped === undefined ? undefined : lostFinding(stage);
  if (lost !== undefined) made.capped = undefined;
  return lost;
}

async function setUp(
  environment: Environment,
  setup: NonNullable<Scenario['setup']>,
  seed: number,
): Promise<void> {
  await environment.emptied();
  try {
    await runAside(environment, seed, 'the setup', () => setup({ redis: environment.inspector }));
  } catch (error) {
    await environment.checkServer();
    throw new SetupError(`the setup failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const parked = environment.serverClock.afterSetup?.();
  if (parked !== undefined) await parked;
}

async function runSteps(
  stage: Stage,
  made: Made,
  { chooser, observer, onStep }: Pick<ExecutionOptions, 'chooser' | 'observer' | 'onStep'>,
): Promise<void> {
  const { scenario, steps } = stage;
  let current = 0;
  while (!stage.over) {
    const asked = renewDeadlines(stage);
    if (asked !== undefined) await asked;
    const decision = enabledSteps(stage, current, scenario.faults.budget - made.faults);
    const stuck = decision.moves.length === 0;
    const atLimit = steps.length >= scenario.maxSteps;
    // A search that watches does not go on from here: without another fault it has found a hang.
    const last =
      observer === undefined && !atLimit && decision.faults.length > 0 && chooser.last !== undefined;
    if (stuck && !last) return;
    if (atLimit) {
      made.capped = describeCap(stage.steps);
      return;
    }
    for (const { spec } of decision.faults) made.offered.add(spec);
    const choice =
      observer === undefined
        ? choose(decision, chooser, made.choices, steps.length)
        : await follow(decision, observer, made.choices, steps.length);
    if (choice === undefined) {
      made.abandoned = true;
      return;
    }
    if (stuck && choice === 0) return;
    if (choice < 0) {
      made.faults += 1;
      const fault = decision.faults[-1 - choice]!;
      if (fault.at.worker > 0) current = fault.at.worker;
      const emptied = stage.environment.emptied();
      if (emptied !== undefined) await emptied;
      await inject(stage, fault);
    } else {
      const move = decision.moves[choice]!;
      const preemption = choice >= decision.free;
      if (preemption) made.preemptions += 1;
      // What is on its way arrives by itself: nobody runs for that.
      if (move.worker > 0 && isOfWorker(move)) current = move.worker;
      const performed = perform(stage, move, preemption);
      if (performed !== undefined) await performed;
    }
    await settle(stage);
    if (stage.notes.length > 0) {
      steps.at(-1)!.notes.push(...stage.notes);
      stage.notes = [];
    }
    if (observer !== undefined) await observer.performed(steps.at(-1)!);
    if (onStep !== undefined) await onStep(steps);
  }
}

/** Keys expire on the way to something that waits for its time; a server that is not well is asked nothing. */
function renewDeadlines({ environment, pending }: Stage): Promise<void> | undefined {
  const { time, deadlines, trouble } = environment;
  const waits = time.size > 0 || pending.some(({ dueMs }) => dueMs !== undefined);
  return waits && trouble.kind === undefined ? deadlines.renew() : undefined;
}

function isOfWorker({ target }: Move): boolean {
  return target.kind !== 'event' || target.event.ordinary;
}

/** Asks the chooser, unless there is nothing to choose. */
function choose(decision: Decision, chooser: Chooser, choices: MadeChoice[], step: number): number {
  if (decision.moves.length === 0) return noted(decision, chooser.last!(decision), choices, step);
  if (isForced(decision)) {
    chooser.forced?.(decision.moves[0]!);
    return 0;
  }
  return noted(decision, chooser.choose(decision), choices, step);
}

/** Asks the observer, at every point. */
async function follow(
  decision: Decision,
  observer: Observer,
  choices: MadeChoice[],
  step: number,
): Promise<number | undefined> {
  const asked = observer.decide(decision);
  const choice = typeof asked === 'object' ? await asked : asked;
  return choice === undefined || isForced(decision) ? choice : noted(decision, choice, choices, step);
}

function isForced({ moves, faults }: Decision): boolean {
  return moves.length === 1 && faults.length === 0;
}

function noted(
  { moves, faults, free }: Decision,
  choice: number,
  choices: MadeChoice[],
  step: number,
): number {
  // Where nothing can move, 0 is the end.
  if (choice >= Math.max(1, moves.length) || -choice > faults.length) {
    throw new RangeError(`choice ${choice} of ${moves.length} moves and ${faults.length} faults`);
  }
  choices.push({ choice, moves: moves.length, free, faults: faults.length, step });
  return choice;
}
