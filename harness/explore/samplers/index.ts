import { PCT_DEPTHS, PctOfAnyDepth } from './any-depth.js';
import { Pct } from './pct.js';
import { Pos } from './pos.js';
import { RandomWalk } from './random-walk.js';
import { Rotation } from './rotation.js';
import type { Sampler } from './sampler.js';
import { Surw } from './surw.js';
import { Urw } from './urw.js';

/** All samplers, by the name of their strategy. @internal */
export const SAMPLERS = {
  rotate: () =>
    new Rotation([
      new RandomWalk(),
      ...PCT_DEPTHS.map((depth) => new Pct(depth)),
      new Pos(),
      new Urw(),
      new Surw(),
    ]),
  random: () => new RandomWalk(),
  pct: () => new PctOfAnyDepth(),
  pos: () => new Pos(),
  urw: () => new Urw(),
  surw: () => new Surw(),
} satisfies Record<string, () => Sampler>;

/** What a sampler is called, as a strategy too. @internal */
export type SamplerName = keyof typeof SAMPLERS;
/** Every sampler by name. @internal */
export const SAMPLER_NAMES = Object.keys(SAMPLERS) as SamplerName[];
