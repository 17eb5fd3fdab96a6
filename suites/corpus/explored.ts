/** What the lab finds of a pair. All of it is the same each time, on any machine with this server and these versions. */
import { exploreWith } from '../../harness/explore/explore.js';
import type { InternalExploreOptions } from '../../harness/explore/internal-options.js';
import { exploredText } from '../../harness/report/print/explored.js';
import type { RaceRecord } from '../../harness/record/format.js';
import type { PredictionReport, Verdict } from '../../harness/record/verdict.js';
import type { Scenario } from '../../harness/scenario/types.js';
import { versionsOf, type Pair } from './pairs.js';

/** With each of them every strategy that draws lots begins. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;
/** Executions at most for each exploration, unless the pair says otherwise. */
const RUNS = 5000;
/** What the lab does by default, what that becomes where a search would not end, and the search of everything. */
const STRATEGIES = ['auto', 'rotate', 'exhaustive'] as const;

/** Executions until the bug was found, one number for each seed; null where it was not. */
export type Found = Readonly<Record<(typeof STRATEGIES)[number], readonly (number | null)[]>>;

/** What the lab found. */
export interface Explored {
  /** The bug. */
  readonly buggy: {
    readonly verdict: string;
    readonly invariant: string | null;
    /** What was seen, in a line. */
    readonly message: string;
    readonly found: Found;
    /** Executions at most for each of them. */
    readonly runs: number;
    /** The smallest execution. */
    readonly minimal: RaceRecord['minimal'] | null;
    /** How often it came out the same. */
    readonly reproduced: RaceRecord['reproduced'] | null;
  };
  /** The version without it, explored in the same way. */
  readonly fixed: {
    readonly verdict: string;
    readonly complete: boolean;
    readonly executions: number;
    readonly strategy: string;
    /** What was covered, in words. */
    readonly explored: string;
  };
}

/** Explores both versions. @param note - says what goes on @returns and the record of the bug */
export async function explored(
  pair: Pair,
  note: (line: string) => void,
): Promise<{ readonly explored: Explored; readonly verdict: Verdict }> {
  const { buggy: broken, fixed: mended } = await versionsOf(pair);
  note(`${pair.id}: ${broken.title}`);
  const verdict = await exploreWith(
    broken.scenario,
    limited({ strategy: 'auto', seed: SEEDS[0], identity: broken.identity }),
  );
  const { record } = verdict;
  const { runs = RUNS } = pair;
  const found = {
    auto: await foundBy(broken.scenario, { strategy: 'auto', runs }, SEEDS),
    rotate: await foundBy(broken.scenario, { strategy: 'rotate', runs }, SEEDS),
    // It draws no lots: seeds only change random numbers of the workers.
    exhaustive: await foundBy(broken.scenario, { strategy: 'exhaustive', runs }, [SEEDS[0]]),
  };
  note(`${pair.id}: ${mended.title}`);
  const fixed = await toTheLargestBound(mended.scenario, pair.preemptions);
  return {
    verdict,
    explored: {
      buggy: {
        verdict: verdict.kind,
        invariant: verdict.invariant ?? null,
        message: verdict.message,
        found,
        runs,
        minimal: verdict.minimal ?? null,
        reproduced: record?.reproduced ?? null,
      },
      fixed: {
        verdict: fixed.kind,
        complete: fixed.complete,
        executions: fixed.executions,
        strategy: fixed.strategy,
        explored: fixed.kind === 'holds' ? coveredText(fixed) : fixed.message,
      },
    },
  };
}

/** What was covered; how many of these executions had to be run is another matter. */
function coveredText(verdict: Verdict): string {
  const covered: Omit<Verdict, 'prediction'> & { prediction?: PredictionReport } = { ...verdict };
  delete covered.prediction;
  return exploredText(covered);
}

function limited(options: InternalExploreOptions): InternalExploreOptions {
  return { runs: RUNS, seconds: Infinity, ...options };
}

async function foundBy(
  scenario: Scenario,
  options: Required<Pick<InternalExploreOptions, 'strategy' | 'runs'>>,
  seeds: readonly number[],
): Promise<(number | null)[]> {
  const found: (number | null)[] = [];
  for (const seed of seeds) {
    // How small it gets is known: what counts here is when it is found.
    const enough = new AbortController();
    const { kind, executions } = await exploreWith(
      scenario,
      limited({
        ...options,
        seed,
        signal: enough.signal,
        onProgress: ({ phase }) => phase !== 'exploring' && enough.abort(),
      }),
    );
    found.push(kind === 'breaks' || kind === 'hangs' ? executions : null);
  }
  return found;
}

/** Everything; where that takes too many executions, with at most so many preemptions. */
async function toTheLargestBound(scenario: Scenario, most = Infinity): Promise<Verdict> {
  const bounds: readonly InternalExploreOptions[] = [
    ...(most === Infinity ? [{ strategy: 'exhaustive' as const }] : []),
    ...[2, 1, 0]
      .filter((preemptions) => preemptions <= most)
      .map((preemptions) => ({ strategy: 'systematic' as const, preemptions })),
  ];
  let verdict: Verdict | undefined;
  for (const bound of bounds) {
    verdict = await exploreWith(scenario, limited(bound));
    if (verdict.kind !== 'incomplete' || verdict.complete) break;
  }
  return verdict!;
}
