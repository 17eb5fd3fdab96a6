import type { ExecutionResult } from '../../execution/execution.js';
import type { Choice, Decision, Move } from '../../execution/step.js';
import { ClassCounter } from '../classes.js';
import type { Crew, Elsewhere } from '../crew.js';
import { CommandFootprints } from '../footprints/command-footprints.js';
import type { Strategy } from '../strategy.js';
import type { Bounds, SamplingReport } from '../verdict.js';
import { detectionBounds } from './detection-bounds.js';
import { Drawing, type Drawn } from './drawing.js';
import { Generations } from './generations.js';
import type { SamplerName } from './index.js';
import { SharedSamples } from './shared-samples.js';

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
}

/**
 * Explores with a sampler. The n-th execution is a function of the seed and of what the executions of earlier
 * generations were like, on any machine, whoever runs it.
 */
export class Sampling implements Strategy {
  readonly complete = false;
  readonly pending = undefined;
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

  start(): boolean {
    this.#execution += 1;
    if (this.#generations.reach(this.#execution)) {
      this.#known = this.options.commands.copy();
      this.#shared = undefined;
    }
    this.#drawing.start(this.#execution, this.#generations.profile, this.#known);
    const { sampler } = this.#drawing;
    this.#turns.set(sampler, (this.#turns.get(sampler) ?? 0) + 1);
    return true;
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

  async elsewhere(crew: Crew): Promise<Elsewhere | undefined> {
    const { seed, faults, deadlines, commands, runs = Infinity } = this.options;
    const [first, last] = this.#generations.range;
    if (this.#shared === undefined) {
      const asked = {
        sampler: this.name,
        options: { seed, faults, deadlines },
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
      unseen: classes.newness,
      detection: detectionBounds(this.#turns, this.#generations.extent, this.options.faults),
    };
  }

  #note(drawn: Drawn): void {
    this.#generations.note(drawn);
    if (drawn.class !== undefined) this.#classes.note(drawn.class);
  }
}
