import { FAULTS, type FaultKind } from '../faults/catalogue.js';
import { strikesHttp } from '../faults/http-kinds.js';
import type { FaultSpec } from '../faults/spec.js';
import type { Stage } from './stage/stage.js';
import type { FaultMove } from './steps/decision.js';
import type { Move } from './steps/move.js';
import type { FaultAction } from './faults/action.js';
import { hits } from './faults/aim.js';
import { corruptInteger, duplicatedReply, garbageReply, slicedReply } from './faults/bytes.js';
import { crash } from './faults/crash.js';
import {
  closeAfterApply,
  closeBeforeSend,
  connectionDrop,
  resetAfterApply,
  resetBeforeSend,
  truncatedReply,
} from './faults/cut.js';
import { lateReply, zombieRequest } from './faults/late.js';
import { clockSkew, workerPause } from './faults/pause.js';
import { coalescedReplies, pipelineCut } from './faults/pipeline.js';
import { outage, refuseConnect } from './faults/refuse.js';
import { SERVER_ACTIONS } from './faults/server/index.js';
import { blackHoleReply, blackHoleRequest, halfOpen } from './faults/silence.js';
import { errorReply } from './faults/error-reply.js';
import { HTTP_ACTIONS, httpOf } from './faults/http.js';

const ACTIONS: { readonly [K in FaultKind]: FaultAction<K> } = {
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

/** May this fault strike at this move now? @internal */
export function faultApplies(stage: Stage, move: Move, spec: FaultSpec): boolean {
  if (!isTarget(spec, move)) return false;
  if (!hits(spec.at, move)) return false;
  return actionOf(spec).applies?.(stage, move, spec) ?? true;
}

/** Injects one fault and records it. @internal */
export function inject(stage: Stage, { spec, at }: FaultMove): Promise<void> {
  return actionOf(spec).inject(stage, at, spec);
}

/** The action of a fault, which gets specs of its own kind only. */
function actionOf({ kind, at }: FaultSpec): FaultAction {
  return (at?.http === true && strikesHttp(kind) ? HTTP_ACTIONS[kind] : ACTIONS[kind]) as FaultAction;
}

function isTarget({ kind, at }: FaultSpec, move: Move): boolean {
  const { target } = FAULTS[kind];
  const overHttp = httpOf(move) !== undefined;
  // When something arrives at a process is up to others: what happens to that process by itself happens between its own steps.
  if (at?.http === true || overHttp) return at?.http === true && overHttp;
  return target === 'worker' ? move.worker > 0 : move.kind === target;
}
