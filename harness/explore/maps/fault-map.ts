import { defined } from '../../base/defined.js';
import type { Environment } from '../../execution/host/environment.js';
import type { VariantName } from '../../record/build.js';
import {
  MAPS_FORMAT,
  type MapBreak,
  type FaultMap,
  type FaultMapCell,
  type MapBound,
} from '../../record/fault-map.js';
import type { Scenario } from '../../scenario/types.js';
import { FAULTS, FAULT_KINDS, USUAL_FAULTS, type FaultKind } from '../../faults/catalogue.js';
import { DEFAULT_RUNS, DEFAULT_SEED } from '../options.js';
import { makeShare } from './make-share.js';
import { byPosition, mergedPositions } from './positions.js';
import type { MapShare, ShareCell, ShareResult } from './share.js';

/** What a fault map is made with, inside of the lab. @internal */
export interface FaultMapOptions {
  readonly environment: Environment;
  /** Faults to try. Default: the usual ones. */
  readonly kinds?: readonly FaultKind[];
  /** Default: 2 where the workers are all alike, else as many as there are. */
  readonly workers?: number;
  /** Preemptions at most. Default: 1 for the usual faults, 0 for all others. */
  readonly preemptions?: number;
  /** Executions at most, for every eight faults. Default: 20,000. */
  readonly runs?: number;
  /** Seeds the random numbers of the workers. Default: 1. */
  readonly seed?: number;
  /** Lab and variant, for the map and its records. */
  readonly identity?: VariantName;
  /** Is called after every execution: how many there have been, and how many are known to be left of this share. */
  readonly onProgress?: (executions: number, pending: number) => void;
  /** Ends it early, with what it knows by then: the map is not complete. */
  readonly signal?: AbortSignal;
  /** Makes a share of the map in another process, which does not change the map. Default: they are made here, in order. */
  readonly perform?: (share: MapShare) => Promise<ShareResult>;
}

/** Faults in one share: few enough that several processes have something to do. */
const SHARE_FAULTS = 8;

/**
 * Tries every fault at every command of a scenario, one fault an execution, in all interleavings up to the bound. It is
 * always made of the same shares: what happens without a fault, and some faults each.
 *
 * @throws ScenarioError for a number of workers that the scenario cannot have, and what ends an execution
 * @internal
 */
export async function makeFaultMap(scenario: Scenario, options: FaultMapOptions): Promise<FaultMap> {
  const { environment, identity, signal, seed = DEFAULT_SEED } = options;
  const workers = options.workers ?? (scenario.uniform ? 2 : scenario.workers.length);
  const bounds = boundsOf(options);
  let before = 0;
  const here = async (share: MapShare): Promise<ShareResult> => {
    const onProgress = (executions: number, pending: number): void =>
      options.onProgress?.(before + executions, pending);
    const made = await makeShare(scenario, share, { environment, identity, onProgress, signal });
    before += made.calm + made.faulty;
    return made;
  };
  const shares = sharesOf(bounds, workers, options);
  // Other processes are given all of them at once.
  const results = await (options.perform === undefined
    ? inOrder(shares, here)
    : Promise.all(shares.map(options.perform)));
  const [calm] = results;
  return {
    format: MAPS_FORMAT,
    ...identity,
    scenario: scenario.name,
    workers,
    ...defined({ seed: seed === DEFAULT_SEED ? undefined : seed }),
    bounds,
    complete: results.every(({ complete }) => complete),
    executions: calm!.calm + results.reduce((sum, { faulty }) => sum + faulty, 0),
    withoutFault: calm!.withoutFault,
    positions: mergedPositions(results.map(({ positions }) => positions)),
    cells: results
      .flatMap(({ cells }) => cells)
      .map((cell) => finished(cell, calm!.withoutFault))
      .sort(
        (a, b) =>
          byPosition(a.position, b.position) || FAULT_KINDS.indexOf(a.fault) - FAULT_KINDS.indexOf(b.fault),
      ),
  };
}

/** The usual faults get the wider bound; the others are many. */
function boundsOf({ kinds = USUAL_FAULTS, preemptions }: FaultMapOptions): MapBound[] {
  const usual = FAULT_KINDS.filter((kind) => kinds.includes(kind) && FAULTS[kind].usual);
  const others = FAULT_KINDS.filter((kind) => kinds.includes(kind) && !FAULTS[kind].usual);
  const bounds: MapBound[] = [
    { faults: usual, preemptions: preemptions ?? 1, earlyTimers: 'free' },
    { faults: others, preemptions: preemptions ?? 0, earlyTimers: 'preempt' },
  ];
  return bounds.filter(({ faults }) => faults.length > 0);
}

function sharesOf(
  bounds: readonly MapBound[],
  workers: number,
  { runs = DEFAULT_RUNS, seed = DEFAULT_SEED }: FaultMapOptions,
): MapShare[] {
  const most = Math.max(0, ...bounds.map(({ preemptions }) => preemptions));
  const shares: MapShare[] = [{ kinds: [], preemptions: most, punctual: false, workers, runs, seed }];
  for (const bound of bounds) {
    const { preemptions, earlyTimers } = bound;
    for (const kinds of triedTogether(bound))
      shares.push({ kinds, preemptions, punctual: earlyTimers === 'preempt', workers, runs, seed });
  }
  return shares;
}

/**
 * Which faults of a bound are tried by one search: the tapes of its cells mean something only with just these.
 *
 * @internal
 */
export function triedTogether({ faults }: Pick<MapBound, 'faults'>): FaultKind[][] {
  const together: FaultKind[][] = [];
  for (let from = 0; from < faults.length; from += SHARE_FAULTS)
    together.push(faults.slice(from, from + SHARE_FAULTS));
  return together;
}

async function inOrder(
  shares: readonly MapShare[],
  perform: (share: MapShare) => Promise<ShareResult>,
): Promise<ShareResult[]> {
  const results: ShareResult[] = [];
  for (const share of shares) results.push(await perform(share));
  return results;
}

function finished({ broken, ...cell }: ShareCell, without: readonly MapBreak[]): FaultMapCell {
  const { position, fault, outcome, executions, record, example } = cell;
  const known = new Map(without.map(({ invariant, preemptions }) => [invariant, preemptions]));
  const alsoWithout =
    broken.length > 0 &&
    broken.every(({ invariant, preemptions }) => preemptions >= (known.get(invariant) ?? Infinity));
  return {
    position,
    fault,
    outcome,
    broken: broken.map(({ invariant }) => invariant),
    alsoWithout,
    executions,
    ...defined({ record, example }),
  };
}
