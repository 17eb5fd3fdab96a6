/** From the processes of the tests to the one that reports: what was explored in each test, and what the test said of it. */
import { inject } from 'vitest';
import type { Claim } from '../assert/outcome.js';
import type { Verdict } from '../record/verdict.js';

/** How the reporter says that it is there, to all processes. @internal */
export const REPORTED = 'race-lab reports';

/** One exploration of a test. @internal */
export interface ToldVerdict {
  readonly verdict: Verdict;
  /** What the test says of it last; undefined where it says nothing by a matcher. */
  readonly claim?: Claim;
}

/** The part of a test that is needed: what it takes along to the reporter. */
interface Task {
  readonly meta?: object;
}

/** Is there somebody who wants to know? @internal */
export function isReported(): boolean {
  // A key of somebody's own is not among those that Vitest knows by type.
  return (inject as (key: string) => unknown)(REPORTED) === true;
}

/** What a test took along; nothing where it explored nothing. @internal */
export function toldOf(meta: object): readonly ToldVerdict[] {
  const { raceLab } = meta as { readonly raceLab?: string };
  return raceLab === undefined ? [] : (JSON.parse(raceLab) as ToldVerdict[]);
}

/** Puts down what is explored in which test. Of tests that run at the same time it takes the one that began last. @internal */
export class ToldVerdicts {
  readonly #open = new Map<Task, ToldVerdict[]>();

  begin(task: Task): void {
    if (!this.#open.has(task)) this.#open.set(task, []);
  }

  /** Somebody's data goes as text: what a process may send to another one differs between the ways to start them. */
  end(task: Task): void {
    const told = this.#open.get(task) ?? [];
    this.#open.delete(task);
    if (told.length > 0 && task.meta !== undefined)
      Object.assign(task.meta, { raceLab: JSON.stringify(told) });
  }

  verdict(verdict: Verdict): void {
    [...this.#open.values()].at(-1)?.push({ verdict });
  }

  claim(verdict: Verdict, claim: Claim): void {
    for (const told of this.#open.values()) {
      const at = told.findIndex((one) => one.verdict === verdict);
      if (at >= 0) told[at] = { verdict, claim };
    }
  }
}
