import { FAULTS, type FaultKind } from '../../wire/fault.js';
import type { FaultSpec } from '../../wire/fault-spec.js';
import type { Stage } from '../stage.js';
import type { FaultMove, Move } from '../step.js';
import type { FaultAction } from './action.js';
import { hits } from './aim.js';
import { crash } from './crash.js';
import { resetAfterApply, resetBeforeSend, truncatedReply } from './cut.js';
import { refuseReconnect } from './refuse.js';
import { blackHoleReply, blackHoleRequest } from './silence.js';

const ACTIONS: Readonly<Record<FaultKind, FaultAction>> = {
  'reset-before-send': resetBeforeSend,
  'reset-after-apply': resetAfterApply,
  'truncated-reply': truncatedReply,
  'black-hole-request': blackHoleRequest,
  'black-hole-reply': blackHoleReply,
  'refuse-reconnect': refuseReconnect,
  'worker-crash': crash,
};

/** May this fault strike at this move now? */
export function faultApplies(stage: Stage, move: Move, spec: FaultSpec): boolean {
  if (!isTarget(spec.kind, move)) return false;
  if (spec.at !== undefined && !hits(spec.at, move)) return false;
  return ACTIONS[spec.kind].applies?.(stage, move, spec) ?? true;
}

/** Injects one fault and records it. */
export function inject(stage: Stage, { spec, at }: FaultMove): Promise<void> {
  return ACTIONS[spec.kind].inject(stage, at, spec);
}

function isTarget(kind: FaultKind, move: Move): boolean {
  const { target } = FAULTS[kind];
  return target === 'worker' ? move.worker > 0 : move.kind === target;
}
