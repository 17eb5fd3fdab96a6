/** Patterns of a reply that got lost: the server did what the client believes did not happen. */
import { FAULTS, type FaultKind } from '../wire/fault.js';
import { changes, isRead, type Access } from './accesses.js';
import { briefStep, workerName } from './command-text.js';
import type { Diagnosis, Evidence } from './diagnosis.js';
import type { RecordStep } from './format.js';

/** A fault in words: its mark without the symbol. */
export function faultWords(fault: FaultKind): string {
  return FAULTS[fault].mark.replace(/^\S+ /, '');
}

/** Did the server run the command of this step although the client was not told? */
export function lostReply({ fault, reply }: RecordStep): boolean {
  return fault !== undefined && reply !== undefined && FAULTS[fault].outcome === 'ambiguous';
}

/** Faults after which the command still gets its reply, or still gets to the server. */
const ARRIVES = new Set<FaultKind>([
  'late-reply',
  'zombie-request',
  'corrupt-integer',
  'duplicated-reply',
  'sliced-reply',
  'coalesced-replies',
]);

/** A command of one call, over all its attempts: `w1.3r2` is the second attempt of `w1.3`. */
function callOf(step: RecordStep): string {
  return step.id.replace(/r\d+$/, '');
}

/** The same command of the same worker once more: by the client, which resends, or by the worker, which retries. */
export function repetition(
  steps: readonly RecordStep[],
  first: RecordStep,
): { step: RecordStep; by: 'client' | 'worker' } | undefined {
  const text = first.command?.join(' ');
  for (const step of steps) {
    if (step.n <= first.n || step.worker !== first.worker || step.command === undefined) continue;
    if (LANDS.test(step.id)) continue;
    if (callOf(step) === callOf(first)) return { step, by: 'client' };
    if (step.command.join(' ') === text) return { step, by: 'worker' };
  }
  return undefined;
}

/** Double execution: the reply got lost, the command was sent again, and both took effect. */
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

/** What a frame that lands after its connection is gone adds to the identity of its command. */
const LANDS = /\.lands$/;

/** Double execution of another kind: the command was given up and sent again, and then the first one landed as well. */
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

/** Late command: it took effect after its worker had been told that the connection is gone. */
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
    if (!LANDS.test(landing.id)) return [];
    const id = landing.id.replace(LANDS, '');
    const struck = steps.find((step) => step.id === id && step.fault === 'zombie-request');
    return struck === undefined ? [] : [{ landing, struck }];
  });
}

/**
 * Carried on after an error: a change never reached the server, or its outcome was unknown, and the worker neither
 * tried again nor gave up.
 */
export function carriedOn({ record }: Evidence): Diagnosis | undefined {
  const { steps } = record;
  for (const struck of steps) {
    const { fault, command, worker, reply } = struck;
    if (fault === undefined || command === undefined || worker === 0 || !mayChange(struck)) continue;
    if (FAULTS[fault].target !== 'command' || ARRIVES.has(fault) || repetition(steps, struck) !== undefined)
      continue;
    const who = workerName(worker);
    const gaveUp = steps.some(({ notes = [] }) => notes.some((note) => note.startsWith(`${who} ended with`)));
    const next = steps.find((step) => step.n > struck.n && step.worker === worker && step.kind === 'command');
    if (gaveUp || next === undefined) continue;
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

function tookEffect(accesses: readonly Access[], { n }: RecordStep): boolean {
  return accesses.some(
    (access) =>
      access.n === n && changes(access) && access.before !== undefined && access.before !== access.after,
  );
}
