import { harmless } from '../base/text.js';
import type { ExecutionResult } from '../execution/execution.js';
import { cappedVerdict, verdictOf } from '../record/build.js';
import type { RecordedRun } from '../record/format.js';
import { diagnose } from '../report/diagnosis/diagnosis.js';

/** How an execution came out. @internal */
export interface OutcomeView {
  /** Something is wrong: that is what the person wants. */
  readonly won: boolean;
  readonly kind: 'breaks' | 'hangs' | 'incomplete' | 'passes';
  readonly sentence: string;
  readonly expected: string;
  readonly observed: string;
}

/** What was wrong at the end, or that nothing was. @internal */
export function outcomeOf(result: ExecutionResult, run: RecordedRun): OutcomeView {
  const { finding, capped } = result;
  const verdict =
    finding === undefined
      ? cappedVerdict({ capped, steps: result.steps }, { maxSteps: result.steps.length })
      : verdictOf(finding);
  if (verdict === undefined) {
    const nothing = [...(result.nothing ?? [])].map(
      ([id, missing]) => `"${id}" had nothing to look at: ${missing}`,
    );
    return {
      won: false,
      kind: 'passes',
      sentence: 'Nothing is wrong at the end of this one. Go back, and choose otherwise.',
      expected: '',
      observed: harmless(nothing.join('; ')),
    };
  }
  const { kind, expected, observed } = verdict;
  return {
    won: kind !== 'incomplete',
    kind,
    sentence: diagnose({ ...run, verdict }).sentence,
    expected: harmless(expected),
    observed: harmless(observed),
  };
}
