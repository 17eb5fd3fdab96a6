import { isDeepStrictEqual } from 'node:util';
import type { Event, Point } from '../events/event.js';
import type { PlayedExecution } from '../exhaustive/parts.js';

/** All of an execution that may matter to anybody. @internal */
export interface Whole extends Pick<PlayedExecution, 'points' | 'left' | 'offered' | 'sights' | 'heldBack'> {
  readonly ending: PlayedExecution['ending'] | undefined;
  /** Nothing was wrong with it. */
  readonly right: boolean;
}

/** Compares a prediction with the execution itself. @returns in which parts they differ, if they do @internal */
export function differenceOf(told: Whole, was: Whole): string | undefined {
  const [a, b] = [comparable(told), comparable(was)];
  const parts = Object.keys(b).filter((part) => !isDeepStrictEqual(a[part], b[part]));
  return parts.length === 0 ? undefined : parts.join(', ');
}

/** Footprints are sets: they are put into a fixed order. */
function comparable(one: Whole): Readonly<Record<string, unknown>> {
  const { points, left, offered, sights, heldBack, ending, right } = one;
  return { offered, sights, heldBack, ending, right, left: left.map(sorted), points: points.map(inOrder) };
}

function inOrder({ options, waiting, event }: Point): Point {
  return { options: options.map(sorted), waiting: waiting.map(sorted), event: sorted(event) };
}

function sorted(event: Event): Event {
  const { footprint } = event;
  if (footprint === 'everything') return event;
  return { ...event, footprint: [...footprint].sort((a, b) => (a.resource < b.resource ? -1 : 1)) };
}
