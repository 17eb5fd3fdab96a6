/**
 * Race Lab: reproducible race conditions and connection errors on a real Redis.
 *
 * @packageDocumentation
 */
export { scenario, ScenarioError, withFaults, withWay, withWorkers } from './scenario.js';
export type {
  ClientProfile,
  ClientWay,
  FaultPlan,
  Scenario,
  ScenarioOptions,
  SetupContext,
  WorkerBody,
  WorkerContext,
} from './scenario.js';
export type { PortOptions } from './wire/tcp-entry.js';
export { FAULTS, FAULT_KINDS, USUAL_FAULTS, type FaultKind } from './wire/fault.js';
export type { AimedFault, FaultAim, FaultParameters } from './wire/fault-spec.js';

export { invariant, type Invariant, type InvariantContext, type Violation } from './check/invariant.js';
export {
  atMostOnce,
  mutualExclusion,
  noKeyLeft,
  noLostUpdate,
  noStuckKey,
  recovers,
} from './check/invariants.js';
export { History, outcomeOf, type Operation, type Outcome, type WireCommand } from './check/history.js';

export { explore, type ExploreOptions } from './explore/explore.js';
export { replay, type ReplayOptions, type ReplayResult } from './explore/replay.js';
export { holdsOn, RaceError, StepLimitError } from './explore/holds-on.js';
export { races, type Race } from './explore/races.js';
export { tapes } from './explore/tapes.js';
export { Tape } from './explore/tape.js';
export type {
  Bounds,
  DetectionBound,
  IdleFault,
  Progress,
  SamplingReport,
  Verdict,
  VerdictKind,
} from './explore/verdict.js';

export type { RaceRecord, RecordedRun, RecordStep } from './record/format.js';
export { readRecord } from './record/read.js';
export { writeRecord } from './record/write.js';
export { renderFailure } from './record/failure.js';

export { lab, asExpected, type Expectation, type Lab, type Variant } from './lab.js';

export { sharedServer, startServer, ServerError } from './server/index.js';
export type { RedisServer, StartServerOptions } from './server/types.js';
export { Environment } from './execution/environment.js';
