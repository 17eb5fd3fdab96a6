import type { ObservedScript } from '../../footprints/script-monitor.js';
import type { Content } from './content.js';
import { ContradictionError } from '../local/contradiction-error.js';
import type { Situation } from './store-mirror.js';

/** What came of a command. Deadlines of what it wrote count from when it ran. @internal */
export interface Outcome {
  /** Its frame, one character a byte. */
  readonly reply: string;
  /** What it may have written holds afterwards. */
  readonly after: readonly (readonly [resource: string, content: Content])[];
  /** What its scripts ran inside. */
  readonly scripts: readonly ObservedScript[];
}

/** An outcome, and in how many executions that were run it was seen. @internal */
export interface SeenOutcome extends Outcome {
  seen: number;
}

/** What came of commands on the server, by their situation: learned from executions that were run. @internal */
export class CommandOutcomes {
  readonly #known = new Map<string, SeenOutcome>();

  /** How many are known. */
  get size(): number {
    return this.#known.size;
  }

  /** What will come of a command; undefined where nobody knows. */
  of({ name }: Situation): SeenOutcome | undefined {
    return this.#known.get(name);
  }

  /** Learns, or checks, what came of one. @throws ContradictionError */
  learn({ name }: Situation, outcome: Outcome, label: string): void {
    const known = this.#known.get(name);
    if (known === undefined) {
      this.#known.set(name, { ...outcome, seen: 1 });
      return;
    }
    const same =
      known.reply === outcome.reply && JSON.stringify(known.after) === JSON.stringify(outcome.after);
    known.seen += 1;
    if (!same) throw new ContradictionError(`what comes of ${label} depends on more than its keys`);
  }
}
