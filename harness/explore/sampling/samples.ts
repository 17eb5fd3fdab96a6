import type { KnownShapes } from '../events/known-shapes.js';
import type { SamplerName } from '../samplers/index.js';
import type { SavedProfile } from '../samplers/profile.js';
import type { Sights } from '../sights/sights.js';
import type { DrawingOptions, Drawn } from './drawing.js';

/** What the executions of one generation have in common. @internal */
export interface Generation {
  readonly sampler: SamplerName;
  readonly options: DrawingOptions;
  readonly profile: SavedProfile;
  readonly shapes: KnownShapes;
}

/** Some executions of one generation. @internal */
export interface SampleRange extends Generation {
  readonly first: number;
  readonly last: number;
}

/** What a sampled execution came to in another process, as data. @internal */
export interface Sample {
  /** Undefined when something was wrong: then the first process sees for itself. */
  readonly drawn: Drawn | undefined;
  readonly capped: string | undefined;
  /** Which planned faults could have struck, by their place in the plan. */
  readonly offered: readonly number[];
  /** What raced in it, and what it reached. */
  readonly sights: Sights;
  /** Commands that it was the first to use. */
  readonly learnt: KnownShapes;
}

/** What sampling asks of a crew. @internal */
export interface SampleTasks {
  readonly samples: { readonly ask: SampleRange; readonly answer: readonly Sample[] };
}
