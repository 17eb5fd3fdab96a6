import { isServerFault } from '../../../faults/server-fault.js';
import { SERVER_FAULT_REACH } from '../../../faults/server-reach.js';
import { isOfKind } from '../../../faults/spec.js';
import type { Scenario } from '../../../scenario/types.js';
import type { Environment } from '../../host/environment.js';

/** A fault that must not, or cannot, be done to this server. @internal */
export class ServerFaultError extends Error {
  override name = 'ServerFaultError';
}

/**
 * Makes sure that every fault of a scenario may be done to this server.
 *
 * @throws ServerFaultError naming the fault, and what to do
 * @internal
 */
export function checkServerFaults({ faults }: Scenario, { server, debug }: Environment): void {
  if (faults.budget === 0) return;
  for (const spec of faults.specs) {
    const { kind } = spec;
    if (!isServerFault(kind)) continue;
    const cuts = isOfKind(spec, 'server-loading') && spec.parameters.connections === 'cut';
    if (cuts && server.clockMode !== 'shim') {
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
