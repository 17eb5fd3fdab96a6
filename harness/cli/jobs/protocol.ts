import type { CrewTask, CrewTasks } from '../../explore/crew.js';
import type { MapShare, ShareOutcome } from '../../explore/fault-map-share.js';
import type { SavedSearch } from '../../explore/exhaustive/saved.js';
import type { ExploreOptions } from '../../explore/explore.js';
import type { Progress, Verdict } from '../../explore/verdict.js';
import type { ServerFlags } from '../server.js';

/** Which scenario is meant: functions cannot be sent, so each process takes it from the labs itself. */
export interface CastName {
  readonly lab: string;
  readonly variant: string;
  readonly workers: number | undefined;
  readonly faults: number | undefined;
}

/** What `race-lab run` allows a variant. */
export type Bounds = Pick<
  ExploreOptions,
  'strategy' | 'runs' | 'seconds' | 'seed' | 'preemptions' | 'delays'
>;

/** What a crew is asked to run. */
export type CrewAsk = {
  [Task in CrewTask]: { readonly task: Task; readonly ask: CrewTasks[Task]['ask'] };
}[CrewTask];
export type CrewAnswer = CrewTasks[CrewTask]['answer'];

/** What a process can be asked to do, and what it answers. */
export interface Tasks {
  /** Starts a Redis. */
  readonly start: { readonly ask: ServerFlags; readonly answer: null };
  /** Explores a variant from beginning to end, or goes on with a search. */
  readonly explore: {
    readonly ask: { cast: CastName; bounds: Bounds; resume: SavedSearch | undefined };
    /** And whether it could explore another one. */
    readonly answer: { verdict: Verdict; unfinished: SavedSearch | undefined; usable: boolean };
  };
  /** Makes a share of the fault map of a variant. */
  readonly map: { readonly ask: { cast: CastName; share: MapShare }; readonly answer: ShareOutcome };
  /** Runs executions of a variant. */
  readonly crew: {
    readonly ask: { cast: CastName; seed: number; ask: CrewAsk };
    readonly answer: CrewAnswer;
  };
}

export type TaskKind = keyof Tasks;

/** From the first process to another. */
export type Request =
  | {
      [Kind in TaskKind]: { readonly id: number; readonly kind: Kind; readonly ask: Tasks[Kind]['ask'] };
    }[TaskKind]
  /** What is explored is to come to its end, with what is known by then. */
  | { readonly kind: 'stop' };

/** And back. */
export type Response =
  | { readonly id: number; readonly answer: Tasks[TaskKind]['answer'] }
  | { readonly id: number; readonly complaint: string }
  | { readonly note: string }
  | { readonly progress: Progress };
