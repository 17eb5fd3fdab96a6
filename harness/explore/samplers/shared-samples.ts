import type { Environment } from '../../execution/environment.js';
import { execute } from '../../execution/execution.js';
import type { Scenario } from '../../scenario.js';
import type { Crew } from '../crew.js';
import { CommandFootprints, type KnownShapes } from '../footprints/command-footprints.js';
import { Drawing, type DrawingOptions, type Drawn } from './drawing.js';
import type { SamplerName } from './index.js';
import { Profile, type SavedProfile } from './profile.js';
import { leftToLeader } from '../left-to-leader.js';

/** Executions in one message at most. */
const BATCH = 16;

/** What the executions of one generation have in common. */
export interface Generation {
  readonly sampler: SamplerName;
  readonly options: DrawingOptions;
  readonly profile: SavedProfile;
  readonly shapes: KnownShapes;
}

/** Some executions of one generation. */
export interface SampleRange extends Generation {
  readonly first: number;
  readonly last: number;
}

/** What a sampled execution came to in another process, as data. */
export interface Sample {
  /** Undefined when something was wrong: then the first process sees for itself. */
  readonly drawn: Drawn | undefined;
  readonly capped: string | undefined;
  /** Which planned faults could have struck, by their place in the plan. */
  readonly offered: readonly number[];
  /** Commands that it was the first to use. */
  readonly learnt: KnownShapes;
}

/** The executions of a generation, shared out among the processes of a crew in ranges. */
export class SharedSamples {
  readonly #ranges = new Map<number, Promise<readonly Sample[]>>();
  readonly #size: number;

  constructor(
    crew: Crew,
    generation: Generation,
    readonly first: number,
    last: number,
  ) {
    // Ranges so short that everybody has several: nobody waits long for the last one.
    this.#size = Math.max(1, Math.min(BATCH, Math.floor((last - first + 1) / (2 * crew.size))));
    const starts: number[] = [];
    for (let start = first; start <= last; start += this.#size) starts.push(start);
    // The last one asked for is run first.
    for (const start of starts.toReversed()) {
      const range = crew.run('samples', {
        ...generation,
        first: start,
        last: Math.min(start + this.#size - 1, last),
      });
      // What is never wanted may fail; what is wanted is awaited.
      range.catch(() => {});
      this.#ranges.set(start, range);
    }
  }

  /** @returns undefined for an execution that was not shared out, or not run after one that failed */
  async of(execution: number): Promise<Sample | undefined> {
    const offset = (execution - this.first) % this.#size;
    return (await this.#ranges.get(execution - offset))?.[offset];
  }
}

/** Runs some executions of a generation, up to the first with which something is wrong. */
export async function runSamples(
  environment: Environment,
  scenario: Scenario,
  { sampler, options, profile, shapes, first, last }: SampleRange,
  seed: number,
): Promise<Sample[]> {
  const drawing = new Drawing(sampler, options);
  const planned = Profile.of(profile);
  const known = new CommandFootprints(environment.control);
  known.adopt(shapes);
  const commands = known.copy();
  const samples: Sample[] = [];
  for (let execution = first; execution <= last; execution++) {
    drawing.start(execution, planned, known);
    const sample = await runSample(environment, scenario, drawing, commands, seed);
    samples.push(sample);
    if (sample.drawn === undefined) break;
  }
  return samples;
}

async function runSample(
  environment: Environment,
  scenario: Scenario,
  drawing: Drawing,
  commands: CommandFootprints,
  seed: number,
): Promise<Sample> {
  try {
    const result = await execute(environment, scenario, { chooser: drawing, seed });
    if (result.finding !== undefined) return FAILED;
    const drawn = await drawing.outcome(result, commands);
    return { drawn, capped: result.capped, offered: result.offered, learnt: commands.takeLearnt() };
  } catch (error) {
    return leftToLeader(error) ?? FAILED;
  }
}

const FAILED: Sample = { drawn: undefined, capped: undefined, offered: [], learnt: [] };
