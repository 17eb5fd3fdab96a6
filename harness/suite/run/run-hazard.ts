/** One hazard: explored completely, or to the largest of a few stated bounds that can be reached. */
import { defined } from '../../base/defined.js';
import type { ExploreOptions } from '../../explore/options.js';
import type { Verdict } from '../../record/verdict.js';
import { diagnose } from '../../report/diagnosis/diagnosis.js';
import { exploredText } from '../../report/print/explored.js';
import type { Scenario } from '../../scenario/types.js';
import type { HazardText } from '../hazards/hazard.js';
import type { AppliedHazard } from './applied.js';
import { CROWD_PREEMPTIONS, DEFAULT_SUITE_RUNS } from './bounds.js';
import type { HazardOutcome, HazardResult } from './result.js';

/** How one bound is explored. @internal */
export type Explore = (scenario: Scenario, options: ExploreOptions) => Promise<Verdict>;

/** The bounds, from the largest: everything; then so many preemptions. */
const BOUNDS: readonly Pick<ExploreOptions, 'strategy' | 'preemptions'>[] = [
  { strategy: 'exhaustive' },
  { strategy: 'systematic', preemptions: 1 },
  { strategy: 'systematic', preemptions: 0 },
];

/** Explores a hazard. @param options - those of `explore`, with `runs` for each bound @internal */
export async function runHazard(
  applied: AppliedHazard,
  explore: Explore,
  options: Omit<ExploreOptions, 'strategy' | 'preemptions'>,
): Promise<HazardResult> {
  const { scenario, notApplicable, preemptions } = applied;
  const hazard = textOf(applied);
  if (scenario === undefined)
    return { hazard, outcome: 'not applicable', why: notApplicable ?? '', verdict: undefined, verdicts: [] };
  const first = judged(applied, hazard, await largest(scenario, preemptions, explore, options));
  if (applied.crowd === undefined || first.outcome !== 'pass' || options.signal?.aborted === true)
    return first;
  const among = await largest(applied.crowd, CROWD_PREEMPTIONS, explore, options);
  const crowd = judged(applied, hazard, among);
  const verdicts = [...first.verdicts, ...crowd.verdicts];
  if (crowd.outcome !== 'pass') return { ...crowd, verdicts };
  return { ...first, why: `${first.why}; and ${crowd.why}`, verdicts };
}

/** What the largest bound comes to that can be reached. @param preemptions - at most, from the start */
async function largest(
  scenario: Scenario,
  preemptions: number | undefined,
  explore: Explore,
  options: Omit<ExploreOptions, 'strategy' | 'preemptions'>,
): Promise<Verdict> {
  const bounds = preemptions === undefined ? BOUNDS : BOUNDS.filter((one) => fits(one, preemptions));
  let verdict: Verdict | undefined;
  for (const bound of bounds) {
    verdict = await explore(scenario, { runs: DEFAULT_SUITE_RUNS, ...defined(options), ...bound });
    const isOpen = verdict.kind === 'incomplete' && !verdict.complete && verdict.capped === 0;
    if (!isOpen || options.signal?.aborted === true) break;
  }
  return verdict!;
}

function fits({ preemptions }: Pick<ExploreOptions, 'preemptions'>, most: number): boolean {
  return preemptions !== undefined && preemptions <= most;
}

function textOf({ id, title, demands, lesson }: AppliedHazard): HazardText {
  return { id, title, demands, lesson };
}

function judged({ idle, scenario }: AppliedHazard, hazard: HazardText, verdict: Verdict): HazardResult {
  const { kind, idleFaults = [], message } = verdict;
  const struckNowhere = idleFaults.length > 0 && idleFaults.length === scenario!.faults.specs.length;
  const came = (outcome: HazardOutcome, why: string): HazardResult => ({
    ...{ hazard, outcome, why, verdict },
    verdicts: [verdict],
  });
  if (kind === 'holds' && idle !== undefined && struckNowhere) return came('not applicable', idle);
  // How executions were come by says nothing about the library.
  const { prediction: _, ...explored } = verdict;
  if (kind === 'holds') return came('pass', exploredText(explored));
  if (kind === 'breaks' || kind === 'hangs') return came('fail', failure(verdict));
  return came('unknown', message);
}

/** What is wrong, and what happened. */
function failure({ record, message }: Verdict): string {
  if (record === undefined) return message;
  const { expected, observed } = record.verdict;
  const { pattern, sentence } = diagnose(record);
  return pattern === 'unnamed' ? `expected: ${expected}; observed: ${observed}` : sentence;
}
