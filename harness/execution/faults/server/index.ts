import type { ServerFaultKind } from '../../../faults/server-fault.js';
import type { FaultAction } from '../action.js';
import {
  clientKill,
  errorOfServer,
  passwordChanged,
  scriptsForgotten,
  tooManyClients,
} from './connections.js';
import { idleClose, unblock } from './idle.js';
import { busy, loading } from './occupied.js';
import { writesPaused } from './pause.js';
import { acceptQueueFull, restart, stall } from './process.js';
import { malformedRequest, notQueued, repliesOff } from './requests.js';
import { cannotSave, masterDown, noPermission, noReplicas, outOfMemory, readOnly } from './settings.js';

/** Faults of the server itself. @internal */
export const SERVER_ACTIONS: { readonly [K in ServerFaultKind]: FaultAction<K> } = {
  'server-readonly': readOnly,
  'server-masterdown': masterDown,
  'server-oom': outOfMemory,
  'server-misconf': cannotSave,
  'server-noreplicas': noReplicas,
  'server-noperm': noPermission,
  'server-noauth': passwordChanged,
  'server-noscript': scriptsForgotten,
  'server-loading': loading,
  'server-busy': busy,
  'server-maxclients': tooManyClients,
  'server-client-kill': clientKill,
  'server-restart': restart,
  'server-stall': stall,
  'server-accept-queue': acceptQueueFull,
  'server-pause': writesPaused,
  'server-reply-off': repliesOff,
  'server-unblock': unblock,
  'server-idle-close': idleClose,
  'server-protocol-error': malformedRequest,
  'server-execabort': notQueued,
  'server-error': errorOfServer,
};
