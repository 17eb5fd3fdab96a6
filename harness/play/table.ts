import { harmless } from '../base/text.js';
import { real } from '../clock/globals.js';
import type { Environment } from '../execution/host/environment.js';
import { exploreTree } from '../explore/tree/explore-tree.js';
import type { RaceRecord, RecordedRun } from '../record/format.js';
import type { Verdict } from '../record/verdict.js';
import { recordSteps } from '../record/steps.js';
import { ServerError } from '../server/errors.js';
import { ServerGoneError } from '../wire/upstream/waiting.js';
import { isToBreak, levelView, type Known, type Level, type LevelView } from './level.js';
import { playedRecord } from './played-record.js';
import { PositionError, tapeOf, type Position } from './position.js';
import { shareText } from './share.js';
import { treeView, type TreeView } from './tree/tree-view.js';
import { standView, type StandView } from './view.js';
import { walk, type Onward, type Stand } from './walk.js';

/** Real time for which the lab looks for a schedule of its own. */
const LOOK_SECONDS = 20;

/** How large a tree is at most that somebody is to look at. */
const TREE_EXECUTIONS = 200;
const TREE_STEPS = 20_000;

/** A Redis, and connections to it. @internal */
export interface Seat {
  readonly environment: Environment;
  /** Gives both back. */
  close(): Promise<void>;
}

/** What a table is set with. @internal */
export interface TableParts {
  readonly levels: readonly Level[];
  /** Gets a Redis; asked again where the one before is gone. */
  readonly open: () => Promise<Seat>;
  /** Looks for a failing execution. */
  readonly explore: (seat: Seat, level: Level, seconds: number) => Promise<Verdict>;
  /** Ends what is being recorded. */
  readonly signal?: AbortSignal;
}

/** What somebody asks for. @internal */
export interface Asked {
  readonly level: string;
  readonly tape: string;
  readonly steps: number;
  readonly onward: Onward;
}

/** What somebody is told. @internal */
export interface Told extends StandView {
  /** The lab has something to say: a Redis was gone. */
  readonly notice: string;
  /** For others; null where nothing is wrong, or where they would find something else. */
  readonly share: string | null;
  /** Within the goal of the level; false where it has none. */
  readonly withinGoal: boolean;
}

/** There is no such level. @internal */
export class UnknownLevelError extends Error {
  override readonly name = 'UnknownLevelError';
}

/**
 * Where scenarios are played: one thing after the other, each from a clean store. It knows nothing of who plays, so that any number of
 * pages may.
 *
 * @internal
 */
export class Table {
  readonly #known = new Map<string, Known>();
  readonly #trees = new Map<string, TreeView>();
  /** Solved here: in how many steps at best, and what others are sent of it. */
  readonly solved = new Map<string, { readonly steps: number; readonly share: string | undefined }>();
  #seat: Seat | undefined;
  #notice = '';
  #last: Promise<unknown> = Promise.resolve();

  constructor(readonly parts: TableParts) {}

  /** What there is to know of a level before it is played. @throws UnknownLevelError */
  level(id: string): Promise<LevelView> {
    return this.#inTurn(async (seat) => levelView(this.#levelOf(id), await this.#knownOf(seat, id)));
  }

  /** Runs a schedule as far as somebody has played it. @throws UnknownLevelError, PositionError */
  play(asked: Asked): Promise<Told> {
    return this.#inTurn(async (seat) => {
      const { level, known, position } = await this.#positionOf(seat, asked);
      const { environment } = seat;
      const stand = await walk(environment, level.scenario, position, asked.onward, level.seed);
      const { tape } = stand.position;
      const view = standView(stand, runOf(level, tape, recordSteps(stand.result.steps)));
      const won = stand.result.finding !== undefined;
      const share = level.shareable ? shareOf(level, stand) : null;
      if (won && asked.onward.kind !== 'stay')
        this.#noteSolved(level.id, view.size.steps, share ?? undefined);
      const best = known.record?.minimal.steps ?? 0;
      const notice = this.#notice;
      this.#notice = '';
      return { ...view, notice, share, withinGoal: won && view.size.steps <= best };
    });
  }

  /** Runs a schedule to its end again and again. @returns its record @throws UnknownLevelError, PositionError */
  record(asked: Omit<Asked, 'onward' | 'steps'>): Promise<RaceRecord> {
    return this.#inTurn(async (seat) => {
      const { level, position } = await this.#positionOf(seat, { ...asked, steps: 0 });
      const record = await playedRecord(seat.environment, level, position, this.parts.signal);
      if (record === undefined) throw new PositionError('nothing is wrong at the end of this schedule');
      return record;
    });
  }

  /** Runs everything that may come of a level, within bounds: what was run, and what needs not be. @throws UnknownLevelError */
  tree(id: string): Promise<TreeView> {
    return this.#inTurn(async (seat) => {
      const level = this.#levelOf(id);
      const before = this.#trees.get(id);
      if (before !== undefined) return before;
      const { record } = await this.#knownOf(seat, id);
      const tree = await exploreTree(seat.environment, level.scenario, {
        ...{ executionsMax: TREE_EXECUTIONS, stepsMax: TREE_STEPS },
        untilMs: real.now() + LOOK_SECONDS * 1000,
        skip: record?.tape.skip ?? [],
        seed: level.seed,
        signal: this.parts.signal,
      });
      const view = treeView(id, tree);
      this.#trees.set(id, view);
      return view;
    });
  }

  /** Waits for a Redis. @throws what `open` throws */
  ready(): Promise<void> {
    return this.#inTurn(async () => {});
  }

  /** Gives the Redis back, once nothing is played any more. */
  async close(): Promise<void> {
    await this.#last.catch(() => {});
    await this.#leave();
  }

  #noteSolved(id: string, steps: number, share: string | undefined): void {
    if (steps < (this.solved.get(id)?.steps ?? Infinity)) this.solved.set(id, { steps, share });
  }

  #levelOf(id: string): Level {
    const level = this.parts.levels.find((one) => one.id === id);
    if (level === undefined) throw new UnknownLevelError(`there is no level ${harmless(id)}`);
    return level;
  }

  async #positionOf(
    seat: Seat,
    { level: id, tape, steps }: Omit<Asked, 'onward'>,
  ): Promise<{ level: Level; known: Known; position: Position }> {
    const level = this.#levelOf(id);
    const known = await this.#knownOf(seat, id);
    return { level, known, position: { tape: tapeOf(tape, known.record?.tape.skip ?? []), steps } };
  }

  async #knownOf(seat: Seat, id: string): Promise<Known> {
    const before = this.#known.get(id);
    if (before !== undefined) return before;
    const level = this.#levelOf(id);
    if (level.recorded !== undefined) return { record: level.recorded, why: '' };
    if (!isToBreak(level)) {
      const known = { record: undefined, why: 'This lab shows that it holds; convince yourself.' };
      this.#known.set(id, known);
      return known;
    }
    const { kind, record, message } = await this.parts.explore(seat, level, LOOK_SECONDS);
    if (kind === 'error') {
      await seat.environment.checkServer();
      throw new Error(message);
    }
    const found = kind === 'breaks' || kind === 'hangs' ? record : undefined;
    const known = {
      record: found,
      why: found === undefined ? `The lab itself has not: ${harmless(message)}` : '',
    };
    this.#known.set(id, known);
    return known;
  }

  /** One after the other: there is one store. Where the server is gone, once more with another one. */
  #inTurn<T>(job: (seat: Seat) => Promise<T>): Promise<T> {
    const turn = async (): Promise<T> => {
      try {
        return await job((this.#seat ??= await this.parts.open()));
      } catch (error) {
        if (!(error instanceof ServerGoneError || error instanceof ServerError)) throw error;
        const had = this.#seat !== undefined;
        await this.#leave();
        if (!had) throw error;
        this.#seat = await this.parts.open();
        this.#notice = `Redis was gone (${harmless(error.message)}). Another one was started, and your schedule replayed on it.`;
        return await job(this.#seat);
      }
    };
    const result = this.#last.then(turn, turn);
    this.#last = result.catch(() => {});
    return result;
  }

  async #leave(): Promise<void> {
    const seat = this.#seat;
    this.#seat = undefined;
    await seat?.close().catch(() => {});
  }
}

/** What others are sent of it; null where nothing is wrong. */
function shareOf({ identity: { lab, variant } }: Level, { result, position }: Stand): string | null {
  const { finding } = result;
  if (finding === undefined) return null;
  return shareText({ lab, variant, tape: position.tape.toString(), invariant: finding.id });
}

/** What was played, as far as records have it. */
function runOf(
  { scenario, identity, seed }: Level,
  { choices, skip }: Position['tape'],
  steps: RecordedRun['steps'],
): RecordedRun {
  return {
    lab: identity.lab,
    variant: identity.variant,
    scenario: scenario.name,
    seed,
    workers: scenario.workers.length,
    faultBudget: scenario.faults.budget,
    tape: { choices: [...choices], skip: [...skip] },
    steps,
  };
}
