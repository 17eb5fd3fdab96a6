import { allOf, count, grouped, roughly } from '../base/text.js';
import type { RaceRecord } from '../record/format.js';
import { boundsText } from '../record/bounds-text.js';
import type { Bounds, SamplingReport, VerdictKind } from '../record/verdict.js';
import type { Worth } from './sights/worth.js';
import { sampledText } from './sampling/sampled.js';

/** What an exploration comes to, and why: one line for people. @internal */
export interface Conclusion {
  readonly kind: VerdictKind;
  readonly message: string;
}

/** How far an exploration went that found nothing. @internal */
export interface Coverage {
  readonly executions: number;
  /** Executions that hit a limit. */
  readonly capped: number;
  /** How the first of these did. */
  readonly cappedBy: string | undefined;
  /** Somebody stopped it. */
  readonly stopped: boolean;
  /** A time was over for which nobody had asked: which, and how to give more. */
  readonly ended?: string | undefined;
  readonly complete: boolean;
  /** What it covered, at most. */
  readonly bounds: Bounds;
  /** Executions that are known to be left, a lower bound; undefined where nothing is known. */
  readonly pending: number | undefined;
  /** How many executions it takes to be complete, by estimate; undefined where nobody can tell. */
  readonly estimate?: number | undefined;
  /** What was sampled, where the strategy samples. */
  readonly report?: SamplingReport | undefined;
}

/** What to say where nothing was found. @param worth - what a pass would be worth @internal */
export function concludePass(coverage: Coverage, worth?: Worth): Conclusion {
  const { capped, cappedBy, stopped, ended, complete, bounds, pending, estimate, report } = coverage;
  const because = ended === undefined ? '' : `; it ended because ${ended}`;
  const executions = count(coverage.executions, 'execution');
  if (capped > 0)
    return {
      kind: 'incomplete',
      message: `${grouped(capped)} of ${executions} hit a limit: ${cappedBy}${because}`,
    };
  if (coverage.executions === 0 && !stopped)
    return {
      kind: 'incomplete',
      message: `the time was over before the first execution: nothing was explored${because}`,
    };
  if (stopped) return { kind: 'incomplete', message: `stopped after ${executions}` };
  const covered = complete
    ? `${allOf(coverage.executions, 'execution')} with ${boundsText(bounds)}`
    : executions;
  // A search that was meant to end and did not proves nothing; sampling never claims to be complete.
  if (complete || (pending === undefined && ended === undefined)) {
    if (worth?.worthless !== undefined)
      return { kind: 'incomplete', message: `${covered}, nothing wrong, but ${worth.worthless}` };
    const more = worth === undefined ? '' : `; ${worth.text}`;
    return { kind: 'holds', message: `${covered}, nothing wrong${more}` };
  }
  const inAll = estimate === undefined ? '' : ` (about ${roughly(estimate)} in all)`;
  const open = pending === undefined ? '' : `, at least ${grouped(pending)} left${inAll}`;
  const sampled = report === undefined ? '' : `; ${sampledText(report)}`;
  const raced = ended === undefined || worth === undefined ? '' : `; ${worth.text}`;
  return { kind: 'incomplete', message: `${covered}${open}, nothing wrong${sampled}${raced}${because}` };
}

/**
 * What to say of a failure that was recorded.
 *
 * @param id - the invariant that broke when it was found
 * @internal
 */
export function concludeFailure(id: string, { verdict, reproduced }: RaceRecord): Conclusion {
  const { times, of } = reproduced;
  if (times < of) {
    const message = `"${id}" broke, but only ${times} of ${of} runs of the same tape were the same: something is not under control`;
    return { kind: 'error', message };
  }
  const { kind, expected, observed } = verdict;
  return { kind, message: `${id}: expected ${expected}, observed ${observed}` };
}
