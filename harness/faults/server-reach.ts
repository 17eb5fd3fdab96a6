import type { ServerFaultKind } from './server-fault.js';

/**
 * How deep a fault of the server reaches: into connections of the lab only, into settings of the whole server, which are
 * put back, into the folder where it keeps its files, or into the life of its process.
 *
 * @internal
 */
export type ServerFaultReach = 'connections' | 'settings' | 'files' | 'process';

/** How deep each of them reaches. @internal */
export const SERVER_FAULT_REACH: Readonly<Record<ServerFaultKind, ServerFaultReach>> = {
  'server-readonly': 'settings',
  'server-masterdown': 'settings',
  'server-oom': 'settings',
  'server-misconf': 'files',
  'server-noreplicas': 'settings',
  'server-noperm': 'settings',
  'server-noauth': 'settings',
  'server-noscript': 'connections',
  'server-loading': 'files',
  'server-busy': 'settings',
  'server-maxclients': 'settings',
  'server-client-kill': 'connections',
  'server-restart': 'process',
  'server-stall': 'process',
  'server-accept-queue': 'process',
  'server-pause': 'settings',
  'server-reply-off': 'connections',
  'server-unblock': 'connections',
  'server-idle-close': 'connections',
  'server-protocol-error': 'connections',
  'server-execabort': 'connections',
  'server-error': 'connections',
};
