import type { Verdict } from '../record/verdict.js';
import { renderFailure } from '../report/print/failure.js';
import type { View } from '../report/text/layout.js';

const VERBS: Readonly<Record<Verdict['kind'], string>> = {
  holds: 'holds',
  breaks: 'breaks',
  hangs: 'hangs',
  incomplete: 'is incomplete',
  error: 'ended with an error',
};

/** What a test says of a verdict. @internal */
export interface Claim {
  readonly kind: 'holds' | 'breaks' | 'hangs';
  /** The invariant that is to break; default: any. */
  readonly invariant?: string | undefined;
  /** The opposite is claimed. What is not known is no pass then, either. */
  readonly isNot?: boolean;
}

/**
 * Does a verdict pass? A verdict of *incomplete* or *error* passes nothing, and nothing with `not` before it.
 *
 * @internal
 */
export function passes(verdict: Verdict, { kind, invariant, isNot = false }: Claim): boolean {
  if (verdict.kind === 'incomplete' || verdict.kind === 'error') return false;
  const matches = verdict.kind === kind && (invariant === undefined || verdict.invariant === invariant);
  return matches !== isNot;
}

/** What the failing assertion says, with the whole print of the failure. Ends without a line break. @internal */
export function claimFailed(verdict: Verdict, claim: Claim, view: View): string {
  const { scenario, kind, message, record } = verdict;
  const head = `expected "${scenario}" ${wanted(claim)}, but it ${VERBS[kind]}: ${message}`;
  return record === undefined ? head : `${head}\n\n${renderFailure(record, { ...view, verdict })}`;
}

/** `race-lab: "page views" holds: all 27 executions …`: what a pass is worth, in one line. @internal */
export function passLine({ scenario, kind, message }: Verdict): string {
  return `race-lab: "${scenario}" ${VERBS[kind]}: ${message}`;
}

function wanted({ kind, invariant, isNot = false }: Claim): string {
  const verb = { holds: 'to hold', breaks: 'to break', hangs: 'to hang' }[kind];
  return `${isNot ? 'not ' : ''}${verb}${invariant === undefined ? '' : ` "${invariant}"`}`;
}

/** Is it a verdict? A promise of one is none. @internal */
export function isVerdict(given: unknown): given is Verdict {
  const kind = (given as Partial<Verdict> | null | undefined)?.kind;
  return kind !== undefined && Object.hasOwn(VERBS, kind);
}
