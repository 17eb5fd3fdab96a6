import { enabledSteps } from '../../execution/enabled.js';
import { runsAfter } from '../../execution/run-steps.js';
import type { Choice, Decision } from '../../execution/steps/decision.js';
import type { Move } from '../../execution/steps/move.js';
import type { PerformedStep } from '../../execution/steps/step.js';
import type { StepObserver } from '../exhaustive/observer/step-observer.js';
import type { ObservedMark } from '../exhaustive/observer/observed.js';
import type { Option } from '../exhaustive/observer/options.js';
import { toldOf, UnknownError } from './local/local-states.js';
import type { PuppetStage, StageMark } from './puppets/puppet-stage.js';
import type { RememberedCommands } from './remembered-commands.js';
import type { CommandOutcomes } from './store/command-outcomes.js';
import { isAnsweredHere, sentIn } from './local/sent-call.js';

/** Observes what is composed, and decides. @internal */
export interface PlayObserver extends StepObserver {
  /** Reads what could come next. @returns false where nobody is to choose among that */
  offer(decision: Decision): boolean;
  /** What of it comes next; undefined where that gives the execution up. */
  pick(decision: Decision): Choice | undefined;
  /** Decides, too, where nothing can move and a fault could strike. */
  readonly asksAtTheEnd?: boolean;
}

/** Something that was learned, and in how many executions that were run it was seen. @internal */
export interface Seen {
  readonly seen: number;
}

/** Where an execution stood when it was known what could come next. */
interface PlayMark {
  readonly stage: StageMark;
  readonly observed: ObservedMark;
  readonly decision: Decision;
  readonly current: number;
  readonly faults: number;
  readonly used: number;
}

/**
 * One execution that is composed, from its first step on; and then others that begin as it did, from where they leave it.
 *
 * @internal
 */
export class Play {
  /** What it is made of. */
  readonly #used: Seen[] = [];
  readonly #choices: Choice[] = [];
  readonly #marks: PlayMark[] = [];
  #current = 0;
  #faults = 0;

  constructor(
    readonly stage: PuppetStage,
    readonly observer: PlayObserver,
    readonly commands: RememberedCommands,
    readonly outcomes: CommandOutcomes,
  ) {}

  /** How many steps there are to go back to. */
  get depth(): number {
    return this.#marks.length;
  }

  /** Faults of the plan that could have struck, by their places there, in their order. */
  get offered(): number[] {
    const { specs } = this.stage.asStage.scenario.faults;
    const all = this.#marks.flatMap(({ decision }) => decision.faults.map(({ spec }) => specs.indexOf(spec)));
    return [...new Set(all)].sort((a, b) => a - b);
  }

  /** What could come next at each of its steps. */
  get decisions(): readonly Decision[] {
    return this.#marks.map(({ decision }) => decision);
  }

  /** What could have happened next, wherever that was more than one thing. */
  get moves(): (readonly Move[])[] {
    return this.#marks.map(({ decision }) => decision.moves).filter(({ length }) => length > 1);
  }

  /** What was chosen at each of its steps. */
  get choices(): readonly Choice[] {
    return this.#choices;
  }

  /** What it is made of that was seen in one execution only. */
  get unsure(): Seen[] {
    return this.#used.filter(({ seen }) => seen === 1);
  }

  /**
   * Goes on from right before one of its steps to an end.
   *
   * @param from - the step, from 0; at most `depth`
   * @returns false where the search gave it up
   * @throws UnknownError where something on its way was never seen
   */
  async run(from: number): Promise<boolean> {
    let known = this.#goBack(from);
    for (;;) {
      const decision = known ?? this.#decision();
      if (decision === undefined) break;
      known = undefined;
      const choice = this.observer.pick(decision);
      if (choice === undefined) return false;
      this.#choices[this.depth - 1] = choice;
      const chosen = this.observer.chosen!;
      this.#current = runsAfter(decision, choice) ?? this.#current;
      await this.observer.performed(this.#perform(chosen));
    }
    this.observer.ended();
    return true;
  }

  /** @returns what could come next there, where that was known */
  #goBack(step: number): Decision | undefined {
    this.#choices.length = Math.min(this.#choices.length, step);
    const mark = this.#marks[step];
    if (mark === undefined) {
      this.#used.length = 0;
      return undefined;
    }
    this.#marks.length = step + 1;
    this.stage.goBack(mark.stage);
    this.observer.now.goBack(mark.observed);
    this.#used.length = mark.used;
    this.#current = mark.current;
    this.#faults = mark.faults;
    return mark.decision;
  }

  /** What could come next; undefined at the end. */
  #decision(): Decision | undefined {
    const { stage, observer } = this;
    const { faults: plan, maxSteps } = stage.asStage.scenario;
    const decision = enabledSteps(stage.asStage, this.#current, plan.budget - this.#faults);
    if (decision.moves.length === 0) {
      if (decision.faults.length > 0 && observer.asksAtTheEnd === true)
        throw new UnknownError('what strikes at the end');
      return undefined;
    }
    if (stage.steps.length >= maxSteps) throw new UnknownError('what happens at the limit of steps');
    this.commands.learn(decision);
    if (!observer.offer(decision)) throw new UnknownError('what comes later');
    this.#marks.push({
      stage: stage.mark(),
      observed: observer.now.mark(),
      decision,
      current: this.#current,
      faults: this.#faults,
      used: this.#used.length,
    });
    return decision;
  }

  #perform(option: Option): PerformedStep {
    const { stage } = this;
    const { move, fault, event } = option;
    if (fault === undefined && move.dueMs !== undefined) stage.time.advanceTo({ dueMs: move.dueMs });
    if (fault !== undefined) this.#faults += 1;
    const { target } = move;
    if (target.kind === 'expiry') {
      stage.deadlines.passed(target.expiry);
      return this.#recorded(option, undefined);
    }
    const answer = this.#runs(option);
    const told = toldOf(event, answer, stage.time.positionMs);
    const next = stage.nodes[move.worker - 1]?.next(told);
    if (next === undefined || next.to.goesRound) throw new UnknownError(event.label);
    this.#used.push(next);
    const reply = next.reply === undefined ? answer : Buffer.from(next.reply, 'latin1');
    const step = this.#recorded(option, reply);
    stage.become(move.worker, next.to, next.entries);
    stage.time.looked ||= next.looked;
    return step;
  }

  #recorded(option: Option, reply: Buffer | undefined): PerformedStep {
    const step = stepOf(option, reply, this.stage.time.positionMs);
    this.stage.steps.push(step);
    return step;
  }

  #runs(option: Option): Buffer | undefined {
    const { store, time } = this.stage;
    const { move, event } = option;
    const call = sentIn(option);
    if (call === undefined) return undefined;
    const situation = call === 'unclear' ? undefined : store.situation(call, event.footprint, time.wallMs);
    const outcome = situation && this.outcomes.of(situation);
    if (call === 'unclear' || outcome === undefined) throw new UnknownError(move.label);
    const { connection, args } = call;
    const { reply, after, scripts } = outcome;
    // What else the server does to certain contents is no matter of who has written it.
    if (scripts.length > 0) this.#used.push(outcome);
    this.commands.willRun(scripts);
    store.ran(situation!, { connection, args, reply }, after, time.wallMs);
    return Buffer.from(reply, 'latin1');
  }
}

/** As much of a step as an observer looks at. */
function stepOf({ move, fault }: Option, reply: Buffer | undefined, atMs: number): PerformedStep {
  const { target, kind } = move;
  const held = target.kind === 'event' ? target.event.held : 'held' in target ? target.held : undefined;
  return {
    kind,
    worker: move.worker,
    id: move.id,
    tick: 0,
    sentOn: undefined,
    args: held?.args,
    text: undefined,
    shared: undefined,
    reply,
    fault: fault?.spec.kind ?? (kind === 'command' && isAnsweredHere(move) ? 'error-reply' : undefined),
    preemption: false,
    atMs,
    source: undefined,
    notes: [],
  };
}
