import type { Event, Point } from '../../events/event.js';
import { withoutWorker } from './relative-names.js';

/**
 * What decides how a step turns out, as far as this is looked at: exactly, and whichever workers these are.
 *
 * @internal
 */
export interface Situation {
  readonly exact: string;
  readonly alike: string;
}

/** Nobody else has written what the step touches. @internal */
export const UNTOUCHED: Situation = { exact: '', alike: '' };

/**
 * The situation of a step.
 *
 * @param writer - the step that wrote last what it touches
 * @param pending - what was possible right before that: how far its own worker had come
 * @internal
 */
export function situationOf({ worker }: Event, writer: Event, pending: readonly Event[]): Situation {
  const own = pending.filter((event) => event.worker === worker && event.cost === undefined);
  const exact = [writer, ...own].map(({ key }) => key);
  return { exact: exact.join(), alike: exact.map(withoutWorker).join() };
}

/** The situation of the step that was taken at a point of an execution. @internal */
export function situationAt(points: readonly Point[], at: number): Situation {
  const { event } = points[at]!;
  for (let before = at - 1; before >= 0; before--) {
    const { event: writer, options, waiting } = points[before]!;
    if (changes(writer, event)) return situationOf(event, writer, [...options, ...waiting]);
  }
  return UNTOUCHED;
}

/** Does a step of another worker write what this one touches? @internal */
export function changes(writer: Event, { worker, footprint }: Event): boolean {
  if (writer.worker === worker) return false;
  if (writer.footprint === 'everything' || footprint === 'everything') return true;
  return writer.footprint.some(
    ({ resource, mode }) => mode !== 'read' && footprint.some((touched) => touched.resource === resource),
  );
}
