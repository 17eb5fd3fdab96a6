import type { Environment } from '../execution/environment.js';
import type { ExploreOptions } from '../explore/explore.js';
import type { MapShare, ShareOptions, ShareOutcome } from '../explore/fault-map-share.js';
import type { FaultMap, FaultMapOptions } from '../explore/fault-map.js';
import type { ReplayOptions, ReplayResult } from '../explore/replay.js';
import type { Verdict } from '../explore/verdict.js';
import type { Lab } from '../lab.js';
import type { RecordedRun } from '../record/format.js';
import type { Scenario } from '../scenario.js';
import type { Cleaned } from '../server/clean.js';
import type { RedisServer, StartServerOptions } from '../server/types.js';
import type { Output } from './terminal.js';

/** What runs labs. Loaded only by commands that need it, since it brings clients and servers along. */
export interface Engine {
  startServer(options: StartServerOptions): Promise<RedisServer>;
  openEnvironment(server: RedisServer): Promise<Pick<Environment, 'close' | 'restore' | 'clean' | 'emptied'>>;
  explore(scenario: Scenario, options: ExploreOptions): Promise<Verdict>;
  replay(scenario: Scenario, record: RecordedRun, options: ReplayOptions): Promise<ReplayResult>;
  faultMap(scenario: Scenario, options: FaultMapOptions): Promise<FaultMap>;
  mapShare(scenario: Scenario, share: MapShare, options: ShareOptions): Promise<ShareOutcome>;
  /** One line about the container engine of this machine. */
  describeDocker(): Promise<string>;
  /** Removes what the lab keeps on this machine between runs. */
  cleanUp(): Promise<Cleaned>;
}

/** Everything that a command gets from outside: nothing in it touches the process. */
export interface CliContext {
  readonly out: Output;
  readonly err: Output;
  loadLabs(): Promise<readonly Lab[]>;
  loadEngine(): Promise<Engine>;
  /** Waits until the user presses Enter; undefined where nobody can. */
  readonly waitForEnter: (() => Promise<void>) | undefined;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly version: string;
  /** How this command line is called, for lines to copy: `npx race-lab`. */
  readonly invocation: string;
}
