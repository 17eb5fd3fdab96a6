import type { FaultDescription } from './description.js';
import { SERVER_CONNECTION_FAULTS } from './kinds/server-connection.js';
import { SERVER_SERVICE_FAULTS } from './kinds/server-service.js';
import { SERVER_STATE_FAULTS } from './kinds/server-states.js';

/**
 * What can go wrong with the server itself. Each is done to the real server, so what clients see is what it really
 * says. Most last until a recovery, which is a step of its own, chosen like any other; `lasts` is the number of steps
 * that it takes at least.
 *
 * @internal
 */
export const SERVER_FAULTS = {
  ...SERVER_STATE_FAULTS,
  ...SERVER_SERVICE_FAULTS,
  ...SERVER_CONNECTION_FAULTS,
} as const satisfies Record<string, FaultDescription>;

/** The name of a fault of the server. @internal */
export type ServerFaultKind = keyof typeof SERVER_FAULTS;

/** Every fault of the server. @internal */
export const SERVER_FAULT_KINDS = Object.keys(SERVER_FAULTS) as ServerFaultKind[];

/** Is this a fault of the server itself? @internal */
export function isServerFault(kind: string): kind is ServerFaultKind {
  return Object.hasOwn(SERVER_FAULTS, kind);
}
