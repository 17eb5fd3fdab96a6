/** Patterns of a reply that got lost: the server did what the client believes did not happen. */
import { FAULTS, type FaultKind } from '../../faults/catalogue.js';
import { changes, isRead, type KeyAccess } from './accesses.js';
import { faultWords, lostReply } from '../text/fault-text.js';
import { callOf, endedWithError, isGreeting, landingOf } from '../text/recorded-step.js';
import { briefStep, workerName } from '../text/command-text.js';
import type { Diagnosis, Evidence } from './pattern.js';
import type { RecordStep } from '../../record/format.js';

/** Faults after which the command still gets its reply, or still gets to the server. */
const ARRIVES = new Set<FaultKind>([
  'late-reply',
  'zombie-request',
  'corrupt-integer',
  'duplicated-reply',
  'sliced-reply',
  'coalesced-replies',
]);

/**
 * The same command of the same worker once more: by the client, which resends, or by the worker, which retries.
 *
 * @internal
 */
export function repetition(
  steps: readonly RecordStep[],
  first: RecordStep,
): { step: RecordStep; by: 'client' | 'worker' } | undefined {
  const text = first.command?.join(' ');
  for (const step of steps) {
    if (step.n <= first.n || step.worker !== first.worker || step.command === undefined) continue;
    if (landingOf(step) !== undefined) continue;
    if (callOf(step) === callOf(first)) return { step, by: 'client' };
    if (step.command.join(' ') === text) return { step, by: 'worker' };
  }
  return undefined;
}

/** Double execution: the reply got lost, the command was sent again, and both took effect. @internal */
export function doubleExecution({ record, accesses }: Evidence): Diagnosis | undefined {
  for (const first of record.steps) {
    if (!lostReply(first)) continue;
    const again = repetition(record.steps, first);
    if (again === undefined || !tookEffect(accesses, first) || !tookEffect(accesses, again.step)) continue;
    const who = workerName(first.worker);
    const actor = again.by === 'client' ? 'its client' : 'the worker';
    return {
      pattern: 'double execution',
      sentence:
        `Double execution: ${briefStep(first)} of ${who} took effect twice (steps ${first.n} and ${again.step.n}): the first ` +
        `reply ${first.fault === 'late-reply' ? 'came late' : 'was lost'}, so ${actor} sent the command again.`,
    };
  }
  return undefined;
}

/**
 * Double execution of another kind: the command was given up and sent again, and then the first one landed as well.
 *
 * @internal
 */
export function landedTwice({ record, accesses }: Evidence): Diagnosis | undefined {
  for (const { landing, struck } of landings(record.steps)) {
    const again = repetition(record.steps, struck);
    if (again === undefined || again.step === landing) continue;
    if (!tookEffect(accesses, landing) || !tookEffect(accesses, again.step)) continue;
    const steps = [landing.n, again.step.n].sort((a, b) => a - b);
    return {
      pattern: 'double execution',
      sentence:
        `Double execution: ${briefStep(landing)} of ${workerName(landing.worker)} took effect twice (steps ${steps.join(' and ')}): ` +
        `it was still on its way when its connection was reset at step ${struck.n}, and ` +
        `${again.by === 'client' ? 'its client' : 'the worker'} sent the command again.`,
    };
  }
  return undefined;
}

/** Late command: it took effect after its worker had been told that the connection is gone. @internal */
export function landedLate({ record, accesses }: Evidence): Diagnosis | undefined {
  for (const { landing, struck } of landings(record.steps)) {
    if (!tookEffect(accesses, landing)) continue;
    return {
      pattern: 'late command',
      sentence:
        `Late command: ${briefStep(landing)} of ${workerName(landing.worker)} took effect only at step ${landing.n}, after its ` +
        `connection was reset at step ${struck.n}: nobody waited for it any more.`,
    };
  }
  return undefined;
}

/** Every frame that landed, and the step at which its connection was reset. */
function landings(steps: readonly RecordStep[]): { landing: RecordStep; struck: RecordStep }[] {
  return steps.flatMap((landing) => {
    const id = landingOf(landing);
    const struck = steps.find((step) => step.id === id && step.fault === 'zombie-request');
    return struck === undefined ? [] : [{ landing, struck }];
  });
}

/**
 * Carried on after an error: a change never reached the server, or its outcome was unknown, and the worker neither
 * tried again nor gave up.
 *
 * @internal
 */
export function carriedOn({ record }: Evidence): Diagnosis | undefined {
  const { steps } = record;
  for (const struck of steps) {
    const { fault, command, worker, reply } = struck;
    if (fault === undefined || command === undefined || worker === 0 || !mayChange(struck)) continue;
    // What a client says to connect is nothing that its worker does.
    if (isGreeting(struck)) continue;
    if (FAULTS[fault].target !== 'command' || ARRIVES.has(fault) || repetition(steps, struck) !== undefined)
      continue;
    const who = workerName(worker);
    const next = steps.find(
      (step) => step.n > struck.n && step.worker === worker && step.kind === 'command' && !isGreeting(step),
    );
    if (next === undefined || endedWithError(steps, worker)) continue;
    const sure =
      reply !== undefined ? 'the server ran it, but the reply was lost' : 'it never reached the server';
    return {
      pattern: 'carried on',
      sentence:
        `Carried on after an error: ${briefStep(struck)} of ${who} met a fault at step ${struck.n} (${faultWords(fault)}): ` +
        `${sure}; ${who} did not send it again and went on (step ${next.n}: ${briefStep(next)}).`,
    };
  }
  return undefined;
}

function mayChange({ command }: RecordStep): boolean {
  return !isRead(command![0]!);
}

function tookEffect(accesses: readonly KeyAccess[], { n }: RecordStep): boolean {
  return accesses.some(
    (access) =>
      access.n === n && changes(access) && access.before !== undefined && access.before !== access.after,
  );
}
