import type { ExecutionResult } from '../execution/execution.js';
import type { Environment } from '../execution/host/environment.js';
import { RaceWatch } from '../explore/sights/race-watch.js';
import { together, type Sights } from '../explore/sights/sights.js';
import { worthOf } from '../explore/sights/worth.js';
import type { Lineage, Tape } from '../explore/tape/tape.js';
import type { Scenario } from '../scenario/types.js';

/** Executions after which a property is judged: enough for one that draws its scenarios to meet a race. */
const JUDGED_AFTER = 20;

/**
 * Nothing was wrong, but nothing could have been: in no execution of the property anything raced, or an invariant never
 * had anything to look at. A property is judged from its 20th execution on, since it never says that it is over; one
 * of fewer executions is not judged, and neither are `mustReach` and tapes that no arbitrary drew.
 *
 * @public
 */
export class VacuousError extends Error {
  /** Tells it from other errors where classes cannot be compared. */
  override name = 'VacuousError';
}

/** What the executions of one arbitrary showed together, as long as that is worth nothing. @internal */
export class Vacuity {
  #sights: Sights | undefined;
  #runs = 0;
  #struck = false;
  #mayNotRace = false;
  /** Once it is worth something it stays so. */
  #settled = false;

  /** Something was wrong: whatever else comes, a failure is shrunk. */
  settle(): void {
    this.#settled = true;
  }

  /** Counts an execution in which nothing was wrong. @returns what is to be said of the property, if it is worth nothing */
  async see(
    environment: Environment,
    scenario: Scenario,
    result: ExecutionResult,
  ): Promise<VacuousError | undefined> {
    if (this.#settled) return undefined;
    const sights = await watchOf(environment).see(result);
    this.#sights = this.#sights === undefined ? sights : together(this.#sights, sights);
    this.#runs += 1;
    this.#struck ||= result.offered.length > 0;
    this.#mayNotRace ||= scenario.mayNotRace;
    // Which states are reached is a matter of many more executions.
    const judged = { ...scenario, mayNotRace: this.#mayNotRace, mustReach: [] };
    const { worthless } = worthOf(this.#sights, judged, this.#struck);
    this.#settled = worthless === undefined;
    if (worthless === undefined || this.#runs < JUDGED_AFTER) return undefined;
    return new VacuousError(`${this.#runs} executions of this property, nothing wrong, but ${worthless}`);
  }
}

const watches = new WeakMap<Environment, RaceWatch>();

function watchOf(environment: Environment): RaceWatch {
  const known = watches.get(environment);
  if (known !== undefined) return known;
  const watch = new RaceWatch(environment);
  watches.set(environment, watch);
  return watch;
}

/** Of which arbitrary a tape is: what was shrunk from it has the same lineage. */
const drawn = new WeakMap<Lineage, Vacuity>();

/** Says by which arbitrary a tape was drawn. @internal */
export function drawnBy(tape: Tape, vacuity: Vacuity): void {
  drawn.set(tape.lineage, vacuity);
}

/** What is known of the arbitrary that drew the tape; undefined where none did. @internal */
export function vacuityOf(tape: Tape): Vacuity | undefined {
  return drawn.get(tape.lineage);
}
