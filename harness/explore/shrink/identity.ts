import { SETTLES, UNCAUGHT } from '../../execution/judge/built-in.js';
import type { Finding } from '../../execution/judge/finding.js';
import { bodiesOf } from '../../scenario/recast.js';
import type { Scenario } from '../../scenario/types.js';
import type { Failure, TapedExecution } from '../tape/run-tape.js';

/**
 * Tells the failure that is being made smaller from others that break the same invariant. A hang is who waits for what;
 * an error is its own text; what else is broken, the invariant. Numbers of steps, and how often something came round,
 * change while a failure shrinks. Where all workers do the same, it does not matter which of them it is.
 *
 * Where workers differ, each is there for a reason: one is left out only if the same is observed without it, and none at
 * all while somebody waits for what another may have been there to do.
 *
 * @internal
 */
export class FailureIdentity {
  readonly id: string;
  readonly #waits: ReadonlySet<string>;
  readonly #alike: boolean;
  readonly #keepsAll: boolean;

  constructor(
    scenario: Pick<Scenario, 'workers' | 'background'>,
    { finding }: Pick<Failure['result'], 'finding'>,
  ) {
    this.id = finding.id;
    const bodies = bodiesOf(scenario);
    this.#alike = bodies.every((body) => body === bodies[0]);
    this.#waits = new Set(this.#aspects(finding));
    this.#keepsAll = !this.#alike && finding.id === SETTLES && waitsForOthers(finding);
  }

  /** Does this fail in the same way? @param best - the smallest so far that does */
  isOf(taped: TapedExecution, best: Failure): taped is Failure {
    const { finding } = taped.result;
    if (finding?.id !== this.id) return false;
    if (!this.#alike && taped.tape.skip.length > best.tape.skip.length) {
      if (this.#keepsAll || !showsTheSame(finding, best.result.finding)) return false;
    }
    if (this.id !== SETTLES && this.id !== UNCAUGHT) return true;
    const aspects = this.#aspects(finding);
    return (
      (this.#alike || aspects.length === this.#waits.size) && aspects.every((one) => this.#waits.has(one))
    );
  }

  /** Who waits for what, each for itself; of an uncaught error, the error. */
  #aspects({ id, observed, waits }: Finding): string[] {
    if (id !== SETTLES && id !== UNCAUGHT) return [];
    const all = waits ?? [observed];
    const texts = all.map(unnumbered).map((text) => (this.#alike ? text.replaceAll(/\bw\d+\b/g, 'w') : text));
    return [...new Set(texts)];
  }
}

/**
 * Is the same observed? Where fewer workers are expected to come to less, as with a number that each of them adds to, less
 * may be observed.
 */
function showsTheSame(fewer: Finding, all: Finding): boolean {
  if (unnumbered(fewer.expected) === unnumbered(all.expected))
    return unnumbered(fewer.observed) === unnumbered(all.observed);
  return (
    withoutAmounts(fewer.expected) === withoutAmounts(all.expected) &&
    withoutAmounts(fewer.observed) === withoutAmounts(all.observed)
  );
}

function withoutAmounts(text: string): string {
  return text.replaceAll(/\b\d+\b/g, '#');
}

/** Without what a smaller execution counts differently. */
function unnumbered(text: string): string {
  return text
    .replaceAll(/\b(steps?|after|since) \d+\b|\b\d+ (times?|steps?)\b/g, '#')
    .replaceAll(/, (since #|from its start)/g, '');
}

/** Is it others that somebody waits for, rather than a reply that was lost on its way? */
function waitsForOthers({ waits }: Finding): boolean {
  return waits?.some((wait) => / for another worker |, blocked on the server$/.test(wait)) === true;
}
