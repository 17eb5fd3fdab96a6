import { constants } from 'node:os';

/** The errors that a real socket shows, so that a client cannot tell an injected one apart. @internal */
export interface SocketError extends Error {
  code: string;
  errno: number;
  syscall: string;
  address?: string;
  port?: number;
}

/** What `read` shows when the peer sent RST. @internal */
export function connectionReset(): SocketError {
  return socketError('read ECONNRESET', 'ECONNRESET', 'read');
}

/** What `read` shows when the kernel gave up: nothing was acknowledged for too long. @internal */
export function connectionTimedOut(): SocketError {
  return socketError('read ETIMEDOUT', 'ETIMEDOUT', 'read');
}

/** What `connect` shows when nobody listens. @internal */
export function connectionRefused(address: string, port: number): SocketError {
  const error = socketError(`connect ECONNREFUSED ${address}:${port}`, 'ECONNREFUSED', 'connect');
  return Object.assign(error, { address, port });
}

function socketError(
  message: string,
  code: 'ECONNRESET' | 'ECONNREFUSED' | 'ETIMEDOUT',
  syscall: string,
): SocketError {
  // The stack would show the lab, and streams look at it, which is slow where source maps are applied.
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const error = new Error(message);
  Error.stackTraceLimit = limit;
  return Object.assign(error, { errno: -constants.errno[code], code, syscall });
}
