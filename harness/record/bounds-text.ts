import { count, listed } from '../base/text.js';
import type { Bounds } from './verdict.js';

/**
 * `at most 1 fault and 2 early timers of a worker, no early timeout of a client`; a strategy without such a bound has none to
 * name. That executions that differ only in who is who count as one bounds nothing: the legend of results says it, once.
 *
 * @internal
 */
export function boundsText({ preemptions, faults, delays, clientTimers, rounds }: Bounds): string {
  const most = [
    ...(preemptions === undefined ? [] : [count(preemptions, 'preemption')]),
    ...(delays === undefined || delays === 0 ? [] : [`${count(delays, 'early timer')} of a worker`]),
    ...(faults === 0 ? [] : [count(faults, 'fault')]),
    ...(rounds === undefined ? [] : [`${count(rounds, 'round')} of a loop without news`]),
  ];
  const none = [
    ...(delays === 0 ? ['early timer'] : []),
    ...(clientTimers === false && delays !== 0 ? ['early timeout of a client'] : []),
    ...(faults === 0 ? ['fault'] : []),
  ];
  const bounds = [
    ...(most.length === 0 ? [] : [`at most ${listed(most)}`]),
    ...none.map((name) => `no ${name}`),
  ];
  return listed(bounds);
}
