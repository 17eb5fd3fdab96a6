import type { FailedRun } from '../../record/format.js';
import type { KeyAccess } from './accesses.js';

/** What kinds of failures have a name. @internal */
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

/** What kind of failure a record shows. @internal */
export type Pattern = (typeof PATTERNS)[number];

/** A finding in one sentence. @internal */
export interface Diagnosis {
  /** `unnamed` where the steps show none. */
  readonly pattern: Pattern;
  /** Names the key, the workers and the steps. */
  readonly sentence: string;
}

/** What a pattern is looked for in. @internal */
export interface Evidence {
  /** The execution. */
  readonly record: FailedRun;
  /** What its steps did to which keys, in order. */
  readonly accesses: readonly KeyAccess[];
}

/** Looks for one pattern; undefined when the steps do not show it. @internal */
export type Recognizer = (evidence: Evidence) => Diagnosis | undefined;
