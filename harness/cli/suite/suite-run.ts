import type { ReportFolder } from '../../report/results/report-folder.js';
import type { ProgressLine } from '../../report/terminal/progress-line.js';
import type { Baseline } from '../../report/results/baseline.js';
import type { BaselineFlags } from '../baseline/baseline-file.js';
import type { CliContext, Runner } from '../context/context.js';
import type { ServerFlags } from '../context/server-flags.js';
import type { ServerSession } from '../context/session.js';

/** Options of `race-lab suite`. @internal */
export interface SuiteFlags extends ServerFlags, BaselineFlags {
  /** Hazards by their ids. */
  readonly only?: readonly string[];
  readonly runs?: number;
  readonly seconds?: number;
  readonly seed?: number;
  readonly json?: boolean;
  readonly markdown?: string;
  readonly badge?: string;
  readonly out: string;
  readonly verbose?: boolean;
}

/** Everything that takes part from when there is a Redis. @internal */
export interface SuiteRun {
  readonly context: CliContext;
  readonly flags: SuiteFlags;
  readonly runner: Runner;
  readonly session: ServerSession;
  readonly progress: ProgressLine;
  readonly folder: ReportFolder;
  readonly baseline: Baseline | undefined;
}
