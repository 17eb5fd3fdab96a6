import type { Environment } from '../execution/environment.js';
import { execute, type ExecutionResult } from '../execution/execution.js';
import { commandText } from '../execution/step.js';
import { buildRecord, recordSteps, sizeOf } from '../record/build.js';
import type { RaceRecord } from '../record/format.js';
import { withWorkers, type Scenario } from '../scenario.js';
import { faultSpec } from '../wire/fault-spec.js';
import type { FaultKind } from '../wire/fault.js';
import type { Break, CellOutcome, FaultMapCell, Position } from './fault-map.js';
import { Punctual } from './punctual.js';
import { runTape } from './shrink-failure.js';
import { Systematic } from './systematic.js';
import { Tape } from './tape.js';

/** A part of a fault map that one process makes: some faults, all places. Just data, so that it can be sent. */
export interface MapShare {
  /** None: what happens without a fault. */
  readonly kinds: readonly FaultKind[];
  readonly preemptions: number;
  /** A timer that fires before one that is due earlier counts as a preemption. */
  readonly punctual: boolean;
  readonly workers: number;
  /** Executions at most. */
  readonly runs: number;
  readonly seed: number;
}

/** One fault at one place. */
export interface ShareCell extends Pick<
  FaultMapCell,
  'position' | 'fault' | 'outcome' | 'executions' | 'record' | 'example'
> {
  /** In order of the first break. */
  readonly broken: readonly Break[];
}

/** What came of it. */
export interface ShareOutcome {
  /** False when its budget ended before every interleaving was tried. */
  readonly complete: boolean;
  readonly withoutFault: readonly Break[];
  readonly positions: readonly Position[];
  readonly cells: readonly ShareCell[];
  /** Executions without a fault; other shares have them, too. */
  readonly calm: number;
  /** Executions with one. */
  readonly faulty: number;
}

export interface ShareOptions {
  readonly environment: Environment;
  readonly identity?: { readonly lab: string; readonly variant: string } | undefined;
  readonly onProgress?: ((executions: number, pending: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const SEVERITY: readonly CellOutcome[] = ['holds', 'handled', 'unknown', 'hangs', 'breaks'];

/**
 * Tries the faults of a share at every place, one fault an execution, in all interleavings up to its bound. One
 * systematic search covers all cells: the fault of an execution says which cell it belongs to.
 */
export async function mapShare(
  scenario: Scenario,
  { kinds, preemptions, punctual, workers, runs, seed }: MapShare,
  { environment, identity, onProgress, signal }: ShareOptions,
): Promise<ShareOutcome> {
  const cast: Scenario = {
    ...withWorkers(scenario, workers),
    faults: { specs: kinds.map((kind) => faultSpec(kind)), budget: 1 },
  };
  const strategy = new (punctual ? Punctual : Systematic)(preemptions, 1);
  const cells = new Map<string, Cell>();
  const commands = new Map<string, string>();
  const without = new Map<string, number>();
  let calm = 0;
  let faulty = 0;
  while (calm + faulty < runs && signal?.aborted !== true && strategy.start()) {
    const result = await execute(environment, cast, { chooser: strategy, seed });
    strategy.learn(result);
    if (result.faults > 0) faulty += 1;
    else calm += 1;
    notePositions(commands, result, cast.uniform);
    if (result.faults > 0) noteCell(cells, result, cast.uniform);
    else if (result.finding !== undefined) lower(without, result.finding.id, result.preemptions);
    onProgress?.(calm + faulty, strategy.pending);
  }
  const finished: ShareCell[] = [];
  for (const { position, fault, outcome, broken, executions, first, failure } of cells.values()) {
    if (signal?.aborted === true) break;
    finished.push({
      position,
      fault,
      outcome,
      broken: breaks(broken),
      executions,
      ...(failure === undefined
        ? { example: await exampleOf(first, cast, environment, seed) }
        : { record: await recordOf(failure, cast, environment, seed, identity) }),
    });
  }
  return {
    complete: strategy.complete,
    calm,
    faulty,
    withoutFault: breaks(without),
    positions: [...commands].map(([position, command]) => ({ position, command })),
    cells: finished,
  };
}

function breaks(fewest: ReadonlyMap<string, number>): Break[] {
  return [...fewest].map(([invariant, preemptions]) => ({ invariant, preemptions }));
}

interface Cell {
  readonly position: string;
  readonly fault: FaultKind;
  outcome: CellOutcome;
  /** Fewest preemptions by invariant. */
  readonly broken: Map<string, number>;
  executions: number;
  /** The first execution, whatever came of it. */
  readonly first: Tape;
  failure: { readonly result: ExecutionResult; readonly execution: number } | undefined;
}

/** A place where the server was struck before what is done there was seen. */
export const UNSEEN = 'the server';

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
      first: Tape.of(result),
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

async function exampleOf(
  first: Tape,
  scenario: Scenario,
  environment: Environment,
  seed: number,
): Promise<NonNullable<FaultMapCell['example']>> {
  const { tape, result } = await runTape(environment, scenario, first, { seed, traced: true });
  return {
    tape: { skip: [...tape.skip], choices: [...tape.choices] },
    steps: recordSteps(result.steps),
  };
}

async function recordOf(
  failure: NonNullable<Cell['failure']>,
  scenario: Scenario,
  environment: Environment,
  seed: number,
  identity: ShareOptions['identity'],
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
