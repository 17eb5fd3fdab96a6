import type { VariantName } from '../record/build.js';
import type { ExecutionSize, RaceRecord } from '../record/format.js';
import { harmless, listed } from '../base/text.js';
import { workerName } from '../report/text/command-text.js';
import { sizeText } from '../report/text/run-text.js';
import type { Expectation } from '../scenario/lab.js';
import type { Scenario } from '../scenario/types.js';
import { hintsOf } from './hints.js';

/** A scenario that somebody is to break. @internal */
export interface Level {
  /** `lab/variant`, or `file:scenario`. */
  readonly id: string;
  readonly identity: VariantName;
  /** What the lab is about, or that it is a file. */
  readonly labTitle: string;
  readonly title: string;
  readonly scenario: Scenario;
  readonly expect: Expectation;
  /** As the variant has it. */
  readonly preemptions: number | undefined;
  /** Of the random numbers of the workers. */
  readonly seed: number;
  /** It has as many workers and faults as everybody finds there, and the usual seed: a short word for others means the same to them. */
  readonly shareable: boolean;
  /** What somebody has found already, and wants to look at. */
  readonly recorded?: RaceRecord;
}

/** What the lab knows of a level before anybody plays it. @internal */
export interface Known {
  /** The smallest failing execution that the lab found; undefined where it found none, or did not look. */
  readonly record: RaceRecord | undefined;
  /** Why there is none, for people. */
  readonly why: string;
}

/** A level as the page gets it. @internal */
export interface LevelView {
  readonly id: string;
  /** What is to be reached. */
  readonly goal: string;
  /** As small as the lab's own; null where it has none. */
  readonly best: ExecutionSize | null;
  readonly bestText: string;
  /** From a nudge to nearly everything. */
  readonly hints: readonly string[];
  /** The lab's own schedule: its tape, and after how many steps it ends; null where there is none. */
  readonly schedule: { readonly tape: string; readonly steps: number } | null;
}

/** Will the lab look for its own schedule of this level? Of what a lab shows to hold there is none. @internal */
export function isToBreak({ expect, identity, recorded }: Level): boolean {
  return recorded !== undefined || expect.kind !== 'holds' || identity.file !== undefined;
}

/** @internal */
export function levelView({ id, scenario }: Level, { record, why }: Known): LevelView {
  if (record === undefined) {
    const names = scenario.invariants.map((one) => `"${harmless(one.id)}"`).join(', ');
    const goal = `Try to break ${names === '' ? 'it' : names}. ${why}`;
    return { id, goal, best: null, bestText: '', hints: [], schedule: null };
  }
  const { verdict, minimal, tape } = record;
  return {
    id,
    goal: `${aimOf(verdict)}, in at most ${minimal.steps} steps.${absent(tape.skip)}`,
    best: minimal,
    bestText: sizeText(minimal),
    hints: hintsOf(record),
    schedule: { tape: choicesText(tape.choices), steps: minimal.steps },
  };
}

function aimOf({ kind, invariant }: RaceRecord['verdict']): string {
  if (kind === 'hangs') return 'Make it hang for ever';
  return kind === 'incomplete' ? 'Keep it from coming to an end' : `Break "${harmless(invariant)}"`;
}

/** Who is left out in the lab's own schedule is left out of the level. */
function absent(skip: readonly number[]): string {
  if (skip.length === 0) return '';
  return ` ${listed(skip.map(workerName))} ${skip.length === 1 ? 'does' : 'do'} not take part.`;
}

/** Choices as the address has them: who takes part is up to the level. @internal */
export function choicesText(choices: readonly number[]): string {
  const last = choices.findLastIndex((choice) => choice !== 0);
  if (last < 0) return 'calm';
  return choices
    .slice(0, last + 1)
    .map((choice) => (choice < 0 ? `f${-choice}` : String(choice)))
    .join('.');
}
