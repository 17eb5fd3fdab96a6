import { Prng } from '../../base/prng.js';
import type { ExecutionResult } from '../../execution/execution.js';
import type { TakenExecution } from '../exhaustive/parts.js';
import { differenceOf } from './difference.js';
import type { PuppetStage } from './puppets/puppet-stage.js';

/** So many predicted executions are compared in any case, before anything rests on one. */
const ALWAYS = 5;
/** Of so many others one is compared: of the first, and of those after them. */
const [FIRST_SHARE, LATER_SHARE] = [50, 1000];
/** So many are the first. */
const FIRST = 250;

/** What was predicted of an execution that is run to compare. @internal */
export interface Expected {
  readonly played: TakenExecution;
  readonly stage: PuppetStage;
  readonly heldBack: TakenExecution['heldBack'];
}

/** What it came to. @internal */
export interface Came extends Pick<TakenExecution, 'sights' | 'heldBack'> {
  readonly result: ExecutionResult;
  /** What it was for the search; undefined where that began anew. */
  readonly taken: Pick<TakenExecution, 'points' | 'ending' | 'left'> | undefined;
  /** What the store holds; undefined where nobody knows. */
  readonly store: string | undefined;
}

/** Draws the predicted executions that are run all the same. @internal */
export class Comparisons {
  readonly #draws: Prng;
  #asked = 0;

  constructor(seed: number) {
    this.#draws = new Prng(seed, 0);
  }

  /** Is this one to be run? @param predicted - how many were not */
  wants(predicted: number): boolean {
    this.#asked += 1;
    // One after the other, whatever else is compared.
    const drawn = this.#draws.below(predicted < FIRST ? FIRST_SHARE : LATER_SHARE) === 0;
    return drawn || this.#asked <= ALWAYS;
  }
}

/** In which parts a prediction and the execution itself differ; undefined where they do not. @internal */
export function differenceFrom(
  { played, stage, heldBack: { own, clients } }: Expected,
  { result, taken, sights, heldBack, store }: Came,
): string | undefined {
  const whole = played.ending === 'maximal';
  return differenceOf(
    {
      ...played,
      heldBack: { own: own || played.heldBack.own, clients: clients || played.heldBack.clients },
      right: true,
      history: whole ? stage.asStage.history : undefined,
      store: store && stage.store.text(stage.time.wallMs),
    },
    {
      ...(taken ?? { points: [], ending: undefined, left: [] }),
      offered: result.offered,
      sights,
      heldBack,
      right: result.finding === undefined && result.capped === undefined,
      history: whole ? result.history : undefined,
      store,
    },
  );
}
