/** An execution in words: what it is of, how large it is, what it ran with. */
import { allOf, count, harmless, listed } from '../../base/text.js';
import { boundsText } from '../../record/bounds-text.js';
import type { ExecutionSize, RaceRecord } from '../../record/format.js';
import type { Verdict } from '../../record/verdict.js';
import { describeExpectation } from '../../scenario/lab.js';
import { fullName } from '../../scenario/names.js';
import { serverText } from '../../server/identity.js';

/** Lab and variant, or file and scenario, or the scenario's own name. @internal */
export function scenarioName({
  lab,
  variant,
  scenario,
}: Pick<RaceRecord, 'lab' | 'variant' | 'scenario'>): string {
  return lab === undefined || variant === undefined ? scenario : fullName(lab, variant);
}

/** `2 workers, 4 steps, 1 preemption, 0 faults`. @internal */
export function sizeText({ workers, steps, preemptions, faults }: ExecutionSize): string {
  return [
    count(workers, 'worker'),
    count(steps, 'step'),
    count(preemptions, 'preemption'),
    count(faults, 'fault'),
  ].join(', ');
}

/** Server, client, and what was offered. @internal */
export function setupText({ redis, client, workers, faultBudget, seed }: RaceRecord): string {
  const offered = `${count(workers, 'worker')} and ${count(faultBudget, 'fault')} offered`;
  const names = client.names?.map(harmless) ?? [`ioredis ${client.ioredis}`];
  // A profile is for clients of the ioredis family; others have none.
  const profiled = names.some((name) => /^(?:ioredis|iovalkey)\b/.test(name));
  const clients = profiled ? `${listed(names)} (${client.profile})` : listed(names);
  return `${serverText(redis)}, ${clients}, ${offered}, seed ${seed}`;
}

/** What was explored, as short as it goes in a table: how many executions, and where that is all of them, within which bounds. @internal */
export function coveredText({
  complete,
  executions,
  bounds,
}: Pick<Verdict, 'complete' | 'executions' | 'bounds'>): string {
  return complete
    ? `${allOf(executions, 'execution')} with ${boundsText(bounds)}`
    : count(executions, 'execution');
}

/** A verdict in words, as `describeExpectation` puts expectations: `breaks "mutual exclusion"`. @internal */
export function describeVerdict({ kind, invariant }: Pick<Verdict, 'kind' | 'invariant'>): string {
  return kind === 'breaks' && invariant !== undefined ? describeExpectation({ kind, invariant }) : kind;
}
