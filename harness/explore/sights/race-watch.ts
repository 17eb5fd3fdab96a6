import type { Environment } from '../../execution/host/environment.js';
import type { ExecutionResult } from '../../execution/execution.js';
import type { Move } from '../../execution/steps/move.js';
import { NOTHING, type Footprint } from '../events/footprint.js';
import { callOf } from '../footprints/calls.js';
import { CommandFootprints } from '../footprints/command-footprints.js';
import { isScript } from '../footprints/command-rules.js';
import { usedBy } from '../footprints/shared-use.js';
import type { Call } from '../footprints/tracker.js';
import { contestedName } from './names.js';
import type { Sights } from './sights.js';

/** One step that was possible, by what it is: it is the same at every point at which it still is. */
interface Possible {
  readonly worker: number;
  /** Upper-case name, where it is a command. */
  readonly command: string | undefined;
  footprint: Footprint;
}

/** The same, where it is a command. */
type MetCall = Possible & Call;

/** Footprints that are remembered. */
const FOOTPRINTS_MAX = 5000;

/** EXEC does what was queued, and each of that was a step that could have come in another order. */
const BY_ITSELF = new Set(['EXEC', 'DISCARD', 'MULTI']);

/**
 * Looks at executions for what raced in them: two steps that were possible at the same time, and that touch the same, one of
 * them writing. That both touch it is not enough: workers that let one another in by a variable touch the same and never race.
 *
 * @internal
 */
export class RaceWatch {
  #commands: CommandFootprints | undefined;
  /** Footprints by the text of the command: executions of one scenario send the same ones again and again. */
  readonly #footprints = new Map<string, Footprint>();

  constructor(readonly environment: Environment) {}

  /** What this execution showed. */
  async see({
    points,
    history,
    nothing,
    states,
    capped,
    abandoned,
    waited,
  }: ExecutionResult): Promise<Sights> {
    const encounters = new Encounters();
    for (const moves of points) encounters.meet(moves);
    for (const call of encounters.calls) call.footprint = await this.#footprintOf(call);
    encounters.compare();
    const sent = history.commands.length;
    const whole = capped === undefined && !abandoned;
    return {
      ...(whole ? { commands: [sent, sent] as [number, number] } : {}),
      contested: [...encounters.contested],
      open: encounters.open,
      ...(nothing === undefined ? {} : { nothing: [...nothing] }),
      states: [...states],
      ...(waited ? { waited: true as const } : {}),
    };
  }

  async #footprintOf({ args, database }: MetCall): Promise<Footprint> {
    const name = args[0]!.toUpperCase();
    if (BY_ITSELF.has(name)) return NOTHING;
    const text = `${database} ${args.join('\0')}`;
    const known = this.#footprints.get(text);
    if (known !== undefined) return known;
    const { control, health, stale } = this.environment;
    if (this.#commands?.control !== control) this.#commands = new CommandFootprints(control);
    const commands = this.#commands;
    if (!commands.knows(args)) {
      // One that is not well is asked nothing; there are other executions.
      if (health.fault !== undefined || stale) return NOTHING;
      await commands.learn(args);
    }
    const footprint = commands.of(args, database);
    if (this.#footprints.size < FOOTPRINTS_MAX) this.#footprints.set(text, footprint);
    return footprint;
  }
}

/** What met in one execution: steps first, and what they touch once that is known. */
class Encounters {
  readonly contested = new Set<string>();
  open = false;
  /** The commands among them. */
  readonly calls: MetCall[] = [];
  readonly #numbers = new Map<object, number>();
  readonly #steps: Possible[] = [];
  readonly #met = new Set<number>();

  meet(moves: readonly Move[]): void {
    this.open ||= moves.some(({ kind }) => kind !== 'command') && isOpen(moves);
    const here: number[] = [];
    for (const move of moves) {
      const at = this.#numberOf(move);
      if (at === undefined) continue;
      for (const other of here)
        if (other !== at) this.#met.add(Math.min(other, at) * PAIRS + Math.max(other, at));
      here.push(at);
    }
  }

  compare(): void {
    for (const pair of this.#met) this.#compare(Math.floor(pair / PAIRS), pair % PAIRS);
  }

  /** @returns undefined for what touches nothing that others see */
  #numberOf(move: Move): number | undefined {
    const { target, worker } = move;
    const what = stepOf(move);
    if (what === undefined) return undefined;
    const known = this.#numbers.get(what);
    if (known !== undefined) return known;
    const call = callOf(move);
    const step: Possible = {
      worker,
      command: call?.args[0]!.toUpperCase(),
      footprint: target.kind === 'step' ? usedBy(target.step.use) : NOTHING,
    };
    if (call !== undefined) this.calls.push(Object.assign(step, call));
    const at = this.#steps.push(step) - 1;
    this.#numbers.set(what, at);
    return at;
  }

  #compare(first: number, second: number): void {
    const [a, b] = [this.#steps[first]!, this.#steps[second]!];
    if (a.footprint === 'everything' || b.footprint === 'everything') return this.#unclear(a, b);
    for (const { resource, mode } of a.footprint) {
      const other = b.footprint.find((access) => access.resource === resource);
      const conflict = other !== undefined && (mode !== other.mode || mode === 'write');
      const name = conflict ? contestedName(resource) : undefined;
      if (name !== undefined) this.contested.add(name);
    }
    // A script may touch more than it declares.
    if (a.worker !== b.worker && isUnsure(a) && isUnsure(b)) this.open = true;
  }

  /** One of them touches nobody knows what. */
  #unclear(a: Possible, b: Possible): void {
    if (!writes(a) || !writes(b)) {
      this.open ||= touches(a) && touches(b);
      return;
    }
    for (const { footprint, command } of [a, b])
      if (footprint === 'everything' && command !== undefined) this.contested.add(`everything (${command})`);
  }
}

/** What is the same at every point at which a step is possible, and no other step's: equal commands have equal arguments. */
function stepOf({ target }: Move): object | undefined {
  if (target.kind === 'step') return target.step;
  if (target.kind !== 'command') return undefined;
  return 'held' in target ? target.held : target.call;
}

/** More steps than an execution can have. */
const PAIRS = 2 ** 20;

function writes({ footprint }: Possible): boolean {
  return footprint === 'everything' || footprint.some(({ mode }) => mode !== 'read');
}

function touches({ footprint }: Possible): boolean {
  return footprint === 'everything' || footprint.length > 0;
}

function isUnsure({ command }: Possible): boolean {
  return command !== undefined && isScript(command);
}

/**
 * May something go otherwise here for a reason that has no name? Steps that people placed, messages, a timer of a worker
 * that has something else to do, a key that may expire first.
 */
function isOpen(moves: readonly Move[]): boolean {
  const other = (move: Move, matches: (one: Move) => boolean): boolean =>
    moves.some((one) => one !== move && matches(one));
  return moves.some((move) => {
    const { target, worker, kind } = move;
    switch (target.kind) {
      case 'step':
        return target.step.use === undefined && other(move, (one) => one.worker !== worker && isWork(one));
      case 'event':
        return target.event.arrivesOn !== undefined;
      case 'timer':
        return other(move, (one) => one.worker === worker && isWork(one));
      default:
        return kind === 'expiry';
    }
  });
}

function isWork({ kind }: Move): boolean {
  return kind === 'command' || kind === 'step' || kind === 'timer';
}
