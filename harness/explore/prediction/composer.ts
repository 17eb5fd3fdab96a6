import { enabledSteps } from '../../execution/enabled.js';
import type { Environment } from '../../execution/host/environment.js';
import type { Decision } from '../../execution/steps/decision.js';
import type { Move } from '../../execution/steps/move.js';
import type { PerformedStep } from '../../execution/steps/step.js';
import type { Scenario } from '../../scenario/types.js';
import type { CostLimits } from '../events/event.js';
import type { Part } from '../dpor/part.js';
import type { TakenExecution } from '../exhaustive/parts.js';
import { LiveObserver } from '../exhaustive/observer/observer.js';
import type { Option } from '../exhaustive/observer/options.js';
import { TracedSearch } from '../exhaustive/traced-search.js';
import { callOf } from '../footprints/calls.js';
import type { CommandOutcomes } from './store/command-outcomes.js';
import { type LocalStates, toldOf, UnknownError } from './local/local-states.js';
import { PuppetStage } from './puppets/puppet-stage.js';
import { RememberedCommands } from './remembered-commands.js';
import { StoreMirror } from './store/store-mirror.js';
import { runsCommand, type Teacher } from './teacher.js';

/** An execution that was composed, as far as a search sees it, and what it leaves behind. @internal */
export interface Composed extends Pick<
  TakenExecution,
  'points' | 'ending' | 'left' | 'offered' | 'heldBack'
> {
  /** As it stands at the end. */
  readonly stage: PuppetStage;
  /** What could have happened next, wherever that was more than one thing. */
  readonly moves: readonly (readonly Move[])[];
}

/**
 * Composes executions of what is known: workers are puppets that do what real ones did when they were told the same, commands
 * come to what they came to before. What could happen next, and what a step touches, the lab's own rules say, as they
 * do of executions that are run.
 *
 * @internal
 */
export class Composer {
  /** Observes what is composed. */
  readonly observer: LiveObserver;
  readonly #commands: RememberedCommands;

  /**
   * @param seed - of the executions
   * @param source - observes those that are run
   */
  constructor(
    readonly limits: CostLimits,
    readonly seed: number,
    readonly source: LiveObserver,
    readonly teacher: Teacher,
    readonly states: LocalStates,
    readonly outcomes: CommandOutcomes,
  ) {
    this.#commands = new RememberedCommands(source.commands);
    this.observer = new LiveObserver(new TracedSearch(limits), limits, this.#commands);
  }

  /** The next execution of a part. @throws UnknownError where something on its way was never seen */
  async compose(environment: Environment, scenario: Scenario, part: Part): Promise<Composed> {
    const search = new TracedSearch(this.limits, false);
    search.enter(part);
    search.start();
    const { observer } = this;
    observer.search = search;
    observer.follow(this.source);
    const store = new StoreMirror(this.teacher.initial);
    const stage = new PuppetStage(scenario, environment, this.seed, store);
    for (const { flow } of stage.puppets) {
      const node = this.states.first(flow.worker);
      if (node === undefined) throw new UnknownError(`how ${flow.name} begins`);
      stage.become(flow.worker, node);
    }
    stage.happened(this.states.beginning);
    await observer.begin(stage.asStage);
    const play = new Play(stage, observer, this.#commands, this.outcomes);
    const ended = await play.run(scenario);
    if (this.knowsMore) throw new UnknownError('something new matters');
    const ending = ended ? 'maximal' : 'redundant';
    search.finish(ending, ended ? [] : observer.left);
    return {
      ...search.taken(),
      heldBack: observer.heldBack,
      offered: [...play.offered].sort((a, b) => a - b),
      stage,
      moves: play.moves,
    };
  }

  /** What was composed shows that more matters than was known: whoever runs it begins anew. */
  get knowsMore(): boolean {
    const { aspects, known } = this.observer;
    return aspects.size > known;
  }
}

/** One execution that is composed. */
class Play {
  readonly offered = new Set<number>();
  readonly moves: (readonly Move[])[] = [];
  #faults = 0;

  constructor(
    readonly stage: PuppetStage,
    readonly observer: LiveObserver,
    readonly commands: RememberedCommands,
    readonly outcomes: CommandOutcomes,
  ) {}

  /** To its end. @returns false where the search gave it up */
  async run({ faults: plan, maxSteps }: Scenario): Promise<boolean> {
    const { stage, observer } = this;
    let current = 0;
    for (;;) {
      const decision = enabledSteps(stage.asStage, current, plan.budget - this.#faults);
      if (decision.moves.length === 0) break;
      if (stage.steps.length >= maxSteps) throw new UnknownError('what happens at the limit of steps');
      for (const { spec } of decision.faults) this.offered.add(plan.specs.indexOf(spec));
      if (decision.moves.length > 1) this.moves.push(decision.moves);
      const choice = await observer.decide(decision);
      if (choice === undefined) return false;
      const { chosen } = observer;
      if (chosen === undefined || chosen.way?.later === true) throw new UnknownError('what comes later');
      current = runsAfter(decision, choice) ?? current;
      const step = this.#perform(chosen);
      await observer.performed(step);
    }
    observer.ended();
    return true;
  }

  #perform(option: Option): PerformedStep {
    const { stage } = this;
    const { move, fault, event } = option;
    if (fault === undefined && move.dueMs !== undefined) stage.time.advanceTo({ dueMs: move.dueMs });
    if (fault !== undefined) this.#faults += 1;
    const { target } = move;
    if (target.kind === 'expiry') {
      stage.deadlines.passed(target.expiry);
      return this.#recorded(move, undefined);
    }
    const reply = runsCommand(option) ? this.#runs(option) : undefined;
    const told = toldOf(event, reply, stage.time.positionMs);
    const next = stage.nodes[move.worker - 1]?.next.get(told);
    if (next === undefined || next.to.goesRound) throw new UnknownError(event.label);
    const step = this.#recorded(move, reply);
    stage.become(move.worker, next.to, next.entries);
    stage.time.looked ||= next.looked;
    return step;
  }

  #recorded(move: Move, reply: Buffer | undefined): PerformedStep {
    const step = stepOf(move, reply);
    this.stage.steps.push(step);
    return step;
  }

  #runs({ move, event }: Option): Buffer {
    const { store, time } = this.stage;
    const { connection, args } = callOf(move)!;
    const situation = store.situation(connection, args, event.footprint, time.wallMs);
    const outcome = situation && this.outcomes.of(situation);
    if (outcome === undefined) throw new UnknownError(move.label);
    const { reply, after, scripts } = outcome;
    this.commands.willRun(scripts);
    store.ran(situation!, { connection, args, reply }, after, time.wallMs);
    return Buffer.from(reply, 'latin1');
  }
}

/** The worker that a choice lets run; undefined where it is nobody. */
function runsAfter({ moves, faults }: Decision, choice: number): number | undefined {
  const move = choice < 0 ? faults[-1 - choice]!.at : moves[choice]!;
  return move.worker > 0 ? move.worker : undefined;
}

/** As much of a step as an observer looks at. */
function stepOf(move: Move, reply: Buffer | undefined): PerformedStep {
  const { target } = move;
  const args = target.kind === 'command' && 'held' in target ? target.held.args : undefined;
  return {
    kind: move.kind,
    worker: move.worker,
    id: move.id,
    tick: 0,
    sentOn: undefined,
    args,
    text: undefined,
    shared: undefined,
    reply,
    fault: undefined,
    preemption: false,
    atMs: 0,
    source: undefined,
    notes: [],
  };
}
