import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ExecutionResult } from '../execution/execution.js';
import { commandText, type PerformedStep } from '../execution/step.js';
import type { Tape } from '../explore/tape.js';
import type { Scenario } from '../scenario.js';
import type { RedisServer } from '../server/types.js';
import { aimedFault } from '../wire/fault-spec.js';
import { decodeReply } from '../wire/resp.js';
import {
  RECORD_FORMAT,
  type ExecutionSize,
  type Explanation,
  type RaceRecord,
  type RecordStep,
} from './format.js';

const require = createRequire(import.meta.url);

/** Version of the lab itself. */
export const TOOL_VERSION = ownVersion();

/** What a record says besides the execution. */
export interface RecordContext {
  readonly scenario: Scenario;
  readonly server: RedisServer;
  readonly seed: number;
  readonly identity: { readonly lab: string; readonly variant: string } | undefined;
  readonly found: RaceRecord['found'];
  readonly reproduced: RaceRecord['reproduced'];
  readonly explanation?: Explanation | undefined;
}

/** The record of a failing execution, which must have been traced. */
export function buildRecord(result: ExecutionResult, tape: Tape, context: RecordContext): RaceRecord {
  const { scenario, server, seed, identity, found, reproduced, explanation } = context;
  const finding = result.finding!;
  return {
    format: RECORD_FORMAT,
    tool: { name: 'redis-race-lab', version: TOOL_VERSION },
    ...(identity === undefined ? {} : { lab: identity.lab, variant: identity.variant }),
    scenario: scenario.name,
    redis: {
      version: server.version,
      product: server.product,
      source: server.source,
      clock: server.clockMode,
    },
    client: {
      profile: scenario.profile,
      ioredis: (require('ioredis/package.json') as { version: string }).version,
    },
    seed,
    workers: scenario.workers.length,
    faultBudget: scenario.faults.budget,
    ...(scenario.faults.budget === 0 ? {} : { faults: scenario.faults.specs.map(aimedFault) }),
    tape: { skip: [...tape.skip], choices: [...tape.choices] },
    verdict: {
      kind: finding.kind,
      invariant: finding.id,
      expected: finding.expected,
      observed: finding.observed,
      ...(finding.where === undefined ? {} : { where: [...finding.where] }),
    },
    minimal: sizeOf(result),
    found,
    reproduced,
    ...(explanation === undefined ? {} : { explanation }),
    steps: recordSteps(result.steps),
  };
}

/** How large an execution is. */
export function sizeOf(result: ExecutionResult): ExecutionSize {
  const { workers, steps, preemptions, faults } = result;
  return { workers, steps: steps.length, preemptions, faults };
}

/** The steps of an execution as a record keeps them. */
export function recordSteps(steps: readonly PerformedStep[]): RecordStep[] {
  return steps.map((step, at) => ({
    n: at + 1,
    worker: step.worker,
    kind: step.kind,
    id: step.id,
    ...(step.args === undefined ? {} : { command: commandText(step.args) }),
    ...(step.text === undefined ? {} : { text: step.text }),
    ...(step.sentOn === undefined || step.sentOn.connection === `w${step.worker}`
      ? {}
      : { connection: step.sentOn.connection }),
    ...(step.reply === undefined ? {} : { reply: decodeReply(step.reply) }),
    ...(step.fault === undefined ? {} : { fault: step.fault }),
    ...(step.preemption ? { preemption: true } : {}),
    atMs: step.atMs,
    ...(step.source === undefined ? {} : { source: step.source }),
    ...(step.values === undefined || step.values.length === 0 ? {} : { values: [...step.values] }),
    ...(step.notes.length === 0 ? {} : { notes: step.notes }),
  }));
}

function ownVersion(): string {
  // Two places: beside the sources, and one folder higher once built.
  for (const place of ['../../package.json', '../../../package.json']) {
    try {
      const found = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8')) as {
        name: string;
        version: string;
      };
      if (found.name === 'redis-race-lab') return found.version;
    } catch {
      // Not here.
    }
  }
  return 'unknown';
}
