import type { StrategyName } from '../../explore/search/strategies.js';
import type { VerdictKind } from '../../record/verdict.js';
import type { ReportFolder } from '../../report/results/report-folder.js';
import type { BaselineFlags } from '../baseline/baseline-file.js';
import type { CliContext, Runner } from '../context/context.js';
import type { ServerSession } from '../context/session.js';
import type { ServerFlags } from '../context/server-flags.js';
import type { MemberProcess } from '../jobs/member-process.js';
import type { ProgressLine } from '../../report/terminal/progress-line.js';
import type { Asking } from './asking.js';
import type { Unfinished } from './unfinished.js';

/** Options of `race-lab run`. @internal */
export interface RunFlags extends ServerFlags, BaselineFlags {
  readonly strategy?: StrategyName;
  /** Executions at most, per variant. */
  readonly runs?: number;
  /** Seconds at most, per variant. */
  readonly seconds?: number;
  readonly seed?: number;
  readonly workers?: number;
  /** Faults at most in one execution. */
  readonly faults?: number;
  readonly preemptions?: number;
  /** Early timers at most in one execution. */
  readonly delays?: number;
  /** False: run executions that are certain, too. */
  readonly predict?: boolean;
  /** Processes that share the work. */
  readonly jobs?: number;
  /** Print the results as JSON, and nothing else. */
  readonly json?: boolean;
  /** Only these verdicts make the run fail. */
  readonly failOn?: readonly VerdictKind[];
  /** Folder of the reports. */
  readonly out: string;
  /** Show every finding in full, also the expected ones. */
  readonly verbose?: boolean;
  /** Go on with searches that were interrupted. */
  readonly resume?: boolean;
  /** Run what is changed again; a round of that has no word about earlier runs. */
  readonly watch?: boolean;
  /** Ask what each variant will do, before it is said. */
  readonly ask?: boolean;
  /** Also the steps that have nothing to do with a failure. */
  readonly all?: boolean;
}

/** Everything that takes part in one `race-lab run` from when there is a Redis. @internal */
export interface RunContext {
  readonly context: CliContext;
  readonly runner: Runner;
  readonly session: ServerSession;
  readonly progress: ProgressLine;
  readonly flags: RunFlags;
  /** The other processes of `--jobs`. */
  readonly members: readonly MemberProcess[];
  readonly unfinished: Unfinished;
  readonly folder: ReportFolder;
  /** The questions of `--ask`. */
  readonly asking: Asking | undefined;
}
