/**
 * Race Lab: reproducible race conditions and connection errors on a real Redis.
 *
 * Describe a race with {@link scenario}, say what must hold with invariants, and let {@link explore} look for an order of
 * commands, faults and time that breaks it. What it finds is a record: {@link writeRecord}, {@link readRecord},
 * {@link replay}.
 *
 * @packageDocumentation
 */
export { ScenarioError } from './base/scenario-error.js';
export { withFaultBudget, withTransport, withWorkerCount } from './scenario/recast.js';
export { freshImport } from './scenario/fresh/fresh-import.js';
export { scenario } from './scenario/scenario.js';
export { httpService, type HttpClientOptions, type HttpService } from './scenario/http/service.js';
export { shared, type Shared } from './scenario/shared.js';
export { sometimes } from './scenario/sometimes.js';
export type { App, AppOptions } from './scenario/app-types.js';
export type { ClientOptions, IoredisClient, Reach } from './scenario/client-types.js';
export type {
  ClientProfile,
  CriticalSection,
  FaultPlan,
  LegacyOptions,
  Scenario,
  ScenarioOptions,
  SetupContext,
  Transport,
  WorkerBody,
  WorkerContext,
} from './scenario/types.js';
export type { PortOptions } from './wire/entries/tcp-entry.js';

export { FAULTS, FAULT_KINDS, USUAL_FAULTS, type FaultKind } from './faults/catalogue.js';
export type { FaultAim } from './faults/aim.js';
export type { FaultParameters, FaultValues } from './faults/parameters.js';
export type { AimedFault, FaultSpec } from './faults/spec.js';

export {
  invariant,
  type Found,
  type Invariant,
  type InvariantContext,
  type NothingSeen,
  type Violation,
} from './check/invariant.js';
export { noStaleEntry, type StaleOptions } from './check/cache-invariants.js';
export { atMostOnce, noLostUpdate, recovers } from './check/invariants.js';
export { noKeyLeft, noStuckKey, ttlWithin, type TtlOptions } from './check/key-invariants.js';
export { checkLedger, type LedgerCheck, type LedgerOptions } from './check/ledger/check.js';
export { ledgerOrder } from './check/ledger/invariant.js';
export { fencingOrder, type FencingOptions } from './check/locks/fencing.js';
export type { CheckedOperation } from './check/linearizability/calls.js';
export {
  checkLinearizable,
  checkSequential,
  type CheckedPart,
  type Linearizability,
  type LinearizableOptions,
} from './check/linearizability/check.js';
export type { Refused } from './check/linearizability/explain.js';
export { linearizable, sequentiallyConsistent } from './check/linearizability/invariant.js';
export {
  model,
  perKey,
  type Model,
  type ModelCall,
  type ModelOptions,
  type ModelStep,
} from './check/linearizability/model.js';
export {
  queueModel,
  setModel,
  type QueueModelOptions,
  type SetModelOptions,
} from './check/linearizability/models/collections.js';
export {
  leaseModel,
  mutexModel,
  type LeaseModelOptions,
  type MutexModelOptions,
} from './check/linearizability/models/locks.js';
export {
  casRegisterModel,
  counterModel,
  registerModel,
  type CounterModelOptions,
  type RegisterModelOptions,
} from './check/linearizability/models/registers.js';
export { noGhostLock, type GhostOptions } from './check/locks/ghost-lock.js';
export type { GrantOptions, WireGrantOptions } from './check/locks/grants.js';
export {
  releasedOnlyItsOwn,
  worksUnderItsOwn,
  type ReleaseOptions,
  type WorkOptions,
} from './check/locks/lock-invariants.js';
export { mutualExclusion, type ExclusionOptions } from './check/locks/mutual-exclusion.js';
export { admissionLimit, type AdmissionOptions } from './check/operations/admission.js';
export { errorsContained, type ContainedOptions } from './check/operations/errors-contained.js';
export { firstInFirstOut, type FifoOptions } from './check/operations/first-in-first-out.js';
export { settlesWithin, type SettleOptions } from './check/operations/settles-within.js';
export {
  ADMISSION_LIMIT,
  AT_MOST_ONCE,
  ERRORS_CONTAINED,
  FENCING_ORDER,
  FIRST_IN_FIRST_OUT,
  LEDGER_ORDER,
  LINEARIZABLE,
  MUTUAL_EXCLUSION,
  NO_GHOST_LOCK,
  NO_KEY_LEFT,
  NO_LOST_UPDATE,
  NO_STALE_ENTRY,
  NO_STUCK_KEY,
  RECOVERS,
  RELEASED_ONLY_ITS_OWN,
  SETTLES_WITHIN,
  TTL_WITHIN,
  SEQUENTIALLY_CONSISTENT,
  WORKS_UNDER_ITS_OWN,
} from './check/ids.js';
export { BUILT_IN_INVARIANTS, COMES_BACK, SETTLES, STARVED, UNCAUGHT } from './execution/judge/built-in.js';
export type { Reply, ReplyError } from './base/reply.js';
export type {
  CommandEffect,
  FaultSpan,
  Operation,
  OperationOutcome,
  WireCommand,
  WorkerEnd,
} from './check/happened.js';
export { History } from './check/history.js';
export { outcomeOf } from './check/outcome.js';

export { explore } from './explore/explore.js';
export type { ExploreOptions } from './explore/options.js';
export { faultMap, type MapOptions } from './explore/maps/map-scenario.js';
export { replay, type ReplayOptions, type ReplayResult } from './explore/replay.js';
export { openSession, type Session } from './explore/session.js';
export type { StrategyName } from './explore/search/strategies.js';
export type {
  Bounds,
  DetectionBound,
  IdleFault,
  PredictionReport,
  Progress,
  Raced,
  SamplingReport,
  Verdict,
  VerdictKind,
} from './record/verdict.js';

export type { Difference } from './record/compare.js';
export type {
  MapBreak,
  CellOutcome,
  FaultMap,
  FaultMapCell,
  MapBound,
  MapPosition,
} from './record/fault-map.js';
export {
  recordSchema,
  type ExecutionSize,
  type RaceRecord,
  type RecordedRun,
  type RecordStep,
} from './record/format.js';
export { readRecord } from './record/read.js';
export { writeRecord } from './record/write.js';
export type { Explored } from './report/print/explored.js';
export { renderFailure, type FailureContext } from './report/print/failure.js';

export { defineConfig, type RaceLabConfig } from './project/config.js';

export { ServerError, type ServerErrorCode } from './server/errors.js';
export type { ServerIdentity } from './server/identity.js';
export { sharedServer, startServer } from './server/index.js';
export type { ServerPower } from './server/power.js';
export type {
  Endpoint,
  LentServer,
  RedisServer,
  ServerClockMode,
  ServerProduct,
  ServerRequest,
  ServerSource,
  StartServerOptions,
} from './server/types.js';
