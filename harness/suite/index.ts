/**
 * Conformance suites: bring your lock, your cache, your limiter, and see what becomes of it in every hazard that the field knows.
 *
 * `lockSuite` and its like are in `redis-race-lab/vitest`, `redis-race-lab/jest` and `redis-race-lab/node-test`; `race-lab suite FILE` runs what a file
 * exports; {@link runSuite} is for any other runner.
 *
 * @packageDocumentation
 */
export type { ClientMaker, SuiteCall, SuiteKind, SuiteWorker } from './adapters/adapter.js';
export type { CacheAdapter, CacheCall } from './adapters/cache.js';
export type { LimiterAdapter, LimiterCall } from './adapters/limiter.js';
export type { AcquireCall, LockAdapter, LockCall } from './adapters/lock.js';
export { cacheAdapter, limiterAdapter, lockAdapter, type SuiteAdapter } from './adapters/suite-adapter.js';
export type { HazardText } from './hazards/hazard.js';
export type { HazardOutcome, HazardResult, SuiteResult } from './run/result.js';
export { runSuite, type SuiteOptions } from './run/run-suite.js';
export type { Scoreboard, ScoreboardEntry } from './scoreboard/data.js';
export { renderScoreboard } from './scoreboard/text.js';
