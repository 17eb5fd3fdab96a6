import type { CrewTask, CrewTasks } from '../../explore/search/crew-tasks.js';
import type { MapShare, ShareResult } from '../../explore/maps/share.js';
import type { SavedSearch } from '../../explore/exhaustive/saved.js';
import type { ExploreOptions } from '../../explore/options.js';
import type { Progress, Verdict } from '../../record/verdict.js';
import type { SelectedVariant } from '../selection/select.js';
import type { Elsewhere, FindingRef, VariantRef } from '../context/findings.js';
import { isOwn } from '../selection/own-lab.js';
import type { ServerFlags } from '../context/server-flags.js';

/** Names a scenario for other processes. @internal */
export function refOf(
  { lab, variant }: SelectedVariant,
  workers: number | undefined,
  faults: number | undefined,
): VariantRef {
  const { path, sha256, imports } = isOwn(lab) ? lab.file : {};
  return { path, sha256, imports, lab: lab.id, variant: variant.name, workers, faults };
}

/** How a variant is explored, as far as the options of `race-lab run` say it. @internal */
export type ExploreSettings = Pick<
  ExploreOptions,
  'strategy' | 'runs' | 'seconds' | 'seed' | 'preemptions' | 'delays' | 'predict'
>;

/** What a crew is asked to run. @internal */
export type CrewAsk = {
  [Task in CrewTask]: { readonly task: Task; readonly ask: CrewTasks[Task]['ask'] };
}[CrewTask];

/** What it answers. @internal */
export type CrewAnswer = CrewTasks[CrewTask]['answer'];

/** What a process can be asked to do, and what it answers. @internal */
export interface Tasks {
  /** Starts a Redis. */
  readonly start: { readonly ask: ServerFlags; readonly answer: null };
  /** Explores a variant from beginning to end, or goes on with a search. */
  readonly explore: {
    readonly ask: { ref: VariantRef; settings: ExploreSettings; resume: SavedSearch | undefined };
    /** `usable`: the process could explore another variant. */
    readonly answer: { verdict: Verdict; unfinished: SavedSearch | undefined; usable: boolean };
  };
  /** Makes a share of the fault map of a variant. */
  readonly map: { readonly ask: { ref: VariantRef; share: MapShare }; readonly answer: ShareResult };
  /** Runs a finding once, in a process that did not find it. */
  readonly replay: {
    readonly ask: FindingRef;
    readonly answer: Elsewhere;
  };
  /** Runs executions of a variant. */
  readonly crew: {
    readonly ask: { ref: VariantRef; seed: number; ask: CrewAsk };
    readonly answer: CrewAnswer;
  };
}

/** Kinds of tasks. @internal */
export type TaskKind = keyof Tasks;

/** A message from the first process to another. @internal */
export type MemberRequest =
  | {
      [Kind in TaskKind]: { readonly id: number; readonly kind: Kind; readonly ask: Tasks[Kind]['ask'] };
    }[TaskKind]
  /** Ends what it explores, with what is known by then. */
  | { readonly kind: 'stop' };

/** A message back: an answer, why there is none, a line for people, or how far an exploration is. @internal */
export type MemberResponse =
  | { readonly id: number; readonly answer: Tasks[TaskKind]['answer'] }
  /** `lost`: it has no Redis any more. */
  | { readonly id: number; readonly complaint: string; readonly lost: boolean }
  | { readonly note: string }
  | { readonly progress: Progress };
