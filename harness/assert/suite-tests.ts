/** A suite as tests, for any runner: one a hazard. */
import { defined } from '../base/defined.js';
import { checkNames } from '../base/option-names.js';
import { shown } from '../base/shown.js';
import { exploreWith } from '../explore/explore.js';
import { toldVerdict } from '../explore/limits/onlooker.js';
import type { Verdict } from '../record/verdict.js';
import type { View } from '../report/text/layout.js';
import { ScenarioError } from '../scenario/errors.js';
import type { SuiteKind } from '../suite/adapters/adapter.js';
import { adapterOf, type SuiteAdapter } from '../suite/adapters/suite-adapter.js';
import { appliedHazards, type AppliedHazard } from '../suite/run/applied.js';
import { runHazard } from '../suite/run/run-hazard.js';
import type { HazardResult } from '../suite/run/result.js';
import { chosen } from '../suite/run/run-suite.js';
import { claimFailed, type Claim } from './outcome.js';

/**
 * What a suite of tests is given besides what it tests.
 *
 * @public
 */
export interface SuiteTestOptions {
  /** Hazards to test, by their ids. Default: all. */
  readonly only?: readonly string[];
  /**
   * Hazards that are known to fail: their tests pass while they do, and fail once they are mended. As a list, in whichever way they
   * fail; as an object, each with the one invariant that it is known to break: `{ 'late-acquire-reply': 'one holder at a time' }`.
   * Default: none.
   */
  readonly known?: readonly string[] | Readonly<Record<string, string>>;
  /** Executions at most for each bound of a hazard. Default: 2000. */
  readonly runs?: number;
}

/** One test of a suite. @internal */
export interface SuiteTest {
  /** `holder-crash: a process dies, whatever it was about to send`. */
  readonly title: string;
  /** Why it says nothing; undefined where it is to be run. */
  readonly skipped: string | undefined;
  /** Runs it. @returns what the test has to say besides passing, in one line @throws what `fail` makes of a message */
  readonly run: (runner: SuiteRunner) => Promise<string>;
}

/** How a test runner shows things. @internal */
export interface SuiteRunner {
  readonly signal?: AbortSignal | undefined;
  /** Where a message will be read. */
  readonly view: View;
  /** Makes an error of a message. */
  readonly fail: (message: string) => Error;
  /** Is told what the test says of a verdict. */
  readonly claimed?: (verdict: Verdict, claim: Claim) => void;
}

/**
 * The tests of a suite.
 *
 * @throws ScenarioError for what is no adapter of this kind, and for hazards that it has not
 * @internal
 */
export function suiteTests(
  kind: SuiteKind,
  name: string,
  adapter: SuiteAdapter,
  options: SuiteTestOptions = {},
): SuiteTest[] {
  checkNames(options, { only: true, known: true, runs: true }, `${kind}Suite`);
  const { only, runs } = options;
  const known = knownIn(kind, options);
  const all = appliedHazards(name, adapterOf(kind as 'lock', adapter));
  chosen(all, [...known.keys()]);
  return chosen(all, only).map((applied) => ({
    title: `${applied.id}: ${applied.title}`,
    skipped: applied.notApplicable,
    run: async ({ signal, view, fail, claimed }) => {
      const result = await runHazard(applied, exploreWith, defined({ runs, signal }));
      for (const verdict of result.verdicts) {
        toldVerdict(verdict);
        claimed?.(verdict, claimOf(result, verdict, known.get(applied.id)));
      }
      const wrong = complaint(applied, result, known.get(applied.id), view);
      if (wrong !== undefined) throw fail(wrong);
      return `race-lab: ${name}/${applied.id}: ${result.outcome}: ${result.why}`;
    },
  }));
}

/** What is known to fail, each with the invariant that it breaks; null: in whichever way. @throws ScenarioError for anything else */
function knownIn(kind: SuiteKind, { known = [] }: SuiteTestOptions): ReadonlyMap<string, string | null> {
  if (Array.isArray(known)) return new Map((known as readonly string[]).map((id) => [id, null]));
  const entries = Object.entries(known as Readonly<Record<string, string>>);
  const wrong = entries.find(([, invariant]) => typeof invariant !== 'string');
  if (wrong !== undefined)
    throw new ScenarioError(
      `${kind}Suite: "known" says of "${wrong[0]}" which invariant it breaks, not ${shown(wrong[1])}`,
    );
  return new Map(entries);
}

/** What the test of a hazard says of one of its verdicts. */
function claimOf(
  { outcome, verdict: decisive }: HazardResult,
  verdict: Verdict,
  known: string | null | undefined,
): Claim {
  if (known === undefined || verdict !== decisive || outcome === 'not applicable') return { kind: 'holds' };
  if (known === null) return { kind: 'holds', isNot: true };
  return { kind: verdict.kind === 'hangs' ? 'hangs' : 'breaks', invariant: known };
}

/** What is not as it should be. */
function complaint(
  { id, demands, lesson }: AppliedHazard,
  { outcome, why, verdict }: HazardResult,
  known: string | null | undefined,
  view: View,
): string | undefined {
  if (outcome === 'unknown') return `nobody can tell: ${why}`;
  if (known !== undefined && outcome === 'pass')
    return `"${id}" is known to fail, and passes now: take it out of "known"`;
  if (outcome !== 'fail' || known === null || (known !== undefined && known === verdict?.invariant))
    return undefined;
  const about = lesson === undefined ? '' : ` (lesson: ${lesson})`;
  return `${demands}${about}\n${claimFailed(verdict!, { kind: 'holds' }, view)}`;
}
