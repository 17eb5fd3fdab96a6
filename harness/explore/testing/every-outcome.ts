import { invariant, type InvariantContext } from '../../check/invariant.js';
import type { Environment } from '../../execution/host/environment.js';
import type { PredictionReport, Verdict } from '../../record/verdict.js';
import { scenario } from '../../scenario/scenario.js';
import type { Scenario, ScenarioOptions } from '../../scenario/types.js';
import { explore } from '../explore.js';

/** What a search with prediction says of the outcomes that there are. */
export interface EveryOutcome extends Pick<PredictionReport, 'predicted' | 'checked' | 'ended'> {
  /** How many a search without it came to. */
  readonly outcomes: number;
  /** Those that it did not find when they were wrong. */
  readonly missed: readonly string[];
}

type ToOutcome = (context: InvariantContext) => string | Promise<string>;

/** Executions of one search at most: it comes by the same ones with prediction and without it. */
const RUNS = 300;
/** So many are looked for, spread over all. */
const LOOKED_FOR = 4;

/**
 * Explores without prediction and collects how executions come out; then looks with prediction for one outcome after the
 * other, as if it were wrong.
 *
 * @param toOutcome - how one came out, by what an invariant sees; the store is looked at anyway
 */
export async function everyOutcome(
  environment: Environment,
  parts: Omit<ScenarioOptions, 'name' | 'invariants'>,
  toOutcome: ToOutcome,
): Promise<EveryOutcome> {
  const seen = new Set<string>();
  const cast = (wrong: string | undefined): Scenario =>
    scenario({
      ...parts,
      name: 'outcomes',
      invariants: [
        invariant('comes out otherwise', async (context) => {
          await context.redis.get('c');
          const outcome = await toOutcome(context);
          if (wrong === undefined) seen.add(outcome);
          return outcome === wrong ? { expected: 'another outcome', observed: outcome } : undefined;
        }),
      ],
    });
  const bounds = { strategy: 'exhaustive', delays: 0, runs: RUNS } as const;
  const search = (wrong: string | undefined, predict: boolean): Promise<Verdict> =>
    explore(cast(wrong), { session: environment, ...bounds, predict });
  await search(undefined, false);
  const outcomes = [...seen];
  const missed: string[] = [];
  const every = Math.ceil(outcomes.length / LOOKED_FOR);
  for (const wrong of outcomes.filter((_, nth) => nth % every === every - 1))
    if ((await search(wrong, true)).kind !== 'breaks') missed.push(wrong);
  const { predicted, checked, ended } = (await search(undefined, true)).prediction!;
  return { predicted, checked, ended, outcomes: outcomes.length, missed } as EveryOutcome;
}
