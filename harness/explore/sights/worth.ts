import { count } from '../../base/text.js';
import type { Raced } from '../../record/verdict.js';
import type { Scenario } from '../../scenario/types.js';
import type { Sights } from './sights.js';

/** Names that a line shows. */
const NAMES_SHOWN = 6;

/** What a pass is worth. @internal */
export interface Worth {
  readonly raced: Raced;
  /** States that were meant to be reached, and were not. */
  readonly unreached: readonly string[];
  /** Why it is worth nothing, in words; undefined where it is worth something. */
  readonly worthless: string | undefined;
  /** What raced, and what was not reached, in words. */
  readonly text: string;
}

/** What a pass is worth, by all that its executions showed. @param struck - a fault could strike in some of them @internal */
export function worthOf(sights: Sights, scenario: Scenario, struck: boolean): Worth {
  const [least, most] = sights.commands ?? [0, 0];
  const raced = { commands: { least, most }, contested: sights.contested };
  const reached = new Map(sights.states);
  const missed = scenario.mustReach.filter((name) => reached.get(name) !== true);
  const others = sights.states.filter(([name, hit]) => !hit && !missed.includes(name)).map(([name]) => name);
  const unreached = [...missed, ...others];
  const checked = scenario.invariants.length === 0 ? '; no invariant but the built-in ones' : '';
  const text = `${count(scenario.workers.length, 'worker')}, ${racedText(raced)}${checked}`;
  return {
    raced,
    unreached,
    worthless:
      withoutSubject(sights) ??
      (missed.length > 0 ? unreachedText(missed) : undefined) ??
      (scenario.mayNotRace || struck || sights.open || raced.contested.length > 0
        ? undefined
        : withoutRace(raced, scenario.workers.length)),
    text: unreached.length === 0 ? text : `${text}; ${unreachedText(unreached)}`,
  };
}

/** `6 to 12 commands, contested: stock, lock:1`. @internal */
export function racedText({ commands: { least, most }, contested }: Raced): string {
  const commands = least === most ? count(most, 'command') : `${least} to ${count(most, 'command')}`;
  return `${commands}, contested: ${namesText(contested)}`;
}

/** `never reached: "the lock is taken"`. @internal */
export function unreachedText(names: readonly string[]): string {
  return `never reached: ${namesText(names.map((name) => `"${name}"`))}`;
}

function namesText(names: readonly string[]): string {
  if (names.length === 0) return 'nothing by name';
  const more = names.length - NAMES_SHOWN;
  return more > 0 ? `${names.slice(0, NAMES_SHOWN).join(', ')} and ${more} more` : names.join(', ');
}

/** An invariant that had nothing to look at holds whatever the workers do. */
function withoutSubject({ nothing = [] }: Sights): string | undefined {
  if (nothing.length === 0) return undefined;
  const each = nothing.map(([id, what]) => `"${id}" had nothing to look at in any execution: ${what}`);
  return each.join('; ');
}

function withoutRace({ commands: { most } }: Raced, workers: number): string {
  const why =
    most === 0
      ? 'no worker sent a command to the Redis of the lab'
      : workers === 1
        ? 'one worker alone, without a fault, never had two things under way that get in each other’s way'
        : 'no two steps that touch the same ever could have come in either order';
  return (
    `nothing raced: ${count(workers, 'worker')}, ${count(most, 'command')}, and ${why}. ` +
    `Whatever they do wrong would pass. If it is meant so: mayNotRace: true`
  );
}
