import { boundsText } from '../../record/bounds-text.js';
import type { IdleFault, PredictionReport, Verdict } from '../../record/verdict.js';
import { racedText, unreachedText } from '../../explore/sights/worth.js';
import { classesText, sampledText } from '../../explore/sampling/sampled.js';
import type { StrategyName } from '../../explore/search/strategies.js';
import { allOf, count, grouped, harmless } from '../../base/text.js';

/** The strategy that searches everything. */
const EXHAUSTIVE: StrategyName = 'exhaustive';

/**
 * How far an exploration went.
 *
 * @public
 */
export type Explored = Partial<Pick<Verdict, 'workers' | 'prediction'>> &
  Pick<
    Verdict,
    | 'kind'
    | 'executions'
    | 'complete'
    | 'bounds'
    | 'capped'
    | 'strategy'
    | 'sampling'
    | 'idleFaults'
    | 'raced'
    | 'unreached'
  >;

/** What was explored, and what that says: a search that stopped early never sounds like a proof. @internal */
export function exploredText(explored: Explored): string {
  const { kind, raced, unreached = [], idleFaults = [], prediction } = explored;
  const what = kind === 'holds' && raced !== undefined ? [racedText(raced)] : [];
  const missed = kind === 'holds' && unreached.length > 0 ? [unreachedText(unreached)] : [];
  // What was found has really happened, however it was come by.
  const isPass = kind === 'holds' || kind === 'incomplete';
  const composed = prediction === undefined || !isPass ? [] : predictionText(prediction);
  return [coverageText(explored), ...composed, ...what, ...missed, ...idleFaults.map(idleText)]
    .map(harmless)
    .join('; ');
}

/**
 * `5,263 executions composed, 191 run (107 of these to compare)`. Those count, too, that were given up since they lead to nothing
 * new. Where none was, all were run: that is worth a word only where it was tried, and turned out to be wrong.
 */
function predictionText({ run, predicted, checked, dropped = 0, ended }: PredictionReport): string[] {
  const why = ended === undefined ? '' : `: ${ended}`;
  if (predicted === 0) return dropped === 0 ? [] : [`none composed${why}`];
  const stopped = ended === undefined ? '' : `, none any more from some point on${why}`;
  return [
    `${count(predicted, 'execution')} composed, ${grouped(run)} run (${grouped(checked)} of these to compare)${stopped}`,
  ];
}

/** `refuse-connect never had anything to strike at: it needs a reconnect, …`. */
function idleText({ fault, needs }: IdleFault): string {
  const [name, aim] = typeof fault === 'string' ? [fault, undefined] : [fault.kind, fault.at];
  const words = Object.entries(aim ?? {}).map(([part, value]) => `${part} ${harmless(String(value))}`);
  const at = words.length === 0 ? '' : ` (${words.join(', ')})`;
  return `${name}${at} never had anything to strike at: it needs ${needs}`;
}

function coverageText(explored: Explored): string {
  const { sampling } = explored;
  if (sampling === undefined) return scopeText(explored);
  const found = explored.kind === 'breaks' || explored.kind === 'hangs';
  // What might still be found is of interest as long as nothing was.
  const sampled = found ? `hit by ${sampling.current}, ${classesText(sampling)}` : sampledText(sampling);
  return `${scopeText(explored)}; ${sampled}`;
}

function scopeText(explored: Explored): string {
  const { kind, executions, complete, bounds, capped, strategy, workers } = explored;
  const within = boundsText(bounds);
  const runs = count(executions, 'execution');
  // Only the exhaustive search counts executions that differ in the order of independent steps as one.
  const all = allOf(executions, strategy === EXHAUSTIVE ? 'distinct interleaving' : 'execution');
  const ofWorkers = workers === undefined ? '' : ` of ${count(workers, 'worker')}`;
  const found = kind === 'breaks' || kind === 'hangs';
  const scope = complete
    ? `${all}${ofWorkers} with ${within}`
    : found
      ? `${runs} with ${within}, up to the first finding`
      : `${runs} with ${within}, not all there are (${strategy})`;
  return capped === 0
    ? scope
    : `${scope}; ${grouped(capped)} of them reached the step limit, so their end is unknown`;
}
