import type { ExecutionResult } from '../../execution/execution.js';
import { commandText } from '../../execution/steps/step.js';
import type { MapPosition } from '../../record/fault-map.js';

/** A place where the server was struck before what is done there was seen. */
const UNSEEN = 'the server';

/** The places where faults may strike, each with what is done there. @internal */
export class Positions {
  readonly #commands = new Map<string, string>();

  /** @param uniform - the workers all run the same function: which of them it is makes no difference */
  constructor(readonly uniform: boolean) {}

  /** Takes note of the places that an execution came by. */
  note({ steps }: Pick<ExecutionResult, 'steps'>): void {
    for (const step of steps) {
      // A place is a command, or whatever else a fault struck. What lands late has been one before.
      if (step.kind === 'event') continue;
      const position = positionOf(step.id, this.uniform);
      const known = this.#commands.get(position);
      if (step.kind === 'server') this.#commands.set(position, known ?? UNSEEN);
      else if (known === UNSEEN || (known === undefined && (step.args ?? step.fault) !== undefined))
        this.#commands.set(
          position,
          step.args === undefined ? step.text! : shortCommand(commandText(step.args)),
        );
    }
  }

  /** In the order in which they were met. */
  get all(): MapPosition[] {
    return [...this.#commands].map(([position, command]) => ({ position, command }));
  }
}

/**
 * The place of a step: `w2.3r2` is worker 2's third command; among workers that are all alike only the 3 counts. The
 * server is struck before a command, and so at its place.
 *
 * @param id - of the step
 * @internal
 */
export function positionOf(id: string, uniform: boolean): string {
  const found = /^(?:server before )?(w\d+)\.(\w+?)(?:r\d+)?$/.exec(id);
  if (found === null) return id;
  return uniform ? found[2]! : `${found[1]}.${found[2]}`;
}

/** Name and first key: enough to recognise a command in a table. */
function shortCommand(command: readonly string[]): string {
  const [name = '', first, , script] = command;
  // Scripts come before their keys.
  const key = name.startsWith('EVAL') || name.startsWith('FCALL') ? script : first;
  return key === undefined ? name : `${name} ${key}`;
}

/** The places of several shares, in order. A place is what the first share that knows saw there. @internal */
export function mergedPositions(shares: readonly (readonly MapPosition[])[]): MapPosition[] {
  const commands = new Map<string, string>();
  for (const { position, command } of shares.flat())
    if ((commands.get(position) ?? UNSEEN) === UNSEEN) commands.set(position, command);
  return [...commands]
    .map(([position, command]) => ({ position, command }))
    .sort((a, b) => byPosition(a.position, b.position));
}

/** Compares two places for a sort: numbers go by value, 2 before 10. @internal */
export function byPosition(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
