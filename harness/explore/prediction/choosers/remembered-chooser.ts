import { isForced, type Chooser, type Choice, type Decision } from '../../../execution/steps/decision.js';

/** A choice, and among what it was made. */
interface Asked {
  readonly decision: Decision;
  readonly choice: Choice;
}

/**
 * Remembers what a chooser has decided in an execution that was composed, as far as that came, so that it need not be asked
 * again when the same one is run: many can be asked once only. What is the only thing that can happen it is told.
 *
 * @internal
 */
export class RememberedChooser implements Chooser {
  readonly #asked: Asked[] = [];
  #at = 0;
  /** Something else could come next than when it was asked. */
  strayed = false;

  readonly last?: (decision: Decision) => Choice;

  constructor(readonly chooser: Chooser) {
    if (chooser.last === undefined) return;
    this.last = (decision) => this.#decide(decision, () => chooser.last!(decision));
  }

  /** All that was decided, also where there was nothing to choose. */
  get choices(): readonly Choice[] {
    return this.#asked.map(({ choice }) => choice);
  }

  /** Goes on with one of its decisions, from 0: with the first. */
  again(from = 0): void {
    this.#at = from;
  }

  choose(decision: Decision): Choice {
    return this.#decide(decision, () => {
      if (!isForced(decision)) return this.chooser.choose(decision);
      this.chooser.forced?.(decision.moves[0]!);
      return 0;
    });
  }

  #decide(decision: Decision, ask: () => Choice): Choice {
    const known = this.#asked[this.#at++];
    if (known === undefined) {
      const choice = ask();
      this.#asked.push({ decision, choice });
      return choice;
    }
    if (isSame(known.decision, decision)) return known.choice;
    // Nobody knows any more what its chooser wants: anything may happen now.
    this.strayed = true;
    this.#asked[this.#at - 1] = { decision, choice: 0 };
    return 0;
  }
}

function isSame(a: Decision, b: Decision): boolean {
  return (
    a.free === b.free &&
    a.moves.length === b.moves.length &&
    a.faults.length === b.faults.length &&
    a.moves.every(({ id }, at) => id === b.moves[at]!.id) &&
    a.faults.every(({ spec, at: { id } }, at) => spec === b.faults[at]!.spec && id === b.faults[at]!.at.id)
  );
}
