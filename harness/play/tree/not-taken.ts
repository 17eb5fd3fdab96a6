/** Why a search did not take a branch, in words: from what the search did, and what the steps were seen to touch. */
import { count, fit, harmless, listed } from '../../base/text.js';
import type { Event } from '../../explore/events/event.js';
import { isKey } from '../../explore/events/resources.js';
import type { SameAs } from '../../explore/tree/same-as.js';
import { workerName } from '../../report/text/command-text.js';

/** Steps that a sentence names at most. */
const NAMED_MAX = 2;

/** Columns of a step's label. */
const LABEL_WIDTH = 60;

/** What is known of a branch that was not taken. @internal */
export interface NotTaken {
  readonly option: Event;
  /** The search has it asleep: it was tried before. From the executions that did, the first and the last, where they are known. */
  readonly asleep: boolean;
  readonly tried: readonly [first: number, last: number] | undefined;
  /** An execution that was run and is the same as one that begins with it. */
  readonly same: SameAs | undefined;
  /** It was to be run; undefined where it was not. */
  readonly planned: boolean;
  /** The bound that ended the search; empty where it is complete. */
  readonly endedBy: string;
}

/** What a step does, as short as a tree can show. @internal */
export function labelOf({ label, cost }: Event): string {
  // What strikes it stands behind it.
  const at = cost === 'fault' ? label.lastIndexOf(' [') : -1;
  if (at < 0) return fit(harmless(label), LABEL_WIDTH);
  return fit(harmless(label.slice(0, at)), LABEL_WIDTH) + harmless(label.slice(at));
}

function whose(event: Event): string {
  return event.worker === 0 ? labelOf(event) : `${workerName(event.worker)}’s ${labelOf(event)}`;
}

/** @internal */
export function reasonOf({ option, asleep, tried, same, planned, endedBy }: NotTaken): string {
  const sleeps = asleep ? `asleep, tried before${triedText(tried)}; ` : '';
  if (same !== undefined) return `${sleeps}same as execution ${same.execution}: ${swapText(same)}`;
  if (asleep) return `asleep: tried before${triedText(tried)}, and no step since then conflicts with it`;
  if (planned) return `to be run, but the search ended before: it reached its bound, ${endedBy}`;
  if (endedBy !== '') return `not decided: the search reached its bound, ${endedBy}`;
  return `no conflict asks for ${whose(option)} here: what begins with it is the same as something that was run, in another order`;
}

/** Why a step waits for workers that are alike. @internal */
export function waitsText({ worker, follows = [] }: Event): string {
  const others = listed(follows.map(workerName));
  return `the workers are alike: with names exchanged it is the same as ${others} going before ${workerName(worker)}`;
}

function triedText(tried: NotTaken['tried']): string {
  if (tried === undefined) return '';
  const [first, last] = tried;
  return first === last ? ` (execution ${first})` : ` (executions ${first} to ${last})`;
}

function swapText({ event, swapped }: SameAs): string {
  if (swapped.length === 0) return 'what comes before it is in another order there, which changes nothing';
  const common = new Set(swapped.flatMap((other) => inCommon(event, other)));
  const own = whose(event);
  if (swapped.length === 1) return `${own} and ${whose(swapped[0]!)} ${pairText([...common], event)}`;
  const named = swapped.slice(0, NAMED_MAX).map(whose);
  const more = swapped.length - named.length;
  const others = listed([...named, ...(more > 0 ? [count(more, 'more step')] : [])]);
  return common.size === 0
    ? `${own} touches nothing in common with ${others}`
    : `${own} conflicts with none of ${others}`;
}

/** What both touch, although their order does not matter. */
function inCommon({ footprint }: Event, { footprint: other }: Event): string[] {
  if (footprint === 'everything' || other === 'everything') return [];
  const resources = new Set(other.map(({ resource }) => resource));
  return footprint.flatMap(({ resource }) => (resources.has(resource) ? [resource] : []));
}

function pairText(common: readonly string[], { footprint }: Event): string {
  if (common.length === 0) return 'touch nothing in common';
  if (footprint === 'everything' || !common.every(isKey)) return 'do not conflict';
  const modes = new Set(footprint.flatMap(({ resource, mode }) => (common.includes(resource) ? [mode] : [])));
  const names = listed(common.map((resource) => harmless(resource.replace(/^\d+:/, ''))));
  if (modes.size > 1) return 'do not conflict';
  return modes.has('read') ? `both only read ${names}` : `both only add to ${names}`;
}
