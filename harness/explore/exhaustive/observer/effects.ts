import type { FaultKind } from '../../../faults/catalogue.js';

/**
 * What a fault touches, besides the worker that it strikes and the limit of faults. `nothing`: the command does not
 * reach the server, and what ends is that worker's own. `command`: the server runs the command. `everything`: nobody
 * knows, so it is swapped with nothing.
 *
 * @internal
 */
export type FaultEffect = 'nothing' | 'command' | 'everything';

/** A kind that is not in here touches everything: sound for whatever it does. */
const EFFECTS: Readonly<Partial<Record<FaultKind, FaultEffect>>> = {
  'reset-before-send': 'nothing',
  'reset-after-apply': 'command',
  'close-before-send': 'nothing',
  'close-after-apply': 'command',
  'truncated-reply': 'command',
  'zombie-request': 'nothing',
  'connection-drop': 'nothing',
  'black-hole-request': 'nothing',
  'black-hole-reply': 'command',
  'half-open': 'nothing',
  'late-reply': 'command',
  'error-reply': 'nothing',
  'garbage-reply': 'command',
  'corrupt-integer': 'command',
  'duplicated-reply': 'command',
  'sliced-reply': 'command',
  'refuse-connect': 'nothing',
  outage: 'nothing',
  'worker-crash': 'nothing',
  'clock-skew': 'nothing',
};

/** What a fault touches, besides what it strikes at. @internal */
export function effectOf(kind: FaultKind): FaultEffect {
  return EFFECTS[kind] ?? 'everything';
}
