import type { Environment } from '../../execution/host/environment.js';
import type { Limits } from '../../execution/host/limits.js';
import type { InternalExploreOptions } from '../../explore/internal-options.js';
import type { ShareOptions } from '../../explore/maps/make-share.js';
import type { MapShare, ShareResult } from '../../explore/maps/share.js';
import type { FaultMap } from '../../record/fault-map.js';
import type { playedRecord } from '../../play/played-record.js';
import type { FaultMapOptions } from '../../explore/maps/fault-map.js';
import type { GuidedResult } from '../../explore/guided/guided.js';
import type { InternalReplayOptions, ReplayOptions, ReplayResult } from '../../explore/replay.js';
import type { Verdict } from '../../record/verdict.js';
import type { Lab } from '../../scenario/lab.js';
import type { RecordedRun } from '../../record/format.js';
import type { Scenario } from '../../scenario/types.js';
import type { Cleaned } from '../../server/clean.js';
import type { Survey } from '../../server/survey/survey.js';
import type { RedisServer, StartServerOptions } from '../../server/types.js';
import type { ServerFlags } from './server-flags.js';
import type { Elsewhere, FindingRef } from './findings.js';
import type { Inspection } from './inspection.js';
import type { AskLine } from '../terminal/lines.js';
import type { Output } from '../../report/terminal/output.js';

/** What runs labs. Loaded only by commands that need it, since it brings clients and servers along. @internal */
export interface Runner {
  startServer(options: StartServerOptions): Promise<RedisServer>;
  openEnvironment(
    server: RedisServer,
    limits?: Limits,
  ): Promise<Pick<Environment, 'close' | 'restore' | 'clean' | 'emptied'>>;
  explore(scenario: Scenario, options: InternalExploreOptions): Promise<Verdict>;
  replay(scenario: Scenario, record: RecordedRun, options: InternalReplayOptions): Promise<ReplayResult>;
  /** Waits for a debugger. @param at - the step behind which it is to stop, from 1 */
  inspect(at: number, say: (line: string) => void): Promise<Inspection>;
  replayGuided(scenario: Scenario, record: RecordedRun, options: ReplayOptions): Promise<GuidedResult>;
  /** Runs a schedule to its end. @returns its record, or undefined where nothing is wrong there */
  playedRecord: typeof playedRecord;
  faultMap(scenario: Scenario, options: FaultMapOptions): Promise<FaultMap>;
  /** Runs findings once more in another process. @returns what each came to; fewer where nobody can say */
  confirm(
    findings: readonly FindingRef[],
    server: ServerFlags,
    signal: AbortSignal,
    onNote: (line: string) => void,
  ): Promise<readonly Elsewhere[]>;
  mapShare(scenario: Scenario, share: MapShare, options: ShareOptions): Promise<ShareResult>;
  /** What this machine has for the lab. */
  survey(): Promise<Survey>;
  /** Fetches what a start without a network needs. @returns what is here now, a line for each */
  prefetch(options: StartServerOptions): Promise<string[]>;
  /** Removes what the lab keeps on this machine between runs. */
  cleanUp(): Promise<Cleaned>;
}

/** What a file exports, by name. @internal */
export type Exports = Readonly<Record<string, unknown>>;

/** Everything that a command gets from outside: nothing in it touches the process. @internal */
export interface CliContext {
  readonly out: Output;
  readonly err: Output;
  loadLabs(): Promise<readonly Lab[]>;
  /** The working directory: results, records and prints have paths relative to it. */
  readonly cwd: string;
  /** Variables of the environment, as far as they say where this runs. */
  readonly env: NodeJS.ProcessEnv;
  /** Imports somebody's own file. @param path - absolute */
  readonly importFile: (path: string) => Promise<Exports>;
  loadRunner(): Promise<Runner>;
  /** Waits until the user presses Enter; undefined where nobody can. */
  readonly waitForEnter: (() => Promise<void>) | undefined;
  /** Asks the user for a line; undefined where nobody can be asked. */
  readonly askLine: AskLine | undefined;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly version: string;
  /** How this command line is called, for lines to copy: `npx race-lab`. */
  readonly invocation: string;
}
