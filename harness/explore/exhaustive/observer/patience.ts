import type { Stage } from '../../../execution/stage/stage.js';
import { ROUNDS_MAX } from '../../../execution/stage/turns.js';
import type { Decision } from '../../../execution/steps/decision.js';
import type { Move } from '../../../execution/steps/move.js';
import type { Aspects } from './aspects.js';

/** Rounds without news after which it is found out whether a loop ends by itself. */
const TRIED_FROM = 2;
/** Rounds without news of a loop that does not: more of them would show nothing else. */
const ROUNDS_ENDLESS = 1;

/** What a worker is to do at a point. @internal */
export interface Patient {
  /** Moves that are left out until there is news. */
  readonly waits: ReadonlySet<Move>;
  /** The one move to go on with, to find out whether a loop ends; no choice of the search. */
  readonly tried: Move | undefined;
  /** That was found out just now: the execution is of no more use. */
  readonly learnt: boolean;
}

const FREE: Patient = { waits: new Set(), tried: undefined, learnt: false };

/**
 * Loops that do not end by themselves wait for news after one round of it, in the exhaustive search: which they are
 * is found out by letting one go round alone. All others go round as often as any execution lets them.
 *
 * @internal
 */
export class Patience {
  #tried: { readonly worker: number; readonly loop: string } | undefined;

  constructor(
    readonly stage: Stage,
    readonly aspects: Aspects,
  ) {}

  /** What to leave out of a decision, or to try. */
  at({ moves }: Decision): Patient {
    if (this.#tried === undefined) {
      if (!this.stage.turns.any) return FREE;
      const unknown = moves.find(
        ({ turn }) => turn !== undefined && inVain(turn) >= TRIED_FROM && this.#isOpen(turn),
      );
      if (unknown === undefined) return this.#waiting(moves);
      this.#tried = { worker: unknown.worker, loop: unknown.turn!.name };
    }
    const { worker, loop } = this.#tried;
    const going = this.stage.turns.goingOf(worker);
    const own = moves.find((move) => move.worker === worker && move.kind !== 'expiry');
    if (going?.name === loop && going.rounds < ROUNDS_MAX && own !== undefined)
      return { ...FREE, tried: own };
    this.aspects.noteLoop(loop, !(going?.name === loop && going.rounds >= ROUNDS_MAX));
    return { ...FREE, learnt: true };
  }

  /** Had a worker to wait before it goes round once more? */
  waited({ turn }: Move): boolean {
    return turn !== undefined && turn.gone >= (this.isEndless(turn) ? ROUNDS_ENDLESS : ROUNDS_MAX);
  }

  #waiting(moves: readonly Move[]): Patient {
    const waits = moves.filter(
      ({ turn }) => turn !== undefined && inVain(turn) >= ROUNDS_ENDLESS && this.isEndless(turn),
    );
    if (waits.length === 0) return FREE;
    this.stage.turns.heldBack = true;
    // Nobody else can go on.
    if (waits.length === moves.length) waits.shift()!.pressed = true;
    return { ...FREE, waits: new Set(waits) };
  }

  #isOpen({ name, keys }: NonNullable<Move['turn']>): boolean {
    return keys !== undefined && this.aspects.loopEnds(name) === undefined;
  }

  /** Is it known that a loop does not end by itself? */
  isEndless(turn: Move['turn']): boolean {
    return turn !== undefined && this.aspects.loopEnds(turn.name) === false;
  }
}

/** Rounds since there was news, that changed nothing: others change something, and what comes of it is explored. */
function inVain({ rounds, gone }: NonNullable<Move['turn']>): number {
  return Math.min(rounds, gone);
}
