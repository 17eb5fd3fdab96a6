import { Tape } from './tape.js';

/**
 * Simpler tapes, simplest first. Order of simplicity: fewest faults, fewest workers, fewest deviations from the calm
 * choice (so fewest preemptions), shortest, then lexicographic. Every candidate is strictly simpler than the tape,
 * so shrinking ends. A function of the tape alone: fast-check can walk a path through it without running anything.
 *
 * @param workers - number of workers offered
 * @internal
 */
export function* simplerTapes(tape: Tape, workers: number): Generator<Tape> {
  const seen = new Set([tape.toString()]);
  for (const candidate of candidates(tape, workers)) {
    const text = candidate.toString();
    if (seen.has(text) || !isSimpler(candidate, tape)) continue;
    seen.add(text);
    yield candidate;
  }
}

function* candidates(tape: Tape, workers: number): Generator<Tape> {
  const { choices, skip, lineage } = tape;
  const withChoices = (list: readonly number[], without = skip): Tape => new Tape(list, without, lineage);

  // No fault at all, then one fault fewer.
  yield withChoices(choices.map((choice) => Math.max(0, choice)));
  for (const [at, choice] of choices.entries()) if (choice < 0) yield withChoices(choices.with(at, 0));

  // One worker fewer, last first. Moves change their numbers then, so the deviations are also tried anew.
  if (workers - skip.length > 1) {
    for (let worker = workers; worker >= 1; worker--) {
      if (skip.includes(worker)) continue;
      const without = [...skip, worker];
      yield withChoices(choices, without);
      yield withChoices(
        choices.map((choice) => Math.min(1, choice)),
        without,
      );
      for (const shorter of deletions(choices)) yield withChoices(shorter, without);
    }
  }

  // Fewer deviations: cut the tail, calm blocks from coarse to fine, calm single choices.
  for (let length = choices.length >> 1; length >= 1; length >>= 1) {
    for (let end = choices.length; end > 0; end -= length)
      yield withChoices(calmed(choices, Math.max(0, end - length), end));
  }

  // The same deviations earlier, or with smaller numbers.
  for (const shorter of deletions(choices)) yield withChoices(shorter);
  for (const [at, choice] of choices.entries()) {
    if (choice > 1) {
      yield withChoices(choices.with(at, 1));
      yield withChoices(choices.with(at, choice >> 1));
      yield withChoices(choices.with(at, choice - 1));
    } else if (choice < -1) {
      yield withChoices(choices.with(at, -1));
      yield withChoices(choices.with(at, choice + 1));
    }
  }
  for (let at = 1; at < choices.length; at++) {
    if (choices[at] !== 0 && choices[at - 1] === 0) yield withChoices(swapped(choices, at));
  }
  for (let at = 1; at < choices.length; at++) {
    if (choices[at] === 0 && choices[at - 1] !== 0) yield withChoices(swapped(choices, at));
  }
}

/**
 * A tape, and the same with its deviations earlier: for an execution from which some steps were taken away.
 *
 * @internal
 */
export function* shorterTapes(tape: Tape): Generator<Tape> {
  yield tape;
  for (const shorter of deletions(tape.choices)) yield new Tape(shorter, tape.skip, tape.lineage);
}

/**
 * The list with calm choices removed in front of one deviation, the most first: its deviations come earlier, as they
 * must when a worker that had its turn before them is left out.
 */
function* deletions(choices: readonly number[]): Generator<number[]> {
  let gap = 0;
  for (const [at, choice] of choices.entries()) {
    if (choice === 0) {
      gap += 1;
      continue;
    }
    for (let length = gap; length > 0; length--) yield choices.toSpliced(at - gap, length);
    gap = 0;
  }
}

function calmed(choices: readonly number[], from: number, to: number): number[] {
  return choices.map((choice, at) => (at >= from && at < to ? 0 : choice));
}

function swapped(choices: readonly number[], at: number): number[] {
  return choices.with(at, choices[at - 1]!).with(at - 1, choices[at]!);
}

/** Is `a` strictly simpler than `b`? @internal */
export function isSimpler(a: Tape, b: Tape): boolean {
  const [left, right] = [measure(a), measure(b)];
  for (const [at, value] of left.entries()) if (value !== right[at]) return value < right[at]!;
  // Equal so far means equal length: compare entry by entry, later deviations being simpler.
  for (const [at, choice] of a.choices.entries()) {
    const other = b.choices[at]!;
    if (choice !== other) return Math.abs(choice) < Math.abs(other);
  }
  return false;
}

function measure({ choices, skip }: Tape): number[] {
  return [
    choices.filter((choice) => choice < 0).length,
    -skip.length,
    choices.filter((choice) => choice !== 0).length,
    choices.length,
  ];
}
