import type { Environment } from '../execution/environment.js';
import { execute, type ExecutionResult } from '../execution/execution.js';
import { commandText } from '../execution/step.js';
import { buildRecord, sizeOf } from '../record/build.js';
import type { RaceRecord } from '../record/format.js';
import { FAULT_KINDS, USUAL_FAULTS, type FaultKind } from '../wire/fault.js';
import { faultSpec } from '../wire/fault-spec.js';
import { DEFAULT_RUNS, DEFAULT_SEED } from './explore.js';
import { withWorkers, type Scenario } from '../scenario.js';
import { runTape } from './shrink-failure.js';
import { Systematic } from './systematic.js';
import { Tape } from './tape.js';

/**
 * What one fault at one place did, over all interleavings within the bound. `handled`: nothing broke, and the error
 * reached the worker, which dealt with it. `holds`: nothing broke and nobody noticed. `unknown`: the step limit was hit.
 */
export type CellOutcome = 'holds' | 'handled' | 'breaks' | 'hangs' | 'unknown';

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
}

/** Every command of a scenario × every fault, and what each combination broke. */
export interface FaultMap {
  readonly format: 1;
  readonly lab?: string;
  readonly variant?: string;
  readonly scenario: string;
  readonly workers: number;
  readonly preemptions: number;
  /** False when the budget ended before every interleaving was tried. */
  readonly complete: boolean;
  readonly executions: number;
  /** What breaks without any fault, and the fewest preemptions that it takes. */
  readonly withoutFault: readonly { readonly invariant: string; readonly preemptions: number }[];
  readonly positions: readonly { readonly position: string; readonly command: string }[];
  readonly cells: readonly FaultMapCell[];
}

export interface FaultMapOptions {
  readonly environment: Environment;
  /** Faults to try. Default: the usual ones. */
  readonly kinds?: readonly FaultKind[];
  /** Default: 2 where the workers are all alike, else as many as there are. */
  readonly workers?: number;
  /** Preemptions at most. Default: 1. */
  readonly preemptions?: number;
  /** Executions at most. Default: 20,000. */
  readonly runs?: number;
  readonly seed?: number;
  readonly identity?: { readonly lab: string; readonly variant: string };
  readonly onProgress?: (executions: number, pending: number) => void;
  readonly signal?: AbortSignal;
}

const SEVERITY: readonly CellOutcome[] = ['holds', 'handled', 'unknown', 'hangs', 'breaks'];

/**
 * Tries every fault at every command of a scenario, one fault an execution, in all interleavings up to the bound.
 * One systematic search covers all cells: the fault of an execution says which cell it belongs to.
 */
export async function faultMap(scenario: Scenario, options: FaultMapOptions): Promise<FaultMap> {
  const {
    environment,
    kinds = USUAL_FAULTS,
    preemptions = 1,
    runs = DEFAULT_RUNS,
    seed = DEFAULT_SEED,
    identity,
    signal,
  } = options;
  const count = options.workers ?? (scenario.uniform ? 2 : scenario.workers.length);
  const cast: Scenario = {
    ...withWorkers(scenario, count),
    faults: { specs: kinds.map((kind) => faultSpec(kind)), budget: 1 },
  };
  const strategy = new Systematic(preemptions, 1);
  const cells = new Map<string, Cell>();
  const commands = new Map<string, string>();
  const without = new Map<string, number>();
  let executions = 0;
  while (executions < runs && signal?.aborted !== true && strategy.start()) {
    const result = await execute(environment, cast, { chooser: strategy, seed });
    strategy.learn(result);
    executions += 1;
    notePositions(commands, result, cast.uniform);
    if (result.faults > 0) noteCell(cells, result, cast.uniform);
    else if (result.finding !== undefined) lower(without, result.finding.id, result.preemptions);
    if (executions % 100 === 0) options.onProgress?.(executions, strategy.pending);
  }
  const finished: FaultMapCell[] = [];
  for (const cell of sorted(cells)) {
    const { position, fault, outcome, executions: tried, failure } = cell;
    const record = failure && (await recordOf(failure, cast, environment, seed, identity));
    const broken = [...cell.broken.keys()];
    const alsoWithout =
      broken.length > 0 && broken.every((id) => cell.broken.get(id)! >= (without.get(id) ?? Infinity));
    const shown = { position, fault, outcome, broken, alsoWithout, executions: tried };
    finished.push(record === undefined ? shown : { ...shown, record });
  }
  return {
    format: 1,
    ...identity,
    scenario: scenario.name,
    workers: count,
    preemptions,
    complete: strategy.complete,
    executions,
    withoutFault: [...without].map(([invariant, fewest]) => ({ invariant, preemptions: fewest })),
    positions: [...commands]
      .map(([position, command]) => ({ position, command }))
      .sort((a, b) => byPosition(a.position, b.position)),
    cells: finished,
  };
}

interface Cell {
  readonly position: string;
  readonly fault: FaultKind;
  outcome: CellOutcome;
  /** Fewest preemptions by invariant. */
  readonly broken: Map<string, number>;
  executions: number;
  failure: { readonly result: ExecutionResult; readonly execution: number } | undefined;
}

/** A place where the server was struck before what is done there was seen. */
const UNSEEN = 'the server';

function notePositions(commands: Map<string, string>, result: ExecutionResult, uniform: boolean): void {
  for (const step of result.steps) {
    // A place is a command, or whatever else a fault struck. What lands late has been one before.
    if (step.kind === 'event') continue;
    const position = positionOf(step.id, uniform);
    const known = commands.get(position);
    if (step.kind === 'server') commands.set(position, known ?? UNSEEN);
    else if (known === UNSEEN || (known === undefined && (step.args ?? step.fault) !== undefined))
      commands.set(position, step.args === undefined ? step.text! : shortCommand(commandText(step.args)));
  }
}

/** Name and first key: enough to recognise a command in a table. */
function shortCommand(command: readonly string[]): string {
  const [name = '', first, , script] = command;
  // Scripts come before their keys.
  const key = name.startsWith('EVAL') || name.startsWith('FCALL') ? script : first;
  return key === undefined ? name : `${name} ${key}`;
}

function noteCell(cells: Map<string, Cell>, result: ExecutionResult, uniform: boolean): void {
  const faulty = result.steps.find((step) => step.fault !== undefined);
  if (faulty?.fault === undefined) return;
  const position = positionOf(faulty.id, uniform);
  const key = `${position} ${faulty.fault}`;
  let cell = cells.get(key);
  if (cell === undefined) {
    cell = {
      position,
      fault: faulty.fault,
      outcome: 'holds',
      broken: new Map(),
      executions: 0,
      failure: undefined,
    };
    cells.set(key, cell);
  }
  cell.executions += 1;
  const outcome = outcomeOf(result);
  if (SEVERITY.indexOf(outcome) > SEVERITY.indexOf(cell.outcome)) cell.outcome = outcome;
  if (result.finding === undefined) return;
  lower(cell.broken, result.finding.id, result.preemptions);
  cell.failure ??= { result, execution: cell.executions };
}

function lower(fewest: Map<string, number>, key: string, value: number): void {
  fewest.set(key, Math.min(value, fewest.get(key) ?? Infinity));
}

function outcomeOf({ finding, capped, history }: ExecutionResult): CellOutcome {
  if (capped !== undefined) return 'unknown';
  if (finding !== undefined) return finding.kind;
  return history.operations.some(({ outcome }) => outcome === 'failed' || outcome === 'unknown')
    ? 'handled'
    : 'holds';
}

/**
 * `w2.3r2` is worker 2's third command; among workers that are all alike only the 3 counts. The server is struck before
 * a command, and so at its place.
 */
function positionOf(id: string, uniform: boolean): string {
  const found = /^(?:server before )?(w\d+)\.(\w+?)(?:r\d+)?$/.exec(id);
  if (found === null) return id;
  return uniform ? found[2]! : `${found[1]}.${found[2]}`;
}

function sorted(cells: Map<string, Cell>): Cell[] {
  return [...cells.values()].sort(
    (a, b) =>
      byPosition(a.position, b.position) || FAULT_KINDS.indexOf(a.fault) - FAULT_KINDS.indexOf(b.fault),
  );
}

/** Numbers by value: 2 before 10. */
function byPosition(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

async function recordOf(
  failure: NonNullable<Cell['failure']>,
  scenario: Scenario,
  environment: Environment,
  seed: number,
  identity: FaultMapOptions['identity'],
): Promise<RaceRecord> {
  const { tape, result } = await runTape(environment, scenario, Tape.of(failure.result), {
    seed,
    traced: true,
  });
  const traced = { ...result, finding: result.finding ?? failure.result.finding };
  return buildRecord(traced, tape, {
    scenario,
    server: environment.server,
    seed,
    identity,
    found: {
      strategy: 'fault map',
      execution: failure.execution,
      from: sizeOf(failure.result),
      shrinkRuns: 0,
    },
    reproduced: { times: result.finding?.id === failure.result.finding?.id ? 1 : 0, of: 1 },
  });
}
