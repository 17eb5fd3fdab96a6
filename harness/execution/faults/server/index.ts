import type { Scenario } from '../../../scenario.js';
import { isServerFault, SERVER_FAULT_REACH, type ServerFaultKind } from '../../../wire/server-fault.js';
import type { Environment } from '../../environment.js';
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

/** Faults of the server itself. */
export const SERVER_ACTIONS: Readonly<Record<ServerFaultKind, FaultAction>> = {
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

/** A fault that must not, or cannot, be done to this server. */
export class ServerFaultError extends Error {
  override name = 'ServerFaultError';
}

/**
 * Makes sure that every fault of a scenario may be done to this server.
 *
 * @throws ServerFaultError naming the fault, and what to do
 */
export function checkServerFaults({ faults }: Scenario, { server, debug }: Environment): void {
  if (faults.budget === 0) return;
  for (const { kind, parameters } of faults.specs) {
    if (!isServerFault(kind)) continue;
    if (kind === 'server-loading' && parameters['connections'] === 'cut' && server.clockMode !== 'shim') {
      throw new ServerFaultError(
        `the fault ${kind} needs the frozen clock, since clients ask the server when it will be ready; this is ${server.clockMode}. ` +
          "Leave it out, or keep the connections: { kind: 'server-loading', connections: 'kept' }",
      );
    }
    if (kind === 'server-pause' && server.clockMode !== 'shim') {
      throw new ServerFaultError(
        `the fault ${kind} needs the frozen clock, since a deadline that waits with its command cannot be shifted; this is ${server.clockMode}. ` +
          'Leave it out',
      );
    }
    if (kind === 'server-error' && !debug) {
      throw new ServerFaultError(
        `the fault ${kind} needs the command DEBUG, which ${server.description} does not allow. ` +
          'Start that server with --enable-debug-command local, or leave this fault out',
      );
    }
    const reach = SERVER_FAULT_REACH[kind];
    if (reach === 'connections' || reach === 'settings') continue;
    if (reach === 'process' ? server.power !== undefined : server.source !== 'address') continue;
    const what = reach === 'process' ? 'stops the server' : 'has the server write files';
    const whose =
      server.source === 'address'
        ? 'it was not started by the lab'
        : 'a container that is reached at an address of its own may come back at another one';
    throw new ServerFaultError(
      `the fault ${kind} ${what}, and ${server.description} must not be treated like that: ${whose}. ` +
        'Use --redis process, or leave this fault out',
    );
  }
}
