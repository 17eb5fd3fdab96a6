import type { Progress, Verdict } from '../../record/verdict.js';

/** Somebody who is shown how far one exploration is. @internal */
export interface Onlooker {
  /** Called now and then. */
  update(progress: Progress): void;
}

let invite: ((scenario: string) => Onlooker) | undefined;

/**
 * Says who is shown explorations that show their progress to nobody else. One for the process.
 *
 * @param onlooker - called when one begins, with the name of the scenario
 * @internal
 */
export function showExplorationsTo(onlooker: (scenario: string) => Onlooker): void {
  invite = onlooker;
}

/** Who is to be shown an exploration that begins; undefined where nobody is. @internal */
export function onlookerFor(scenario: string): Onlooker | undefined {
  return invite?.(scenario);
}

let listener: ((verdict: Verdict) => void) | undefined;

/** Says who is told the verdict of everything that is explored. One for the process. @internal */
export function tellVerdictsTo(listen: (verdict: Verdict) => void): void {
  listener = listen;
}

/** Tells whoever listens. @returns the same verdict @internal */
export function toldVerdict(verdict: Verdict): Verdict {
  listener?.(verdict);
  return verdict;
}
