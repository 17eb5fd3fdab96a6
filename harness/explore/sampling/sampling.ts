import type { ExecutionResult } from '../../execution/execution.js';
import type { Choice, Decision } from '../../execution/steps/decision.js';
import type { Move } from '../../execution/steps/move.js';
import { ClassCounter } from './classes.js';
import type { Crew, Elsewhere } from '../strategy/crew.js';
import { CommandFootprints } from '../footprints/command-footprints.js';
import type { PlannedExecution, Strategy, StrategyStatus } from '../strategy/strategy.js';
import type { Bounds, SamplingReport } from '../../record/verdict.js';
import { detectionBounds } from './detection-bounds.js';
import { Drawing, type Drawn } from './drawing.js';
import { Generations } from './generations.js';
import type { SamplerName } from '../samplers/index.js';
import type { SampleTasks } from './samples.js';
import { SharedSamples } from './shared-samples.js';

/** What a sampling strategy is given. @internal */
export interface SamplingOptions {
  readonly seed: number;
  /** Faults at most in one execution. */
  readonly faults: number;
  /** Executions at most. Default: no limit. */
  readonly runs?: number;
  /** What commands touch; asked between executions about commands that it does not know yet. */
  readonly commands: CommandFootprints;
  /** Keys may have a deadline before the first step. */
  readonly deadlines: boolean;
  /** Timeouts and pauses of clients may be early. Default: no. */
  readonly clientTimers?: boolean;
}

/**
 * Explores with a sampler. The n-th execution is a function of the seed and of what the executions of earlier
 * generations were like, on any machine, whoever runs it.
 *
 * @internal
 */
export class Sampling implements Strategy<SampleTasks>, PlannedExecution<SampleTasks> {
  readonly bounds: Bounds;
  readonly #drawing: Drawing;
  readonly #generations = new Generations();
  readonly #classes = new ClassCounter();
  readonly #turns = new Map<string, number>();
  /** What commands touch, as far as was known when the generation began. */
  #known: CommandFootprints;
  #shared: SharedSamples | undefined;
  #execution = 0;

  constructor(
    readonly name: SamplerName,
    readonly options: SamplingOptions,
  ) {
    this.bounds = { preemptions: undefined, faults: options.faults };
    this.#drawing = new Drawing(name, options);
    this.#known = options.commands.copy();
  }

  get status(): StrategyStatus {
    const { name, bounds, report } = this;
    return { name, bounds, complete: false, pending: undefined, report };
  }

  start(): this {
    this.#execution += 1;
    if (this.#generations.reach(this.#execution)) {
      this.#known = this.options.commands.copy();
      this.#shared = undefined;
    }
    this.#drawing.start(this.#execution, this.#generations.profile, this.#known);
    const { sampler } = this.#drawing;
    this.#turns.set(sampler, (this.#turns.get(sampler) ?? 0) + 1);
    return this;
  }

  choose(decision: Decision): Choice {
    return this.#drawing.choose(decision);
  }

  forced(move: Move): void {
    this.#drawing.forced(move);
  }

  async learn(result: ExecutionResult): Promise<void> {
    this.#note(await this.#drawing.outcome(result, this.options.commands));
  }

  async elsewhere(crew: Crew<SampleTasks>): Promise<Elsewhere | undefined> {
    const { seed, faults, deadlines, clientTimers = false, commands, runs = Infinity } = this.options;
    const [first, last] = this.#generations.range;
    if (this.#shared === undefined) {
      const asked = {
        sampler: this.name,
        options: { seed, faults, deadlines, clientTimers },
        profile: this.#generations.profile.save(),
        shapes: this.#known.save(),
      };
      this.#shared = new SharedSamples(crew, asked, first, Math.min(last, runs));
    }
    const sample = await this.#shared.of(this.#execution);
    if (sample === undefined) return undefined;
    return {
      capped: sample.capped,
      offered: sample.offered,
      sights: sample.sights,
      failed: sample.drawn === undefined,
      learn: () => {
        commands.adopt(sample.learnt);
        if (sample.drawn !== undefined) this.#note(sample.drawn);
      },
    };
  }

  /** What sampling came to so far. */
  get report(): SamplingReport {
    const classes = this.#classes;
    return {
      current: this.#drawing.sampler,
      executions: Object.fromEntries(this.#turns),
      classes: classes.classes,
      classesAreMore: classes.full,
      late: classes.late,
      growth: classes.growth,
      unseen: classes.newness,
      detection: detectionBounds(this.#turns, this.#generations.extent, this.options.faults),
    };
  }

  #note(drawn: Drawn): void {
    this.#generations.note(drawn);
    if (drawn.class !== undefined) this.#classes.note(drawn.class);
  }
}
