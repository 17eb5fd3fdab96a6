import { Prng } from '../../base/prng.js';
import type { ExecutionResult } from '../../execution/execution.js';
import type { Choice, Chooser, Decision } from '../../execution/steps/decision.js';
import type { Move } from '../../execution/steps/move.js';
import { classHash } from './classes.js';
import type { Event } from '../events/event.js';
import { broughtBy } from '../footprints/calls.js';
import { union, write } from '../events/footprint.js';
import type { CommandFootprints } from '../footprints/command-footprints.js';
import { worker as workerOf } from '../events/resources.js';
import { FaultPlan } from './fault-plan.js';
import { SAMPLERS, type SamplerName } from '../samplers/index.js';
import { LiveSteps } from './live-steps.js';
import type { Profile, Sampled } from '../samplers/profile.js';
import type { Sampler } from '../samplers/sampler.js';
import type { Step } from '../samplers/step.js';

/** What the executions of a sampler have in common. @internal */
export interface DrawingOptions {
  readonly seed: number;
  /** Faults at most in one execution. */
  readonly faults: number;
  /** Keys may have a deadline before the first step. */
  readonly deadlines: boolean;
  /** Timeouts and pauses of clients may be early. Default: no. */
  readonly clientTimers?: boolean;
}

/** What a sampled execution was like. @internal */
export interface Drawn extends Sampled {
  /** The class that it is of; undefined when a limit cut it: then it cannot be compared with others. */
  readonly class: string | undefined;
}

/** One fault or step of an execution, as it was decided. */
interface Made {
  readonly move: Move;
  readonly fault: string | undefined;
}

/**
 * Draws one execution of a sampler, with faults where the fault plan puts them: a function of the seed, of its
 * number, and of what was known when its generation began.
 *
 * @internal
 */
export class Drawing implements Chooser {
  readonly #sampler: Sampler;
  readonly #random: Prng;
  readonly #faults: FaultPlan;
  #live!: LiveSteps;
  #made: Made[] = [];
  #contested = 0;

  constructor(
    name: SamplerName,
    readonly options: DrawingOptions,
  ) {
    this.#sampler = SAMPLERS[name]();
    this.#random = new Prng(options.seed);
    this.#faults = new FaultPlan(options.faults);
  }

  /** The sampler whose turn it is. */
  get sampler(): string {
    return this.#sampler.name;
  }

  /**
   * @param execution - its number, from 1
   * @param commands - what commands touch, as far as was known when its generation began
   */
  start(execution: number, profile: Profile, commands: CommandFootprints): void {
    const { seed, deadlines } = this.options;
    this.#random.reseed(seed, execution);
    this.#live = new LiveSteps(commands, deadlines);
    this.#made = [];
    this.#contested = 0;
    this.#sampler.start(this.#random, profile, execution);
    this.#faults.start(this.#random, profile);
  }

  choose({ moves, faults }: Decision): Choice {
    const struck = faults.length === 0 ? undefined : this.#faults.choose(faults);
    if (struck !== undefined) {
      const { at, spec } = faults[struck]!;
      this.#performed(at, spec.kind);
      return -1 - struck;
    }
    const ordered = this.#within(moves);
    let chosen = moves.indexOf(ordered[0]!);
    if (ordered.length > 1) {
      this.#contested += 1;
      chosen = moves.indexOf(ordered[this.#sampler.choose(ordered.map((move) => this.#live.of(move)))]!);
    }
    this.#performed(moves[chosen]!, undefined);
    return chosen;
  }

  forced(move: Move): void {
    this.#performed(move, undefined);
  }

  /**
   * What the execution was like.
   *
   * @param commands - asks the server about commands that it does not know yet
   */
  async outcome(result: ExecutionResult, commands: CommandFootprints): Promise<Drawn> {
    for (const { move } of this.#made) {
      const call = broughtBy(move);
      if (call !== undefined) await commands.learn(call.args);
    }
    const replies = new Map(result.steps.map(({ id, reply }) => [id, reply]));
    const live = new LiveSteps(commands, this.options.deadlines);
    const steps = this.#made.map(({ move }): Step => {
      const step = live.of(move);
      return { ...step, footprint: live.performed(move, replies.get(move.id)) };
    });
    const whole = result.finding === undefined && result.capped === undefined;
    const events = steps.map((step, at) => eventOf(step, this.#made[at]!.fault));
    return {
      steps,
      contested: this.#contested,
      faultPoints: this.#faults.points,
      whole,
      class: result.capped === undefined ? classHash(events) : undefined,
    };
  }

  /** In a fixed order, without what is outside of the bounds: as for the exhaustive search, a client's timeout is not early. */
  #within(moves: readonly Move[]): readonly Move[] {
    const within = moves.filter(({ early }) => early !== 'client' || this.options.clientTimers === true);
    return (within.length === 0 ? moves : within).toSorted(compareMoves);
  }

  #performed(move: Move, fault: string | undefined): void {
    const step = this.#live.of(move);
    this.#made.push({ move, fault });
    this.#live.performed(move);
    this.#sampler.performed(step);
  }
}

function eventOf({ id, worker, footprint }: Step, fault: string | undefined): Event {
  const key = fault === undefined ? id : `${id}!${fault}`;
  return { key, label: key, footprint: union(footprint, [write(workerOf(worker))]), worker };
}

/** An order that does not depend on who ran last, so that it says nothing about the step itself. */
function compareMoves(a: Move, b: Move): number {
  // Timers are counted by themselves: what else was counted differs with the connections that could be reused.
  return a.worker - b.worker || Number(a.kind === 'timer') - Number(b.kind === 'timer') || a.seq - b.seq;
}
