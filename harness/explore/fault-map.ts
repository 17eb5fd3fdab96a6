import type { Environment } from '../execution/environment.js';
import type { RaceRecord } from '../record/format.js';
import type { Scenario } from '../scenario.js';
import { FAULTS, FAULT_KINDS, USUAL_FAULTS, type FaultKind } from '../wire/fault.js';
import { DEFAULT_RUNS, DEFAULT_SEED } from './explore.js';
import { UNSEEN, mapShare, type MapShare, type ShareCell, type ShareOutcome } from './fault-map-share.js';

/**
 * What one fault at one place did, over all interleavings within the bound. `handled`: nothing broke, and the error
 * reached the worker, which dealt with it. `holds`: nothing broke and nobody noticed. `unknown`: the step limit was hit.
 */
export type CellOutcome = 'holds' | 'handled' | 'breaks' | 'hangs' | 'unknown';

/** An invariant that broke, and the fewest preemptions that it took. */
export interface Break {
  readonly invariant: string;
  readonly preemptions: number;
}

/** A place where a fault may strike, and what is done there. */
export interface Position {
  readonly position: string;
  readonly command: string;
}

/** One fault at one place. */
export interface FaultMapCell {
  /** Place in the worker's own order of commands: `1`, or `w2.1` where workers differ. */
  readonly position: string;
  readonly fault: FaultKind;
  readonly outcome: CellOutcome;
  /** Every invariant that broke, in order of its first break. */
  readonly broken: readonly string[];
  /** Broke, but only what breaks without any fault too, with as few preemptions. */
  readonly alsoWithout: boolean;
  readonly executions: number;
  /** The first failing execution: one with the fewest preemptions. */
  readonly record?: RaceRecord;
  /** Where none failed, the first execution with this fault. */
  readonly example?: Pick<RaceRecord, 'tape' | 'steps'>;
}

/** How much was tried with some faults. */
export interface MapBound {
  readonly faults: readonly FaultKind[];
  readonly preemptions: number;
  /**
   * A timer that fires before one that is due earlier: `free`, or a preemption like any other. The latter where a client
   * that tries to reconnect for ever would make too many executions that differ in nothing else.
   */
  readonly earlyTimers: 'free' | 'preempt';
}

/** Every command of a scenario × every fault, and what each combination broke. */
export interface FaultMap {
  readonly format: 1;
  readonly lab?: string;
  readonly variant?: string;
  readonly scenario: string;
  readonly workers: number;
  /** Of the random numbers of the workers; absent where it is the usual one, 1. */
  readonly seed?: number;
  readonly bounds: readonly MapBound[];
  /** False when the budget ended before every interleaving was tried. */
  readonly complete: boolean;
  readonly executions: number;
  /** What breaks without any fault, and the fewest preemptions that it takes. */
  readonly withoutFault: readonly Break[];
  readonly positions: readonly Position[];
  readonly cells: readonly FaultMapCell[];
}

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
  readonly seed?: number;
  readonly identity?: { readonly lab: string; readonly variant: string };
  readonly onProgress?: (executions: number, pending: number) => void;
  readonly signal?: AbortSignal;
  /** Makes a share of the map somewhere else. The map is the same, whoever makes its shares. Default: made here, in order. */
  readonly perform?: (share: MapShare) => Promise<ShareOutcome>;
}

/** Faults in one share: few enough that several processes have something to do. */
const SHARE_FAULTS = 8;

/**
 * Tries every fault at every command of a scenario, one fault an execution, in all interleavings up to the bound. It is
 * always made of the same shares: what happens without a fault, and some faults each.
 */
export async function faultMap(scenario: Scenario, options: FaultMapOptions): Promise<FaultMap> {
  const { environment, identity, signal, seed = DEFAULT_SEED } = options;
  const workers = options.workers ?? (scenario.uniform ? 2 : scenario.workers.length);
  const bounds = boundsOf(options);
  let before = 0;
  const here = async (share: MapShare): Promise<ShareOutcome> => {
    const onProgress = (executions: number, pending: number): void =>
      options.onProgress?.(before + executions, pending);
    const outcome = await mapShare(scenario, share, { environment, identity, onProgress, signal });
    before += outcome.calm + outcome.faulty;
    return outcome;
  };
  const shares = sharesOf(bounds, workers, options);
  // Whoever shares them out gets all of them at once.
  const outcomes = await (options.perform === undefined
    ? inOrder(shares, here)
    : Promise.all(shares.map(options.perform)));
  const [calm] = outcomes;
  return {
    format: 1,
    ...identity,
    scenario: scenario.name,
    workers,
    ...(seed === DEFAULT_SEED ? {} : { seed }),
    bounds,
    complete: outcomes.every(({ complete }) => complete),
    executions: calm!.calm + outcomes.reduce((sum, { faulty }) => sum + faulty, 0),
    withoutFault: calm!.withoutFault,
    positions: positionsOf(outcomes),
    cells: outcomes
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

/** Which faults of a bound are tried by one search: the tapes of its cells mean something only with just these. */
export function triedTogether({ faults }: Pick<MapBound, 'faults'>): FaultKind[][] {
  const together: FaultKind[][] = [];
  for (let from = 0; from < faults.length; from += SHARE_FAULTS)
    together.push(faults.slice(from, from + SHARE_FAULTS));
  return together;
}

async function inOrder(
  shares: readonly MapShare[],
  perform: (share: MapShare) => Promise<ShareOutcome>,
): Promise<ShareOutcome[]> {
  const outcomes: ShareOutcome[] = [];
  for (const share of shares) outcomes.push(await perform(share));
  return outcomes;
}

function finished({ broken, ...cell }: ShareCell, without: readonly Break[]): FaultMapCell {
  const { position, fault, outcome, executions, record, example } = cell;
  const known = new Map(without.map(({ invariant, preemptions }) => [invariant, preemptions]));
  const alsoWithout =
    broken.length > 0 &&
    broken.every(({ invariant, preemptions }) => preemptions >= (known.get(invariant) ?? Infinity));
  const shown = {
    position,
    fault,
    outcome,
    broken: broken.map(({ invariant }) => invariant),
    alsoWithout,
    executions,
  };
  return {
    ...shown,
    ...(record === undefined ? {} : { record }),
    ...(example === undefined ? {} : { example }),
  };
}

/** A place is what the first share that knows saw there. */
function positionsOf(outcomes: readonly ShareOutcome[]): Position[] {
  const commands = new Map<string, string>();
  for (const { position, command } of outcomes.flatMap(({ positions }) => positions)) {
    if ((commands.get(position) ?? UNSEEN) === UNSEEN) commands.set(position, command);
  }
  return [...commands]
    .map(([position, command]) => ({ position, command }))
    .sort((a, b) => byPosition(a.position, b.position));
}

/** Numbers by value: 2 before 10. */
function byPosition(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
