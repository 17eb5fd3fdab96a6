/** The adapters that files export, each with its hazards. */
import { UsageError } from '../context/errors.js';
import type { SelectedVariant } from '../selection/select.js';
import { loadWithExports, type Loading, type OwnLab } from '../selection/own-lab.js';
import type { Project } from '../selection/project.js';
import { shownPath } from '../selection/race-files.js';
import { ownTarget } from '../selection/words.js';
import { isSuiteAdapter, type SuiteAdapter } from '../../suite/adapters/suite-adapter.js';
import { appliedHazards, type AppliedHazard } from '../../suite/run/applied.js';
import { isKnown, type Baseline, type Comparable } from '../../report/results/baseline.js';
import { nameOf } from '../../report/results/results.js';
import type { HazardResult } from '../../suite/run/result.js';
import { chosen } from '../../suite/run/run-suite.js';

/** One adapter. @internal */
export interface Adapted {
  /** Name of the export. */
  readonly name: string;
  readonly adapter: SuiteAdapter;
  readonly hazards: readonly AppliedHazard[];
  /** The file. */
  readonly lab: OwnLab;
}

/**
 * Loads the adapters that the words on the command line mean.
 *
 * @param only - hazards by their ids; undefined: all
 * @throws UsageError for what is no file, or exports none, or for a hazard that none of them has
 * @internal
 */
export async function loadAdapted(
  loading: Loading,
  project: Project,
  words: readonly string[],
  only: readonly string[] | undefined,
): Promise<Adapted[]> {
  const files = new Set<string>();
  for (const word of words) {
    const target = await ownTarget(word, project);
    if (target === undefined || target.scenario !== undefined)
      throw new UsageError(`${word} is no file: name one that exports an adapter`);
    target.files.forEach((file) => files.add(file));
  }
  const all: Adapted[] = [];
  for (const file of files) all.push(...(await adaptedIn(loading, file)));
  const twice = all.find(({ name }, at) => all.findIndex((one) => one.name === name) !== at);
  if (twice !== undefined)
    throw new UsageError(`two adapters are called "${twice.name}": run their files one after the other`);
  return filtered(all, only);
}

async function adaptedIn(loading: Loading, file: string): Promise<Adapted[]> {
  const { lab, exports } = await loadWithExports(loading, file);
  const found = new Map<SuiteAdapter, string>();
  for (const [name, value] of Object.entries(exports))
    if (isSuiteAdapter(value) && !found.has(value)) found.set(value, name);
  if (found.size === 0)
    throw new UsageError(
      `${shownPath(loading.cwd, file)} exports no adapter: export const myLock = lockAdapter({ … })`,
    );
  return Array.from(found, ([adapter, name]) => ({
    name,
    adapter,
    lab,
    hazards: appliedHazards(name, adapter),
  }));
}

/** Kinds of adapters have different hazards: one that somebody names has to be one of some of them. */
function filtered(all: readonly Adapted[], only: readonly string[] | undefined): Adapted[] {
  if (only === undefined) return [...all];
  chosen(
    all.flatMap(({ hazards }) => hazards),
    only,
  );
  return all
    .map((one) => ({ ...one, hazards: one.hazards.filter(({ id }) => only.includes(id)) }))
    .filter(({ hazards }) => hazards.length > 0);
}

/** What a hazard came to, as baselines know it: each of its scenarios that was explored, named as `race-lab run` names it. @internal */
export function comparables(
  { lab }: Adapted,
  { outcome, verdict: decisive, verdicts }: HazardResult,
): Comparable[] {
  return verdicts.map((verdict) => {
    const { scenario, kind, invariant = null } = verdict;
    const failure = { verdict: kind, invariant };
    const now = { pass: 'passes', fail: failure, unknown: 'unknown', 'not applicable': 'unknown' } as const;
    return {
      name: nameOf({ lab: lab.id, variant: scenario }),
      label: scenario,
      now: verdict === decisive ? now[outcome] : 'passes',
    };
  });
}

/** Is it known that a hazard fails, as it does? @internal */
export function isKnownFailure(baseline: Baseline | undefined, one: Adapted, result: HazardResult): boolean {
  return comparables(one, result).some((each) => isKnown(baseline, each));
}

/** Name of the scenario that the result of a hazard is about: itself, or the same among more workers. @internal */
export function scenarioOf({ name }: Adapted, { hazard, verdict }: HazardResult): string {
  return verdict?.scenario ?? `${name}/${hazard.id}`;
}

/** A scenario of a hazard as a variant of its file. @param scenario - its name @internal */
export function variantOfHazard({ lab }: Adapted, scenario: string): SelectedVariant | undefined {
  const variant = lab.variants.find(({ name }) => name === scenario);
  return variant === undefined ? undefined : { lab, variant };
}
