/** Every hazard for locks, in the order in which they are told. */
import type { SuiteLock } from '../../adapters/suite-adapter.js';
import type { Hazard } from '../hazard.js';
import { lateAcquireReply } from './connection/late-acquire-reply.js';
import { lostAcquireReply } from './connection/lost-acquire-reply.js';
import { lostReleaseReply } from './connection/lost-release-reply.js';
import { resetBeforeSend } from './connection/reset-before-send.js';
import { contention } from './holding/contention.js';
import { fairness } from './holding/fairness.js';
import { fencingOrder } from './holding/fencing-order.js';
import { giveUp } from './holding/give-up.js';
import { retryStorm } from './holding/retry-storm.js';
import { clockSkew } from './lease/clock-skew.js';
import { extendAfterExpiry } from './lease/extend-after-expiry.js';
import { extensionRacesRelease } from './lease/extension-races-release.js';
import { holderCrash } from './lease/holder-crash.js';
import { leaseOverInAPause } from './lease/lease-over-in-a-pause.js';
import { releaseAfterExpiry } from './lease/release-after-expiry.js';
import { dataLoss } from './server/data-loss.js';
import { noscript } from './server/noscript.js';
import { slowServer } from './server/slow-server.js';
import { SEVERAL_NODES } from './several-nodes.js';

/** Every hazard for locks. @internal */
export const LOCK_HAZARDS: readonly Hazard<SuiteLock>[] = [
  contention,
  giveUp,
  retryStorm,
  fairness,
  holderCrash,
  leaseOverInAPause,
  releaseAfterExpiry,
  extendAfterExpiry,
  extensionRacesRelease,
  fencingOrder,
  clockSkew,
  lateAcquireReply,
  lostAcquireReply,
  lostReleaseReply,
  resetBeforeSend,
  slowServer,
  noscript,
  dataLoss,
  ...SEVERAL_NODES,
];
