import { COMES_BACK, SETTLES, STARVED, UNCAUGHT } from '../execution/execution.js';
import { accessesOf, type Access } from './accesses.js';
import { briefStep, workerName } from './command-text.js';
import { clearedWatch, crossedAccess, lostUpdate, missingSeenTwice, staleWrite } from './data-patterns.js';
import { carriedOn, doubleExecution, faultWords, landedLate, landedTwice } from './fault-patterns.js';
import { abandonedLock, foreignRelease, ghostLock, twoHolders, withoutLock } from './lock-patterns.js';
import type { FailedRun } from './format.js';
import { count, harmless, listed } from './text.js';

/** What kinds of races there are. */
export const PATTERNS = [
  'lost update',
  'check-then-act',
  'stale write',
  'stale fill',
  'cleared watch',
  'carried on',
  'late command',
  'two holders',
  'foreign release',
  'went on without',
  'ghost lock',
  'abandoned lock',
  'double execution',
  'hang',
  'starvation',
  'uncaught error',
  'no recovery',
  'unnamed',
] as const;
/** What kind of race a record shows. */
export type Pattern = (typeof PATTERNS)[number];

/** A finding in one sentence. */
export interface Diagnosis {
  readonly pattern: Pattern;
  /** Names the key, the workers and the steps. */
  readonly sentence: string;
}

/** What a pattern is looked for in. */
export interface Evidence {
  readonly record: FailedRun;
  readonly accesses: readonly Access[];
}

/** Looks for one pattern; undefined when the steps do not show it. */
export type Recognizer = (evidence: Evidence) => Diagnosis | undefined;

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
 */
export function diagnose(record: FailedRun): Diagnosis {
  const { kind, invariant } = record.verdict;
  if (invariant === STARVED) return starvation(record);
  if (kind === 'hangs' || invariant === SETTLES) return hang(record);
  if (invariant === UNCAUGHT) return uncaught(record);
  if (invariant === COMES_BACK || invariant === 'recovers') return notRecovered(record);
  const evidence = { record, accesses: accessesOf(record) };
  const recognizers =
    invariant === 'mutual exclusion'
      ? EXCLUSION
      : invariant === 'no lost update'
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
  const at = verdict.where?.[0];
  const place = at === undefined ? '' : ` (${at})`;
  return { pattern: 'starvation', sentence: `Event loop starved: ${clause(verdict.observed)}${place}.` };
}

function hang(record: FailedRun): Diagnosis {
  const waits = clause(record.verdict.observed);
  const cause = faultClause(record);
  return { pattern: 'hang', sentence: `Hang: ${waits}, and nothing ever ends the wait${cause}.` };
}

function notRecovered(record: FailedRun): Diagnosis {
  const over = record.steps.findLast(({ kind, id }) => kind === 'event' && id.startsWith('server.recovery'));
  const since = over === undefined ? '' : ` (over since step ${over.n})`;
  return {
    pattern: 'no recovery',
    sentence: `Does not recover: ${clause(record.verdict.observed)}${since}.`,
  };
}

function uncaught(record: FailedRun): Diagnosis {
  return {
    pattern: 'uncaught error',
    sentence: `Uncaught error: ${clause(record.verdict.observed)}${faultClause(record)}.`,
  };
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
  return `, after ${listed(texts)}`;
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
  const workers = listed([...new Set(steps.map(({ worker }) => workerName(worker)))].sort());
  const where = preemptions.length === 1 ? 'step' : 'steps';
  return {
    pattern,
    sentence:
      `${invariant} breaks when ${workers} interleave as below, with ${count(preemptions.length, 'preemption')} ` +
      `(before ${where} ${listed(preemptions.map(({ n }) => String(n)))})${fault}.`,
  };
}
