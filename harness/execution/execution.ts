/**
 * One execution of a scenario: from a clean store, through every choice, to the judgement.
 *
 * The folders beside this file stand in one order, and each imports only from those before it, types included: `steps`
 * (what can happen next, and what has), `host` (what outlives an execution: connections, clocks, locks), `stage` (the
 * state of one execution), `traffic` (commands and replies), `faults` (what goes wrong instead), `settle` (what needs
 * no choice), `judge` (was it right). The files themselves are the roof: `enabled` lists what could happen next,
 * `choices` asks for one, `perform` or `inject` does it, and `run-steps` is the loop.
 */
import type { History } from '../check/history.js';
import { begin } from '../scenario/running.js';
import type { Scenario } from '../scenario/types.js';
import { ServerError } from '../server/errors.js';
import { ServerGoneError } from '../wire/upstream/waiting.js';
import { Choices, type MadeChoice } from './choices.js';
import { checkServerFaults } from './faults/server/check.js';
import { forgetUnscheduled } from './host/unscheduled.js';
import type { Environment } from './host/environment.js';
import { oneAtATime } from './host/execution-lock.js';
import { guard } from './host/guard.js';
import { StarvedError } from './host/starved.js';
import type { Finding } from './judge/finding.js';
import { certainFinding, judge, starvedFinding } from './judge/judge.js';
import { runSteps, type StepsOptions } from './run-steps.js';
import { setUp } from './set-up.js';
import { startApp } from './start-app.js';
import { awaitFirstWork } from './settle/real-work.js';
import { settle } from './settle/settle.js';
import { finish } from './stage/finish.js';
import { clientNames } from './stage/client-names.js';
import { populate, startWorkers } from './stage/populate.js';
import { Stage } from './stage/stage.js';
import type { UncaughtError } from './stage/uncaught-error.js';
import type { Move } from './steps/move.js';
import type { PerformedStep } from './steps/step.js';

/** What one execution did. @internal */
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
  /** What could have happened next, wherever that was more than one thing. */
  readonly points: readonly (readonly Move[])[];
  /** Invariants that had nothing to look at, and what was missing; undefined when none were checked, or one is broken. */
  readonly nothing: ReadonlyMap<string, string> | undefined;
  /** Conditions of `sometimes()`, by name: was one of them true? */
  readonly states: ReadonlyMap<string, boolean>;
  /** Which planned faults could have struck somewhere, by their place in the plan, ascending. */
  readonly offered: readonly number[];
  /** What their clients are; only in traced executions. */
  readonly clients?: readonly string[];
  /** A loop was held back in it until there was news. */
  readonly waited: boolean;
  /** Workers that took part. */
  readonly workers: number;
  readonly preemptions: number;
  readonly faults: number;
  /** Some of it was timed: clients in other processes took part. */
  readonly bestEffort: boolean;
}

/** How to run an execution. @internal */
export interface ExecutionOptions extends StepsOptions {
  /** Seeds the random numbers of the workers. */
  readonly seed: number;
  /** 1-based workers that do not take part. */
  readonly skip?: readonly number[];
  /** Keep source lines and the values of keys; slower. */
  readonly traced?: boolean;
  /** Commands that scripts are known to run inside, by the identity of their step: a traced execution shows their keys, too. */
  readonly inside?: ReadonlyMap<string, readonly (readonly Buffer[])[]> | undefined;
  /** Real time at which setup and invariants are to be over, on the clock of `real.now()`. Default: no such time. */
  readonly untilMs?: number | undefined;
}

/**
 * Runs a scenario once, from a clean store, every choice made by the chooser. Executions of one process wait for
 * each other.
 *
 * @throws ServerGoneError, ServerFaultError, SetupError, InvariantError, UnscheduledTimeoutError, UncontrolledWaitError,
 * UnsupportedCommandError, or StarvedError of a setup or an invariant, when the lab cannot go on
 * @internal
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
  // Somebody else's key may be what kept the store from being emptied.
  try {
    await server.lent?.ownKeys();
  } catch (foreign) {
    if (foreign instanceof ServerError) return foreign;
  }
  const how = await server.ended?.();
  if (how === undefined) return error;
  // Whether a connection broke or a new one could not be made is a matter of the moment.
  const what = error.message.startsWith('lost Redis') ? error.message : `lost Redis: ${error.message}`;
  return new ServerGoneError(`${what}; ${how}`, { cause: error });
}

async function run(
  environment: Environment,
  scenario: Scenario,
  options: ExecutionOptions,
): Promise<ExecutionResult> {
  checkServerFaults(scenario, environment);
  const stage = new Stage(environment, scenario, options.seed, options.traced ?? false, options.inside);
  const ended = begin(stage);
  // Outside of what is guarded: a worker that spins takes the rest with it.
  const chosen = new Choices();
  let finding: Finding | undefined;
  let completed = false;
  try {
    const stopping = (): void => void (stage.over = true);
    finding = await guard(environment.limits.starvedMs, stopping, () => play(stage, chosen, options));
    completed = true;
  } catch (error) {
    if (!(error instanceof StarvedError)) throw await explained(error, environment);
    forgetUnscheduled();
    if (!stage.flows.includes(error.flow)) throw error;
    finding = starvedFinding(stage, error);
  } finally {
    ended();
    await finish(stage, completed);
    environment.serverClock.reset();
  }
  const { steps, history, uncaught, points, states } = stage;
  const { capped, abandoned, made: choices, preemptions, faults } = chosen;
  const plan = scenario.faults.specs;
  const offered = [...plan.keys()].filter((at) => chosen.offered.has(plan[at]!));
  const bestEffort = [...stage.ports.values()].some((entry) => entry.outside);
  return {
    finding,
    capped,
    abandoned,
    choices,
    steps,
    history,
    uncaught,
    points,
    nothing: finding === undefined ? stage.nothing : undefined,
    states,
    offered,
    ...(stage.traced ? { clients: clientNames(stage) } : {}),
    waited: stage.turns.heldBack,
    workers: stage.workers.length,
    preemptions,
    faults,
    bestEffort,
  };
}

/** From the clean store to the judgement. */
async function play(
  stage: Stage,
  choices: Choices,
  { chooser, observer, seed, skip = [], onStep, beforeStep, untilMs }: ExecutionOptions,
): Promise<Finding | undefined> {
  const { environment, scenario } = stage;
  // Only when the last execution could not do it.
  const restored = environment.restore();
  if (restored !== undefined) await restored;
  environment.clean(stage.traced);
  const populated = populate(stage, skip);
  if (populated !== undefined) await populated;
  if (scenario.setup !== undefined) await setUp(environment, scenario, seed, untilMs);
  // Nobody else is to see what is still there; and not every user may empty the store.
  if (onStep !== undefined || beforeStep !== undefined || stage.loggedIn) await environment.emptied();
  if (stage.clients.some((client) => client.redis?.status !== 'ready')) await settle(stage);
  await startApp(stage);
  await startWorkers(stage, (flow) => awaitFirstWork(stage, flow));
  await settle(stage);
  if (observer !== undefined) await observer.begin(stage);
  await runSteps(stage, choices, { chooser, observer, onStep, beforeStep });
  if (observer?.atEnd !== undefined && !choices.abandoned) await observer.atEnd();
  const whole = choices.capped === undefined && !choices.abandoned && !stage.over;
  if (whole) {
    const emptied = environment.emptied();
    if (emptied !== undefined) await emptied;
    return judge(stage, { observer, untilMs });
  }
  // Who tries again and again without an end may do so because it cannot come back; and what goes on hides nothing else.
  const certain =
    choices.capped === undefined ? undefined : await certainFinding(stage, { observer, untilMs });
  if (certain !== undefined) choices.capped = undefined;
  return certain;
}
