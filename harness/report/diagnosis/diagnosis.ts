import { MUTUAL_EXCLUSION, NO_LOST_UPDATE, RECOVERS } from '../../check/ids.js';
import { COMES_BACK, SETTLES, STARVED, UNCAUGHT } from '../../execution/judge/built-in.js';
import { accessesOf } from './accesses.js';
import { briefStep, workerName } from '../text/command-text.js';
import { clearedWatch, crossedAccess, lostUpdate, missingSeenTwice, staleWrite } from './data-patterns.js';
import { carriedOn, doubleExecution, landedLate, landedTwice } from './fault-patterns.js';
import { abandonedLock, foreignRelease, ghostLock, twoHolders, withoutLock } from './lock-patterns.js';
import type { Diagnosis, Recognizer } from './pattern.js';
import { isRecovery } from '../text/recorded-step.js';
import type { FaultKind } from '../../faults/catalogue.js';
import { faultWords } from '../text/fault-text.js';
import { presentable } from '../text/presentable.js';
import type { FailedRun } from '../../record/format.js';
import { count, harmless, listed } from '../../base/text.js';

/** Steps, and accesses of keys: patterns are looked for among all pairs of them. */
const SEARCHED_MAX = 3000;
/** Steps that a sentence names. */
const NAMED_MAX = 20;
/** Faults after which a connection stays, and says nothing. */
const SILENT = new Set<FaultKind>(['black-hole-request', 'black-hole-reply', 'half-open']);

/** The most telling first: a lost reply explains more than the lost update that follows from it. */
const GENERAL: readonly Recognizer[] = [
  doubleExecution,
  landedTwice,
  ghostLock,
  abandonedLock,
  foreignRelease,
  clearedWatch,
  staleWrite,
  missingSeenTwice,
  lostUpdate,
  twoHolders,
  crossedAccess,
  landedLate,
  carriedOn,
];

/** When two were inside at once, what matters is how the second one got in. */
const EXCLUSION: readonly Recognizer[] = [
  foreignRelease,
  twoHolders,
  withoutLock,
  missingSeenTwice,
  crossedAccess,
  doubleExecution,
  landedTwice,
];

/**
 * Recognises the pattern of a finding from its steps. A pattern is named only when every step of it is there;
 * otherwise the sentence says what is known and claims nothing.
 *
 * @internal
 */
export function diagnose(whole: FailedRun): Diagnosis {
  const record = presentable(whole);
  const { kind, invariant } = record.verdict;
  if (invariant === STARVED) return starvation(record);
  if (kind === 'incomplete')
    return { pattern: 'unnamed', sentence: `No end: ${clause(record.verdict.observed)}.` };
  if (kind === 'hangs' || invariant === SETTLES) return hang(record);
  if (invariant === UNCAUGHT) return uncaught(record);
  if (invariant === COMES_BACK || invariant === RECOVERS) return notRecovered(record);
  const evidence = { record, accesses: accessesOf(record) };
  if (record.steps.length > SEARCHED_MAX || evidence.accesses.length > SEARCHED_MAX) return unnamed(record);
  const recognizers =
    invariant === MUTUAL_EXCLUSION
      ? EXCLUSION
      : invariant === NO_LOST_UPDATE
        ? [clearedWatch, lostUpdate, ...GENERAL]
        : GENERAL;
  for (const recognize of recognizers) {
    const found = recognize(evidence);
    if (found !== undefined) return found;
  }
  return unnamed(record);
}

/** What is broken lies in the worker's own code, whatever the steps were. */
function starvation({ verdict }: FailedRun): Diagnosis {
  return {
    pattern: 'starvation',
    sentence: `Event loop starved: ${clause(verdict.observed)}${placeOf(verdict)}.`,
  };
}

function placeOf({ where: [first] = [] }: FailedRun['verdict']): string {
  return first === undefined ? '' : ` (${first})`;
}

function hang(record: FailedRun): Diagnosis {
  const waits = clause(record.verdict.observed);
  const cause = faultClause(record);
  return {
    pattern: 'hang',
    sentence: `Hang: ${waits}, and nothing ever ends the wait${cause}.${timeoutHint(record)}`,
  };
}

/** A reply that never comes is no error: only a limit of the client's own makes it one. */
function timeoutHint({ steps, verdict }: FailedRun): string {
  const silent = steps.some(({ fault }) => fault !== undefined && SILENT.has(fault));
  return silent && verdict.observed.includes('the reply of')
    ? ' A client option such as commandTimeout would turn the wait into an error.'
    : '';
}

function notRecovered(record: FailedRun): Diagnosis {
  const over = record.steps.findLast(isRecovery);
  const since = over === undefined ? '' : ` (over since step ${over.n})`;
  return {
    pattern: 'no recovery',
    sentence: `Does not recover: ${clause(record.verdict.observed)}${since}.`,
  };
}

function uncaught(record: FailedRun): Diagnosis {
  return {
    pattern: 'uncaught error',
    sentence: `Uncaught error: ${clause(record.verdict.observed)}${placeOf(record.verdict)}${faultClause(record)}.`,
  };
}

/** A list of those that a sentence can name, and how many more there are. */
function fewOf(texts: readonly string[]): string {
  if (texts.length <= NAMED_MAX) return listed(texts);
  return listed([...texts.slice(0, NAMED_MAX), count(texts.length - NAMED_MAX, 'more', 'more')]);
}

/** Somebody else's sentence as a part of ours. */
function clause(text: string): string {
  return harmless(text).replace(/\.$/, '');
}

/** `, after "reply lost, connection reset" at step 2 (SET c 1 of w1)`, or nothing without a fault. */
function faultClause({ steps }: FailedRun): string {
  const faults = steps.filter(({ fault }) => fault !== undefined);
  if (faults.length === 0) return '';
  const texts = faults.map(
    (step) =>
      `"${faultWords(step.fault!)}" at step ${step.n}` +
      (step.kind === 'server' ? '' : ` (${briefStep(step)} of ${workerName(step.worker)})`),
  );
  return `, after ${fewOf(texts)}`;
}

function unnamed(record: FailedRun): Diagnosis {
  const { verdict, steps } = record;
  const invariant = `"${harmless(verdict.invariant)}"`;
  const pattern = 'unnamed';
  const fault = faultClause(record);
  const preemptions = steps.filter(({ preemption }) => preemption === true);
  if (preemptions.length === 0) {
    const order = record.tape.choices.some((choice) => choice > 0);
    const when = order ? ' in the order below, although' : ' even when';
    const calm = fault === '' ? `${when} nobody is interrupted and nothing fails` : fault;
    return { pattern, sentence: `${invariant} breaks${calm}.` };
  }
  const names = [
    ...new Set(steps.filter(({ worker }) => worker > 0).map(({ worker }) => workerName(worker))),
  ].sort();
  const how = names.length === 1 ? `the steps of ${names[0]} come` : `${fewOf(names)} interleave`;
  const where = preemptions.length === 1 ? 'step' : 'steps';
  return {
    pattern,
    sentence:
      `${invariant} breaks when ${how} as below, with ${count(preemptions.length, 'preemption')} ` +
      `(before ${where} ${fewOf(preemptions.map(({ n }) => String(n)))})${fault}.`,
  };
}
