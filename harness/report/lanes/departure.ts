import type { RecordedRun, RecordStep } from '../../record/format.js';
import { workerName } from '../text/command-text.js';
import { endedWithError } from '../text/recorded-step.js';
import { necessityMark } from './marks.js';

/** The reason of a switch that needs no explanation. @internal */
export const DONE = '■ done';

/** A worker that does not go on here, and why. @internal */
export interface Departure {
  readonly worker: number;
  /** `‖ preempted`, `■ done`. */
  readonly reason: string;
}

/**
 * Why the worker that ran last does not run now, marked where it was shown to be necessary or not.
 *
 * @param at - index of the step that comes instead
 * @param current - the worker that ran last; 0 before the first step
 * @returns undefined where there is no switch of workers
 * @internal
 */
export function departureOf(run: RecordedRun, at: number, current: number): Departure | undefined {
  const reason = current === 0 ? undefined : reasonOf(run, at, current);
  if (reason === undefined) return undefined;
  const mark = necessityMark(run, run.steps[at]!.n, ['preemption']);
  return { worker: current, reason: `${reason} ${mark}`.trim() };
}

function reasonOf({ steps, verdict }: RecordedRun, at: number, current: number): string | undefined {
  const step = steps[at]!;
  if (step.kind === 'expiry') return '‖ time passes';
  if (step.preemption === true) return step.worker === current ? '‖ held up' : '‖ preempted';
  // A shared client moves by itself only when no worker can.
  if (step.worker === current || step.worker === 0) return undefined;
  const { crashedAt, nextOwn } = courseOf(steps);
  if ((crashedAt.get(current) ?? at) < at) return undefined;
  // A fault may be aimed at another worker without counting as a preemption; what arrives, arrives while that one waits.
  if (step.fault !== undefined && step.kind !== 'event') return '‖ paused';
  const next = steps[nextOwn[at]!];
  if (next !== undefined)
    return `‖ waits${next.kind === 'timer' ? ': timer' : next.kind === 'connect' ? ': reconnect' : ''}`;
  const name = workerName(current);
  if (verdict?.kind === 'hangs' && new RegExp(`\\b${name} waits\\b`).test(verdict.observed))
    return '‖ waits for ever';
  return endedWithError(steps, current) ? '■ failed' : DONE;
}

/** What is to be known of all steps, worked out once. */
interface Course {
  /** Index of the step at which a worker crashed. */
  readonly crashedAt: ReadonlyMap<number, number>;
  /** For each step: the index of the next one, from there on, of the worker that ran last before it; behind the end if none. */
  readonly nextOwn: Uint32Array;
}

const courses = new WeakMap<readonly RecordStep[], Course>();

function courseOf(steps: readonly RecordStep[]): Course {
  const known = courses.get(steps);
  if (known !== undefined) return known;
  const crashedAt = new Map<number, number>();
  const nextOwn = new Uint32Array(steps.length);
  const current = new Uint32Array(steps.length);
  let last = 0;
  for (const [at, { worker, fault }] of steps.entries()) {
    if (fault === 'worker-crash' && !crashedAt.has(worker)) crashedAt.set(worker, at);
    current[at] = last;
    if (worker > 0) last = worker;
  }
  const seen = new Map<number, number>();
  for (let at = steps.length - 1; at >= 0; at--) {
    seen.set(steps[at]!.worker, at);
    nextOwn[at] = seen.get(current[at]!) ?? steps.length;
  }
  const course = { crashedAt, nextOwn };
  courses.set(steps, course);
  return course;
}

const MEANINGS: readonly (readonly [term: string, meaning: string])[] = [
  ['held up', 'held up: it could have gone on, but something that it set off came first, such as a timer'],
  ['waits', 'waits: it cannot go on before what stands there: a reply, a timer, a reconnect'],
  ['paused', 'paused: it could have gone on, but a fault strikes another worker first'],
];

/** What the reasons mean that stand in these rows and may not be plain. @internal */
export function meaningsOf(reasons: readonly string[]): string[] {
  return MEANINGS.flatMap(([term, meaning]) =>
    reasons.some((reason) => reason.startsWith(`‖ ${term}`) && !reason.endsWith('for ever')) ? [meaning] : [],
  );
}
