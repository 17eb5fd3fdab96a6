import type { History } from '../check/history.js';
import type { Environment } from '../execution/host/environment.js';
import { execute, type ExecutionResult } from '../execution/execution.js';
import type { Observer } from '../execution/stage/observer.js';
import type { Stage } from '../execution/stage/stage.js';
import type { WorkerStatus } from '../execution/stage/worker.js';
import { isForced, type Choice, type Decision } from '../execution/steps/decision.js';
import { Tape, TapePlayer } from '../explore/tape/tape.js';
import type { Scenario } from '../scenario/types.js';
import { PositionError, type Position } from './position.js';
import { readStore, type StoredKey } from './store.js';

/** What comes behind a position: nothing, one choice, or everything in the calm way. @internal */
export type Onward =
  | { readonly kind: 'stay' }
  | { readonly kind: 'choose'; readonly choice: Choice }
  | { readonly kind: 'calm' };

/** How far a worker is. @internal */
export interface WorkerAt {
  readonly worker: number;
  readonly status: WorkerStatus;
}

/** Where a walk has ended. @internal */
export interface Stand {
  /** The choices that led here, and the number of steps. */
  readonly position: Position;
  readonly result: ExecutionResult;
  /** What could be done next; undefined where the execution has come to its end and was judged. */
  readonly decision: Decision | undefined;
  /** The worker that ran last; 0 before the first step. */
  readonly current: number;
  readonly workers: readonly WorkerAt[];
  /** Virtual wall-clock time of this position. */
  readonly wallMs: number;
  readonly store: readonly StoredKey[];
}

/**
 * Runs an execution up to a position, and one choice further where somebody makes one. Nothing is held open while a person
 * thinks: each move runs the whole prefix again, from a clean store, and leaves nothing behind.
 *
 * @throws PositionError where the choice is none; what `execute` throws when the lab cannot go on
 * @internal
 */
export async function walk(
  environment: Environment,
  scenario: Scenario,
  from: Position,
  onward: Onward,
  seed: number,
): Promise<Stand> {
  const hand = new Hand(from, onward);
  const { skip } = from.tape;
  const result = await execute(environment, scenario, {
    // The observer decides in its place.
    chooser: { choose: () => 0 },
    observer: hand,
    seed,
    skip,
    traced: true,
  });
  if (hand.problem !== undefined) throw hand.problem;
  return {
    position: { tape: Tape.of(result, skip), steps: hand.performedSteps },
    result,
    decision: hand.next,
    current: hand.current,
    workers: hand.stage!.workers.map(({ flow, status }) => ({ worker: flow.worker, status })),
    wallMs: hand.wallMs,
    store: hand.store,
  };
}

/** Plays the prefix, then what the person chose, and stops there. */
class Hand implements Observer {
  stage: Stage | undefined;
  problem: PositionError | undefined;
  /** What could be done next, where it stops before the end. */
  next: Decision | undefined;
  wallMs = 0;
  store: readonly StoredKey[] = [];
  performedSteps = 0;
  current = 0;
  readonly #player: TapePlayer;

  constructor(
    readonly from: Position,
    readonly onward: Onward,
  ) {
    this.#player = new TapePlayer(from.tape.choices);
  }

  async begin(stage: Stage): Promise<void> {
    this.stage = stage;
    // Where nothing was sent yet, the store of the execution before is still there.
    await stage.environment.emptied();
  }

  decide(decision: Decision): Choice | undefined | Promise<undefined> {
    const behind = this.performedSteps - this.from.steps;
    if (behind < 0) return isForced(decision) ? 0 : this.#player.choose(decision);
    const { onward } = this;
    if (onward.kind === 'calm') return 0;
    if (behind > 0 || onward.kind === 'stay') return this.#stop(decision);
    const { choice } = onward;
    if (choice < decision.moves.length && -choice <= decision.faults.length) return choice;
    this.problem = new PositionError(
      `there is no move ${choice} after step ${this.performedSteps}: reload the page`,
    );
    return undefined;
  }

  async performed({ worker }: { readonly worker: number }): Promise<void> {
    this.performedSteps += 1;
    if (worker > 0) this.current = worker;
  }

  lens(history: History): History {
    return history;
  }

  async atEnd(): Promise<void> {
    await this.#look();
  }

  async #stop(decision: Decision): Promise<undefined> {
    this.next = decision;
    await this.#look();
  }

  /** Once the execution is over, the clocks are back at its beginning, and what has expired may be there again. */
  async #look(): Promise<void> {
    const { environment } = this.stage!;
    this.wallMs = environment.time.wallMs;
    this.store = await readStore(environment);
  }
}
