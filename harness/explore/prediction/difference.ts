import { isDeepStrictEqual } from 'node:util';
import type { History } from '../../check/history.js';
import type { Event, Point } from '../events/event.js';
import type { TakenExecution } from '../exhaustive/parts.js';
import { noted } from './local/composed-command.js';

/** All of an execution that may matter to anybody. @internal */
export interface Whole extends Pick<TakenExecution, 'points' | 'left' | 'offered' | 'sights' | 'heldBack'> {
  readonly ending: TakenExecution['ending'] | undefined;
  /** Nothing was wrong with it. */
  readonly right: boolean;
  /** Undefined where it did not come to its end: what is cut short goes on a little. */
  readonly history: History | undefined;
  /** What the store holds; undefined where nobody knows. */
  readonly store: string | undefined;
}

/** Compares a prediction with the execution itself. @returns in which parts they differ, if they do @internal */
export function differenceOf(told: Whole, was: Whole): string | undefined {
  const [a, b] = [comparable(told), comparable(was)];
  const parts = Object.keys(b).filter((part) => !isDeepStrictEqual(a[part], b[part]));
  return parts.length === 0 ? undefined : parts.join(', ');
}

/** Footprints are sets: they are put into a fixed order. */
function comparable(one: Whole): Readonly<Record<string, unknown>> {
  const { points, left, offered, sights, heldBack, ending, right, history, store } = one;
  return {
    ...{ offered, sights, heldBack, ending, right, store, ...(history && looksOf(history)) },
    left: left.map(sorted),
    points: points.map(inOrder),
  };
}

/** All that may be looked at in a history. Positions count by their order only. @internal */
export function looksOf({ operations, commands, faults, ends }: History): Readonly<Record<string, unknown>> {
  const ticks = [
    ...operations.flatMap(({ start, end }) => [start, end]),
    ...commands.map(({ at }) => at),
    ...faults.flatMap(({ start, end }) => [start, end]),
  ];
  const places = new Map([...new Set(ticks)].sort((a, b) => a - b).map((tick, place) => [tick, place]));
  return {
    operations: operations.map((one) => ({ ...one, start: places.get(one.start), end: places.get(one.end) })),
    commands: commands.map((one) => [noted(one), places.get(one.at), one.step, one.atMs, one.effect]),
    faults: faults.map(({ kind, start, end }) => [kind, places.get(start), places.get(end)]),
    ends: ends.map((end) => ({ ...end })),
  };
}

function inOrder({ options, waiting, event }: Point): Point {
  return { options: options.map(sorted), waiting: waiting.map(sorted), event: sorted(event) };
}

function sorted(event: Event): Event {
  const { footprint } = event;
  if (footprint === 'everything') return event;
  return { ...event, footprint: [...footprint].sort((a, b) => (a.resource < b.resource ? -1 : 1)) };
}
