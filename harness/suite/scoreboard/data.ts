/** A scoreboard as data: what `race-lab suite FILE --json` prints. */
import type { ServerIdentity } from '../../server/identity.js';
import type { Bounds } from '../../record/verdict.js';
import type { SuiteKind } from '../adapters/adapter.js';
import type { HazardOutcome, HazardResult, SuiteResult } from '../run/result.js';

/** Version of the format. Fields may be added without a new version; none changes its meaning. */
const SCOREBOARD_FORMAT = 1 as const;

/**
 * One hazard on a scoreboard.
 *
 * @public
 */
export interface ScoreboardEntry {
  /** Its id. */
  readonly hazard: string;
  /** What goes wrong. */
  readonly title: string;
  /** What is demanded then. */
  readonly demands: string;
  /** The lesson about it; null where there is none. */
  readonly lesson: string | null;
  /** What it came to. */
  readonly outcome: HazardOutcome;
  /** One line for people. */
  readonly why: string;
  /** What broke; null where nothing did. */
  readonly invariant: string | null;
  /** Executions of the last bound; null where it was not run. */
  readonly executions: number | null;
  /** Every execution within the bounds was tried. */
  readonly complete: boolean;
  /** What was covered, at most; null where it was not run. */
  readonly bounds: Bounds | null;
  /** Path of the record, relative to the folder of the reports; null where nothing broke, or nothing was kept. */
  readonly record: string | null;
  /** Real time taken. */
  readonly ms: number;
}

/**
 * What suites came to, as data.
 *
 * @public
 */
export interface Scoreboard {
  /** Version of this format. */
  readonly format: 1;
  /** What made it. */
  readonly tool: { readonly name: string; readonly version: string };
  /** On which Redis; null where nothing was run. */
  readonly redis: ServerIdentity | null;
  /** One for each that was adapted. */
  readonly suites: readonly {
    readonly name: string;
    readonly suite: SuiteKind;
    readonly results: readonly ScoreboardEntry[];
    readonly ms: number;
  }[];
}

/** What only the command line knows of a scoreboard. @internal */
export interface ScoreboardFacts {
  readonly tool: Scoreboard['tool'];
  /** Path of a record that was kept. */
  readonly recordOf?: (suite: string, result: HazardResult) => string;
}

/** A scoreboard as data. @internal */
export function scoreboardData(
  suites: readonly SuiteResult[],
  { tool, recordOf }: ScoreboardFacts,
): Scoreboard {
  const verdicts = suites.flatMap(({ results }) => results.flatMap(({ verdict }) => verdict ?? []));
  return {
    format: SCOREBOARD_FORMAT,
    tool,
    redis: verdicts[0]?.redis ?? null,
    suites: suites.map(({ name, suite, results, tookMs }) => ({
      name,
      suite,
      results: results.map((result) => entryOf(result, recordOf?.(name, result))),
      ms: tookMs,
    })),
  };
}

/** @param path - of its record, where it has one */
function entryOf({ hazard, outcome, why, verdict }: HazardResult, path: string | undefined): ScoreboardEntry {
  return {
    hazard: hazard.id,
    title: hazard.title,
    demands: hazard.demands,
    lesson: hazard.lesson ?? null,
    outcome,
    why,
    invariant: verdict?.invariant ?? null,
    executions: verdict?.executions ?? null,
    complete: verdict?.complete ?? false,
    bounds: verdict?.bounds ?? null,
    record: verdict?.record === undefined ? null : (path ?? null),
    ms: verdict?.tookMs ?? 0,
  };
}
