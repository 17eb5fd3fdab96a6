import { createRequire } from 'node:module';
import { defined } from '../base/defined.js';
import { count } from '../base/text.js';
import type { ExecutionResult } from '../execution/execution.js';
import { ENDS } from '../execution/judge/built-in.js';
import type { Finding } from '../execution/judge/finding.js';
import { capSources } from '../execution/judge/loop.js';
import { aimedFault } from '../faults/spec.js';
import type { Scenario } from '../scenario/types.js';
import { identityOf } from '../server/identity.js';
import type { RedisServer } from '../server/types.js';
import {
  OTHER_STEPS_MAX,
  RECORD_FORMAT,
  type Explanation,
  type OtherRun,
  type RaceRecord,
} from './format.js';
import { recordHistory } from './history/keep.js';
import { recordSteps, sizeOf } from './steps.js';
import { TOOL_NAME, TOOL_VERSION } from './tool.js';

const require = createRequire(import.meta.url);
const IOREDIS = (require('ioredis/package.json') as { version: string }).version;

/** Which variant of which lab a scenario is. @internal */
export interface VariantName {
  readonly lab: string;
  readonly variant: string;
  /** Where the scenario is in a file of somebody's own. */
  readonly file?: NonNullable<RaceRecord['file']>;
}

/** An execution at whose end something was wrong. @internal */
export type FailedResult = ExecutionResult & { readonly finding: Finding };

/** What a record says besides the execution. @internal */
export interface RecordContext {
  readonly scenario: Scenario;
  readonly server: RedisServer;
  /** Seeds the random numbers of the workers. */
  readonly seed: number;
  readonly identity: VariantName | undefined;
  readonly found: RaceRecord['found'];
  readonly reproduced: RaceRecord['reproduced'];
  readonly explanation?: Explanation | undefined;
  /** Its history is kept as well. Default: true. */
  readonly withHistory?: boolean;
}

/** What a record takes of a tape: who did not take part, and all choices that were made. @internal */
export interface TapeNumbers {
  /** 1-based workers. */
  readonly skip: readonly number[];
  readonly choices: readonly number[];
}

/**
 * The record of an execution, which must have been traced.
 *
 * @param verdict - what is wrong with it
 * @internal
 */
export function buildRecord(
  result: ExecutionResult,
  verdict: RaceRecord['verdict'],
  tape: TapeNumbers,
  context: RecordContext,
): RaceRecord {
  const { scenario, server, seed, identity, found, reproduced, explanation, withHistory = true } = context;
  const { specs, budget } = scenario.faults;
  return {
    format: RECORD_FORMAT,
    tool: { name: TOOL_NAME, version: TOOL_VERSION },
    ...defined({ lab: identity?.lab, variant: identity?.variant, file: identity?.file }),
    scenario: scenario.name,
    redis: identityOf(server),
    client: {
      profile: scenario.profile,
      ioredis: IOREDIS,
      ...defined({ names: namesOf(result.clients) }),
    },
    seed,
    workers: scenario.workers.length,
    faultBudget: budget,
    ...defined({ faults: budget === 0 ? undefined : specs.map(aimedFault) }),
    tape: recordTape(tape),
    verdict,
    minimal: sizeOf(result),
    found,
    reproduced,
    ...defined({ explanation, history: withHistory ? recordHistory(result.history) : undefined }),
    steps: recordSteps(result.steps),
  };
}

/** Nothing where it was the lab's own client alone. */
function namesOf(clients: readonly string[] = []): string[] | undefined {
  if (clients.every((name) => name === 'own')) return undefined;
  return [...new Set(clients.map((name) => (name === 'own' ? `ioredis ${IOREDIS}` : name)))];
}

/** A tape as a record keeps it. @internal */
export function recordTape({ skip, choices }: TapeNumbers): RaceRecord['tape'] {
  return { skip: [...skip], choices: [...choices] };
}

/**
 * Another execution that a record is to be seen beside, which must have been traced.
 *
 * @returns undefined where it is too long to be compared
 * @internal
 */
export function otherRun({ steps }: ExecutionResult, tape: TapeNumbers): OtherRun | undefined {
  return steps.length > OTHER_STEPS_MAX ? undefined : { tape: recordTape(tape), steps: recordSteps(steps) };
}

/** What an execution without an end comes to, as a record keeps it. @internal */
export function cappedVerdict(
  { capped, steps }: Pick<ExecutionResult, 'capped' | 'steps'>,
  { maxSteps }: Pick<Scenario, 'maxSteps'>,
): RaceRecord['verdict'] | undefined {
  if (capped === undefined) return undefined;
  const where = capSources(steps);
  return {
    kind: 'incomplete',
    invariant: ENDS,
    expected: `an end within ${count(maxSteps, 'step')}`,
    observed: capped,
    ...(where.length === 0 ? {} : { where }),
  };
}

/** What was found, as a record keeps it. @internal */
export function verdictOf({ kind, id, expected, observed, where }: Finding): RaceRecord['verdict'] {
  return { kind, invariant: id, expected, observed, ...defined({ where: where && [...where] }) };
}
