import { FAULTS, type FaultKind } from '../../wire/fault.js';
import type { FaultSpec } from '../../wire/fault-spec.js';
import type { Stage } from '../stage.js';
import type { FaultMove, Move } from '../step.js';
import type { FaultAction } from './action.js';
import { hits } from './aim.js';
import { corruptInteger, duplicatedReply, garbageReply, slicedReply } from './bytes.js';
import { crash } from './crash.js';
import {
  closeAfterApply,
  closeBeforeSend,
  connectionDrop,
  resetAfterApply,
  resetBeforeSend,
  truncatedReply,
} from './cut.js';
import { lateReply, zombieRequest } from './late.js';
import { clockSkew, workerPause } from './pause.js';
import { coalescedReplies, pipelineCut } from './pipeline.js';
import { outage, refuseConnect } from './refuse.js';
import { SERVER_ACTIONS } from './server/index.js';
import { blackHoleReply, blackHoleRequest, halfOpen } from './silence.js';
import { errorReply } from './spoof.js';

const ACTIONS: Readonly<Record<FaultKind, FaultAction>> = {
  'reset-before-send': resetBeforeSend,
  'reset-after-apply': resetAfterApply,
  'close-before-send': closeBeforeSend,
  'close-after-apply': closeAfterApply,
  'truncated-reply': truncatedReply,
  'pipeline-cut': pipelineCut,
  'zombie-request': zombieRequest,
  'connection-drop': connectionDrop,
  'black-hole-request': blackHoleRequest,
  'black-hole-reply': blackHoleReply,
  'half-open': halfOpen,
  'late-reply': lateReply,
  'error-reply': errorReply,
  'garbage-reply': garbageReply,
  'corrupt-integer': corruptInteger,
  'duplicated-reply': duplicatedReply,
  'sliced-reply': slicedReply,
  'coalesced-replies': coalescedReplies,
  'refuse-connect': refuseConnect,
  outage,
  'worker-crash': crash,
  'worker-pause': workerPause,
  'clock-skew': clockSkew,
  ...SERVER_ACTIONS,
};

/** May this fault strike at this move now? */
export function faultApplies(stage: Stage, move: Move, spec: FaultSpec): boolean {
  if (!isTarget(spec.kind, move)) return false;
  if (!hits(spec.at, move)) return false;
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
