import { Prng } from '../../clock/prng.js';
import type { ExecutionResult } from '../../execution/execution.js';
import type { Choice, Decision, Move } from '../../execution/step.js';
import { ClassCounter } from '../classes.js';
import type { Event } from '../event.js';
import { union, write } from '../footprint.js';
import type { CommandFootprints } from '../footprints/command-footprints.js';
import { worker as workerOf } from '../resources.js';
import type { Strategy } from '../strategy.js';
import type { Bounds, SamplingReport } from '../verdict.js';
import { detectionBounds } from './detection-bounds.js';
import { FaultPlan } from './fault-plan.js';
import { SAMPLERS, type SamplerName } from './index.js';
import { broughtBy } from '../exhaustive/calls.js';
import { LiveSteps } from './live-steps.js';
import { Profile } from './profile.js';
import type { Sampler, Step } from './sampler.js';

export interface SamplingOptions {
  readonly seed: number;
  /** Faults at most in one execution. */
  readonly faults: number;
  /** What commands touch; asked between executions about commands that it does not know yet. */
  readonly commands: CommandFootprints;
  /** Keys may have a deadline before the first step. */
  readonly deadlines: boolean;
}

/** One fault or step of an execution, as it was decided. */
interface Made {
  readonly move: Move;
  readonly fault: string | undefined;
}

/**
 * Explores with a sampler: each execution is a schedule of it, with faults where the fault plan puts them. The n-th
 * execution is a function of the seed and of what the executions before it were like, on any machine.
 */
export class Sampling implements Strategy {
  readonly complete = false;
  readonly pending = undefined;
  readonly bounds: Bounds;
  readonly #sampler: Sampler;
  readonly #random: Prng;
  readonly #profile = new Profile();
  readonly #faults: FaultPlan;
  readonly #classes = new ClassCounter();
  readonly #turns = new Map<string, number>();
  #execution = 0;
  #live!: LiveSteps;
  #made: Made[] = [];
  #contested = 0;

  constructor(
    readonly name: SamplerName,
    readonly options: SamplingOptions,
  ) {
    this.bounds = { preemptions: undefined, faults: options.faults };
    this.#sampler = SAMPLERS[name]();
    this.#random = new Prng(options.seed);
    this.#faults = new FaultPlan(options.faults);
  }

  start(): boolean {
    const { seed, commands, deadlines } = this.options;
    this.#execution += 1;
    this.#random.reseed(seed, this.#execution);
    this.#live = new LiveSteps(commands, deadlines);
    this.#made = [];
    this.#contested = 0;
    this.#sampler.start(this.#random, this.#profile);
    this.#faults.start(this.#random, this.#profile);
    const { name } = this.#sampler;
    this.#turns.set(name, (this.#turns.get(name) ?? 0) + 1);
    return true;
  }

  choose({ moves, faults }: Decision): Choice {
    const struck = faults.length === 0 ? undefined : this.#faults.choose(faults);
    if (struck !== undefined) {
      const { at, spec } = faults[struck]!;
      this.#performed(at, spec.kind);
      return -1 - struck;
    }
    let chosen = 0;
    if (moves.length > 1) {
      this.#contested += 1;
      // In an order that does not depend on who ran last, so that it says nothing about the step itself.
      const ordered = moves.toSorted((a, b) => a.worker - b.worker || a.seq - b.seq);
      chosen = moves.indexOf(ordered[this.#sampler.choose(ordered.map((move) => this.#live.of(move)))]!);
    }
    this.#performed(moves[chosen]!, undefined);
    return chosen;
  }

  forced(move: Move): void {
    this.#performed(move, undefined);
  }

  async learn(result: ExecutionResult): Promise<void> {
    const { commands, deadlines } = this.options;
    for (const { move } of this.#made) {
      const call = broughtBy(move);
      if (call !== undefined) await commands.learn(call.args);
    }
    const replies = new Map(result.steps.map(({ id, reply }) => [id, reply]));
    const live = new LiveSteps(commands, deadlines);
    const steps = this.#made.map(({ move }): Step => {
      const step = live.of(move);
      return { ...step, footprint: live.performed(move, replies.get(move.id)) };
    });
    const whole = result.finding === undefined && result.capped === undefined;
    this.#profile.note({ steps, contested: this.#contested, faultPoints: this.#faults.points, whole });
    // What a limit cut is no execution that could be compared with others.
    if (result.capped === undefined)
      this.#classes.note(steps.map((step, at) => eventOf(step, this.#made[at]!.fault)));
  }

  /** What sampling came to so far. */
  get report(): SamplingReport {
    const classes = this.#classes;
    return {
      current: this.#sampler.name,
      executions: Object.fromEntries(this.#turns),
      classes: classes.classes,
      classesAreMore: classes.full,
      late: classes.late,
      unseen: classes.newness,
      detection: detectionBounds(this.#turns, this.#profile, this.options.faults),
    };
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
